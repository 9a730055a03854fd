/**
 * The proposer: phase 1 once for all slots to come, then phase 2 for each command (Paxos Made Simple §2.2 and §3).
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { phase1Quorum, phase2Quorum } from "../common/flexible-quorums.ts"
import { accept, acceptedFrom, promise } from "./acceptor.ts"
import { believe, watch } from "./detector.ts"
import { countAcceptance, isSame, learnHistory } from "./learner.ts"
import { at, emptySlots, end, put } from "./slots.ts"
import {
  type Ballot,
  ballotAbove,
  ownerOf,
  type PaxosNode,
  type Promise,
  type Proposal,
  type Proposer,
  type Slot,
  type Value,
} from "./types.ts"

/** Phase 1a: asks all acceptors to promise a new ballot, and to report what they have accepted. */
export function prepare(node: PaxosNode): void {
  const { proposer, learner } = node.state
  invariant(proposer.role === "follower", "a proposer conducts one ballot at a time (§2.2)")
  proposer.role = "candidate"
  proposer.ballot = ballotAbove(proposer.highest, node.id, node.size)
  invariant(proposer.ballot > node.disk.promised, "a new ballot is above all that its own acceptor has promised (§2.2)")
  invariant(ownerOf(proposer.ballot, node.size) === node.id, "no two proposers share a ballot (§2.5)")
  proposer.highest = proposer.ballot
  proposer.promises = [node.id]
  proposer.reported = emptySlots(learner.firstUnchosen)
  node.cancelTimer("election")
  believe(node, null, proposer.ballot)
  // A proposer's own acceptor is asked without a message. Its promise is on the disk before the others are asked, so
  // that not even after a crash does a proposer use a ballot twice (Paxos Made Simple §2.5).
  promise(node, proposer.ballot)
  for (const proposal of acceptedFrom(node, learner.firstUnchosen)) recordReported(node, proposal)
  node.broadcast({ type: "Prepare", ballot: proposer.ballot, firstUnchosen: learner.firstUnchosen })
  node.setTimer("prepare", node.parameters.heartbeatInterval)
  if (proposer.promises.length >= phase1Quorum(node)) lead(node)
}

/** Resends to those that have not answered: a promise stays good however long it takes, so the ballot stays the same. */
export function resendPrepare(node: PaxosNode): void {
  const { proposer, learner } = node.state
  const message = { type: "Prepare", ballot: proposer.ballot, firstUnchosen: learner.firstUnchosen } as const
  for (const peer of node.peers) if (!proposer.promises.includes(peer)) node.send(peer, message, "retransmission")
  node.setTimer("prepare", node.parameters.heartbeatInterval)
}

export function receivePromise(node: PaxosNode, message: Promise, from: NodeId): void {
  const { proposer } = node.state
  if (proposer.role !== "candidate" || message.ballot !== proposer.ballot || proposer.promises.includes(from)) return
  invariant(node.disk.promised === proposer.ballot, "a candidate's own acceptor has promised its ballot (§2.2)")
  proposer.promises.push(from)
  learnHistory(node, message.chosen)
  for (const proposal of message.accepted) {
    invariant(
      proposal.ballot < proposer.ballot,
      "a promise reports proposals numbered below its ballot (§2.2, phase 1b)",
    )
    recordReported(node, proposal)
  }
  if (proposer.promises.length >= phase1Quorum(node)) lead(node)
}

/** Keeps the highest-numbered proposal for each slot. */
export function recordReported(node: PaxosNode, proposal: Proposal): void {
  const { reported } = node.state.proposer
  const known = at(reported, proposal.slot)
  if (known === undefined || proposal.ballot > known.ballot) put(reported, proposal.slot, proposal)
}

/**
 * A quorum of phase 1 has promised. For every slot where something may have been chosen, the leader has to propose the value
 * of the highest-numbered proposal reported (P2c). Below and between these it is free: it fills the gaps with no-ops, since
 * later slots cannot be executed before them (Paxos Made Simple §3).
 */
export function lead(node: PaxosNode): void {
  const { proposer, learner, detector } = node.state
  invariant(
    proposer.promises.length >= phase1Quorum(node),
    "phase 2 begins with the promises of a quorum of phase 1 (§2.2)",
  )
  invariant(node.disk.promised === proposer.ballot, "a leader's own acceptor has promised its ballot (§2.2)")
  proposer.role = "leader"
  node.cancelTimer("prepare")
  detector.lastHeard.fill(node.now())
  detector.proposed = 0
  proposer.quorum = othersNeeded(node)
  believe(node, node.id, proposer.ballot)
  proposer.next = learner.firstUnchosen
  while (proposer.next < end(proposer.reported)) {
    const value = at(proposer.reported, proposer.next)?.value ?? null
    // A command of its own from an earlier ballot is on its way again, and needs no second slot.
    proposer.queue = proposer.queue.filter(command => !isSame(command, value))
    propose(node, value)
    // A leader that alone is a quorum of phase 2 may have filled the gap before what it knows to be chosen.
    proposer.next = Math.max(proposer.next, learner.firstUnchosen)
  }
  invariant(
    proposer.next >= end(proposer.reported),
    "P2c (§2.2): all that was reported is proposed before anything new",
  )
  endPhaseOne(proposer)
  proposeQueued(node)
  node.setTimer("heartbeat", 0)
}

