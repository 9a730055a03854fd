/**
 * Multi-Paxos: a replicated log, every slot of it decided by an instance of Paxos, all under one leader.
 *
 * Lamport, "Paxos Made Simple" (2001), with "The Part-Time Parliament" (1998) for the parts the former leaves open.
 * Every node is proposer, acceptor and learner at once, each in a file of its own; this one says what they do when a
 * message arrives, a timer runs out or a client asks.
 */
import { answerCommand } from "../../services/replicated-log/answers.ts"
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { leaderElection } from "../../services/leader-election/service.ts"
import { copyOfMachine, emptyMachine, execute } from "../../services/replicated-log/machine.ts"
import { replicatedLog } from "../../services/replicated-log/service.ts"
import { areDisjoint, quorumConflict } from "../common/flexible-quorums.ts"
import { preferenceConflict } from "../common/preferred-leader.ts"
import { wrongReplies } from "../common/wrong-results.ts"
import { accept, acceptedFrom, isOld, promise, recall } from "./acceptor.ts"
import { initialDisk, startUnder } from "./beginning.ts"
import { believe, watch } from "./detector.ts"
import { follow, heartbeat, outbid, receiveHeartbeatReply, takeOver } from "./leader.ts"
import { countAcceptance, learn, learnAccepted, learnHistory } from "./learner.ts"
import { resendPrepare, enqueue, prepare, proposeQueued, receivePromise } from "./proposer.ts"
import { at, emptySlots } from "./slots.ts"
import { historyFrom } from "./snapshot.ts"
import { theory } from "./theory.ts"
import {
  type Disk,
  type MultiPaxos,
  parameters,
  type PaxosNode,
  type Proposal,
  type Slot,
  type State,
} from "./types.ts"

export const multiPaxos = algorithm<MultiPaxos>({
  name: "multi-paxos",
  title: "Multi-Paxos",
  source:
    "Lamport 2001, Paxos Made Simple, ACM SIGACT News 32(4); Lamport 1998, ACM TOCS 16(2); quorums of two sizes: " +
    "Howard, Malkhi and Spiegelman 2016, Flexible Paxos, OPODIS",
  summary:
    "A leader wins a ballot for all slots of the log at once, learns what earlier leaders may have got chosen, and then has each command accepted by a majority.",
  tolerates: { faults: "crash", of: n => Math.floor((n - 1) / 2) },
  offices: ["leader", "follower"],
  colour: "#D55E00",
  theory,
  serves: [replicatedLog, leaderElection],
  oneLeaderPerEpoch: true,
  parameters,
  conflict: (values, nodes) => quorumConflict(values, nodes) ?? preferenceConflict(values, nodes),
  isUnsafe: areDisjoint,

  disk: () => ({ promised: 0, journal: [], snapshot: { next: 1, machine: emptyMachine() } }),

  state: self => initialState(self.disk, self.size),

  start(node) {
    const { next } = node.disk.snapshot
    if (next > 1) node.report({ type: "restored", index: next - 1 })
    watch(node)
  },

  begins: { disk: initialDisk, start: startUnder },

  receive: {
    Prepare(node, { ballot, firstUnchosen }, from) {
      const isNew = ballot > node.disk.promised
      if (!promise(node, ballot)) return refuse(node, from)
      if (isNew) {
        outbid(node, ballot)
        believe(node, null, ballot)
        watch(node)
      }
      const accepted = acceptedFrom(node, Math.max(firstUnchosen, node.state.learner.firstUnchosen))
      const chosen = historyFrom(node, firstUnchosen)
      node.send(from, { type: "Promise", ballot, accepted, chosen })
    },

    Promise: receivePromise,

    Accept(node, { proposal, firstUnchosen }, from) {
      const isNew = !isOld(node, proposal)
      if (!accept(node, proposal)) return refuse(node, from)
      follow(node, proposal.ballot)
      sendAccepted(node, proposal, from, isNew)
      learnAccepted(node, proposal.ballot, firstUnchosen)
    },

    Accepted(node, { ballot, slot }, from) {
      outbid(node, ballot)
      const isChosen = countAcceptance(node, ballot, slot, from)
      if (!isChosen || node.state.proposer.role !== "leader") return
      if (node.parameters.learning === "broadcast") announceChosen(node, slot)
      proposeQueued(node)
    },

    Refused(node, { ballot }) {
      outbid(node, ballot)
    },

    Success(node, { proposal: { ballot, slot, value } }) {
      follow(node, ballot)
      learn(node, slot, value)
      proposeQueued(node)
    },

    Heartbeat(node, { ballot, firstUnchosen }, from) {
      if (!follow(node, ballot)) return refuse(node, from)
      learnAccepted(node, ballot, firstUnchosen)
      const reply = { type: "HeartbeatReply", ballot, firstUnchosen: node.state.learner.firstUnchosen } as const
      node.send(from, reply)
      takeOver(node, firstUnchosen)
    },

    HeartbeatReply: receiveHeartbeatReply,

    CatchUp(node, { ballot, chosen }) {
      follow(node, ballot)
      learnHistory(node, chosen)
      // A leader may also learn a value that it is proposing: its predecessor had already got it chosen.
      proposeQueued(node)
    },
  },

  answers: ["Promise", "Accepted", "Refused", "HeartbeatReply"],

  standing: ({ state: { proposer }, disk }) => ({
    role: proposer.role,
    rank: proposer.role === "leader" ? 2 : proposer.role === "candidate" ? 1 : 0,
    epoch: disk.promised,
  }),

  timeout: {
    election: prepare,

    heartbeat,

    prepare(node) {
      const { proposer, learner } = node.state
      if (proposer.role === "candidate") resendPrepare(node)
      else if (learner.waiting.size > 0) prepare(node)
      else proposer.queue = []
    },
  },

  request: {
    Command(node, command, client) {
      const { proposer, learner, detector } = node.state
      const { session, sequence } = command
      if (proposer.role !== "leader" && node.parameters.proposers === "distinguished") {
        return node.reply(client, { type: "Redirect", sequence, leader: detector.leader })
      }
      if (sequence <= (learner.machine.sessions[session]?.sequence ?? 0)) {
        return answerCommand(node, command, execute(learner.machine, command))
      }
      if (sequence <= (learner.waiting.get(session)?.sequence ?? 0)) return
      const isIdle = proposer.role === "follower" && proposer.queue.length === 0
      enqueue(node, command)
      if (isIdle) prepare(node)
    },

    Elect(node) {
      if (node.state.proposer.role === "follower") prepare(node)
    },
  },

  liesToClients: wrongReplies,
  // A traitor hides what it has accepted. As a leader it proposes, and announces as chosen, commands to some and no-ops to
  // others.
  lies: {
    Promise: (message, tell) => (tell(1, 2) === 1 ? message : { ...message, accepted: [] }),
    Accept: (message, tell) =>
      tell(1, 2) === 1 ? message : { ...message, proposal: { ...message.proposal, value: null } },
    Success: (message, tell) =>
      tell(1, 2) === 1 ? message : { ...message, proposal: { ...message.proposal, value: null } },
  },
})

