/**
 * The distinguished leader, which keeps Paxos from starving (Paxos Made Simple §2.4): its heartbeats, how followers adopt
 * it, and how it helps those that have missed something.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { phase2Quorum } from "../common/flexible-quorums.ts"
import { nextAttempt } from "../common/preferred-leader.ts"
import { promise } from "./acceptor.ts"
import { believe, watch } from "./detector.ts"
import { othersNeeded, prepare, resendProposal, standDown } from "./proposer.ts"
import { historyFrom } from "./snapshot.ts"
import { at } from "./slots.ts"
import { type Ballot, type HeartbeatReply, ownerOf, type PaxosNode, type Slot } from "./types.ts"

/** With every heartbeat it also resends proposals that have been pending since the last one, to those that have not answered. */
export function heartbeat(node: PaxosNode): void {
  const { proposer, learner, detector } = node.state
  invariant(proposer.role === "leader", "only the distinguished leader sends heartbeats (§2.4)")
  invariant(node.disk.promised === proposer.ballot, "a leader's own acceptor has promised no higher ballot (§2.3)")
  if (isCutOff(node)) return standDown(node, proposer.ballot)
  for (let slot = learner.firstUnchosen; slot < detector.proposed; slot++) {
    if (at(learner.chosen, slot) === undefined) resendProposal(node, slot)
  }
  if (node.parameters.thrifty) proposer.quorum = othersNeeded(node)
  detector.announced = learner.firstUnchosen
  detector.proposed = proposer.next
  const message = { type: "Heartbeat", ballot: proposer.ballot, firstUnchosen: learner.firstUnchosen } as const
  node.broadcast(message, "heartbeat")
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

/**
 * True if no quorum of phase 2 has answered for as long as followers wait for a leader. Such a leader can get nothing chosen and
 * others probably have a new one; clients had better look for it. (Not in the paper, and not needed for safety.)
 */
function isCutOff(node: PaxosNode): boolean {
  const { lastHeard } = node.state.detector
  // One microsecond more than the timeout is too long.
  const tooLong = node.parameters.electionTimeoutMax + 1
  let reached = 1
  for (const peer of node.peers) if (!node.isOver(lastHeard[peer]! + tooLong)) reached++
  return reached < phase2Quorum(node)
}

/**
 * A follower has answered a heartbeat. If it lacks slots that the heartbeat announced as chosen, messages were lost or went
 * to another leader: it is sent all it lacks.
 */
export function receiveHeartbeatReply(node: PaxosNode, message: HeartbeatReply, from: NodeId): void {
  const { proposer, detector } = node.state
  if (proposer.role !== "leader" || message.ballot !== proposer.ballot) return
  detector.lastHeard[from] = node.now()
  if (message.firstUnchosen >= detector.announced) return
  const chosen = historyFrom(node, message.firstUnchosen)
  node.send(from, { type: "CatchUp", ballot: proposer.ballot, chosen }, "retransmission")
}

/**
 * Handles a sign of life from the leader of `ballot`.
 *
 * @returns false if this node has promised a higher ballot, so that it does not follow that leader any more
 */
export function follow(node: PaxosNode, ballot: Ballot): boolean {
  if (!promise(node, ballot)) return false
  invariant(ownerOf(ballot, node.size) !== node.id, "nobody else conducts this node's ballots (§2.5)")
  outbid(node, ballot)
  believe(node, ownerOf(ballot, node.size), ballot)
  watch(node)
  return true
}

/**
 * The preferred leader has heard another one: it takes over if it knows all that this one has announced to be chosen. It
 * needs no permission: phase 1 reports the rest to it.
 */
export function takeOver(node: PaxosNode, announced: Slot): void {
  const { detector, learner, proposer } = node.state
  const { preferredLeader, proposers } = node.parameters
  if (preferredLeader !== node.id || proposers !== "distinguished" || proposer.role !== "follower") return
  if (learner.firstUnchosen < announced || !node.isOver(detector.takeOverAt)) return
  detector.takeOverAt = nextAttempt(node)
  prepare(node)
}

/**
 * A ballot is known to have begun: a lower one of this node is over.
 *
 * This holds for any message that reports it. A leader must not continue after it has learnt what a higher ballot chose:
 * "all slots below `firstUnchosen` are chosen" would make followers mistake its own losing proposals for chosen ones.
 */
export function outbid(node: PaxosNode, ballot: Ballot): void {
  if (ballot > node.state.proposer.highest) standDown(node, ballot)
}