/** Clears what was promised and reported: it means nothing once it is acted on, or the ballot is over. */
function endPhaseOne(proposer: Proposer): void {
  proposer.promises = []
  proposer.reported = emptySlots(proposer.next)
}

/** Takes up a client's command: proposes it, or keeps it until the pipeline has room or this node leads. */
export function enqueue(node: PaxosNode, command: Command): void {
  const { proposer, learner } = node.state
  learner.waiting.set(command.session, command)
  if (proposer.role === "leader" && hasRoom(node)) return propose(node, command)
  proposer.queue.push(command)
}

/** A leader proposes queued commands, as far as the pipeline has room. Called whenever a slot may have been chosen. */
export function proposeQueued(node: PaxosNode): void {
  const { proposer, learner } = node.state
  if (proposer.role !== "leader" || proposer.queue.length === 0) return
  let taken = 0
  while (taken < proposer.queue.length && hasRoom(node)) {
    const command = proposer.queue[taken++]!
    // An earlier proposal of the same command may have been chosen while it waited.
    if (isSame(learner.waiting.get(command.session) ?? null, command)) propose(node, command)
  }
  proposer.queue.splice(0, taken)
}

function hasRoom(node: PaxosNode): boolean {
  const { proposer, learner } = node.state
  return proposer.next - learner.firstUnchosen < node.parameters.pipeline
}

/** Phase 2a: asks acceptors to accept a value for the next slot. */
function propose(node: PaxosNode, value: Value): void {
  const { proposer, learner } = node.state
  invariant(proposer.role === "leader", "proposals come after phase 1 (§2.2)")
  invariant(
    proposer.next >= learner.firstUnchosen,
    "a slot whose value is known to be chosen gets no new proposal (§3)",
  )
  const proposal: Proposal = { ballot: proposer.ballot, slot: proposer.next++, value }
  const accepted = accept(node, proposal)
  invariant(accepted, "a leader that its own acceptor has given up stops proposing")
  const message = { type: "Accept", proposal, firstUnchosen: learner.firstUnchosen } as const
  if (node.parameters.thrifty) for (const peer of proposer.quorum) node.send(peer, message)
  else node.broadcast(message)
  acknowledge(node, proposal.ballot, proposal.slot)
}

/** This node has accepted a proposal of its own: its learner knows, and with `learning: everyone` so do the others. */
function acknowledge(node: PaxosNode, ballot: Ballot, slot: Slot): void {
  if (node.parameters.learning === "everyone") node.broadcast({ type: "Accepted", ballot, slot })
  countAcceptance(node, ballot, slot, node.id)
}

/** Sends a proposal that is not chosen yet to the acceptors that have not answered. */
export function resendProposal(node: PaxosNode, slot: Slot): void {
  const { acceptor, learner, proposer } = node.state
  const proposal = at(acceptor.accepted, slot)
  invariant(proposal !== undefined, "a leader's own acceptor accepts what it proposes")
  const voters = at(learner.votes, slot)?.voters ?? []
  invariant(proposal.ballot === proposer.ballot, "a leader proposes in its own ballot only (§2.2)")
  const message = { type: "Accept", proposal, firstUnchosen: learner.firstUnchosen } as const
  for (const peer of node.peers) if (!voters.includes(peer)) node.send(peer, message, "retransmission")
}

/**
 * With `thrifty`, the acceptors to ask: enough to make a quorum of phase 2 with the leader's own, the most recent to answer
 * heartbeats first.
 */
export function othersNeeded(node: PaxosNode): NodeId[] {
  const { lastHeard } = node.state.detector
  const after = (peer: NodeId): number => (peer - node.id + node.size) % node.size
  return node.peers
    .toSorted((a, b) => lastHeard[b]! - lastHeard[a]! || after(a) - after(b))
    .slice(0, phase2Quorum(node) - 1)
}

/**
 * Another ballot has begun, or no quorum is reachable: this node's ballot is over.
 *
 * Clients of a distinguished leader retry on their own; commands not yet proposed are returned to them. Where any node may
 * propose, it tries again itself, after a random pause.
 */
export function standDown(node: PaxosNode, ballot: Ballot): void {
  const { proposer, learner, detector } = node.state
  proposer.highest = Math.max(proposer.highest, ballot)
  if (proposer.role === "follower") return
  invariant(ballot >= proposer.ballot, "a ballot is given up for a higher one, or for itself (§2.3)")
  proposer.role = "follower"
  endPhaseOne(proposer)
  proposer.quorum = []
  detector.lastHeard.fill(0)
  detector.announced = 0
  detector.proposed = 0
  node.cancelTimer("heartbeat")
  node.cancelTimer("prepare")
  believe(node, null, ballot)
  if (node.parameters.proposers === "distinguished") {
    for (const { session, sequence } of proposer.queue)
      node.reply(session, { type: "Redirect", sequence, leader: null })
    proposer.queue = []
    learner.waiting.clear()
    watch(node)
  } else {
    // Nothing may hang on the order of a map's entries.
    proposer.queue = [...learner.waiting.values()].toSorted((a, b) => a.session - b.session)
    if (proposer.queue.length > 0) node.setTimer("prepare", node.random(0, node.parameters.backoff))
  }
}