/** Volatile state after a boot, derived only from the disk. */
function initialState(disk: Readonly<Disk>, size: number): State {
  const { promised, snapshot } = disk
  return {
    acceptor: { accepted: recall(disk) },
    proposer: {
      role: "follower",
      ballot: 0,
      highest: promised,
      promises: [],
      reported: emptySlots(snapshot.next),
      next: snapshot.next,
      queue: [],
      quorum: [],
    },
    learner: {
      votes: emptySlots(snapshot.next),
      chosen: emptySlots(snapshot.next),
      firstUnchosen: snapshot.next,
      machine: copyOfMachine(snapshot.machine),
      waiting: new Map(),
    },
    detector: {
      leader: null,
      ballot: 0,
      lastHeard: Array.from({ length: size }, () => 0),
      announced: 0,
      proposed: 0,
      takeOverAt: 0,
    },
  }
}

/** The acceptor owes no answer, but the proposer had better know that its ballot is over (Paxos Made Simple §2.3). */
function refuse(node: PaxosNode, proposer: NodeId): void {
  invariant(
    node.state.proposer.highest >= node.disk.promised,
    "a proposer knows what its own acceptor has promised (§2.3)",
  )
  node.send(proposer, { type: "Refused", ballot: node.disk.promised })
}

/** Reports an acceptance to those who learn by it: the leader, or with `learning: everyone` all nodes. */
function sendAccepted(node: PaxosNode, { ballot, slot }: Proposal, leader: NodeId, isNew: boolean): void {
  const isKept = slot < node.disk.snapshot.next || at(node.state.acceptor.accepted, slot)?.ballot === ballot
  invariant(isKept, "an acceptance is on stable storage before it is sent (§2.5)")
  const accepted = { type: "Accepted", ballot, slot } as const
  if (!isNew || node.parameters.learning !== "everyone") return node.send(leader, accepted)
  node.broadcast(accepted)
  countAcceptance(node, ballot, slot, node.id)
}

/** Announces to all that this node's proposal for a slot is chosen. */
function announceChosen(node: PaxosNode, slot: Slot): void {
  const proposal = at(node.state.acceptor.accepted, slot)
  if (proposal !== undefined) node.broadcast({ type: "Success", proposal })
}
