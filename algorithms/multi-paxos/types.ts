/**
 * Types of Multi-Paxos: its parameters, what an acceptor keeps on stable storage, the volatile state of the
 * three roles that every node plays at once, and the messages between them.
 */
import type { ClientId, Node, NodeId } from "../../runtime/contract/algorithm.ts"
import { choice, duration, flag, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { LeaderElection } from "../../services/leader-election/shape.ts"
import type { Machine } from "../../services/replicated-log/machine.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import type { ReplicatedLog } from "../../services/replicated-log/shape.ts"
import { preferenceParameters } from "../common/preferred-leader.ts"
import { quorumParameters } from "../common/flexible-quorums.ts"
import type { Slots } from "./slots.ts"

export const parameters = {
  electionTimeoutMin: duration(
    "max(150ms, 10d)",
    "A node that hears of no leader for a random time from this to electionTimeoutMax tries to become the leader. Far above a round trip (2d), so that a live leader is not assumed dead.",
    { min: 1, title: "Shortest election timeout" },
  ),
  electionTimeoutMax: duration(
    "max(300ms, 20d)",
    "Longest time without a leader. The wider the spread, the fewer candidates outbid each other.",
    { min: 1, title: "Longest election timeout" },
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "How often the leader shows that it lives; also how long a leader or candidate waits for an answer before it resends.",
    { min: 1 },
  ),
  proposers: choice(
    ["distinguished", "any"],
    "distinguished",
    "Who proposes: only a distinguished leader, to which the others redirect clients, or any node that is asked, at the risk of duels without end.",
  ),
  backoff: duration(
    "max(10ms, 20d)",
    "With `proposers: any`, the longest random wait of a proposer that was outbid before it tries again; 0 lets duels last for ever.",
  ),
  learning: choice(
    ["piggyback", "broadcast", "everyone"],
    "piggyback",
    "How the others learn what is chosen: with the leader's next message, from a Success message of its own, or by every acceptor telling everyone.",
  ),
  thrifty: flag(false, "Whether the leader asks only as many acceptors as it needs for a quorum of phase 2."),
  pipeline: integer(1000, "How many slots the leader may be ahead of the first one that is not chosen (alpha).", {
    min: 1,
  }),
  snapshotEvery: integer(
    1000,
    "A node takes a snapshot and drops what it covers each time it has executed this number of slots. 0: never; its journal then grows without end.",
  ),
  ...quorumParameters,
  ...preferenceParameters,
} as const

/**
 * A ballot number, `round * n + id` with rounds from 1: totally ordered, and no two nodes share one. 0 is no ballot.
 * (Paxos Made Simple calls it a proposal number.)
 */
export type Ballot = number

/** The number of an instance of the consensus algorithm: the position of a command in the log, from 1. */
export type Slot = number

/** The value chosen for a slot: a client's command, or `null`, a no-op. */
export type Value = Command | null

/** A proposal: for one slot, a number and a value (Paxos Made Simple §2.2). */
export interface Proposal {
  readonly ballot: Ballot
  readonly slot: Slot
  readonly value: Value
}

/** The state machine as it is once every slot below `next` is executed. */
export interface Snapshot {
  readonly next: Slot
  readonly machine: Machine
}

/** Stable storage. Only what an acceptor must not forget; what is chosen can be learned again. */
export interface Disk {
  /** The highest ballot this acceptor has promised or accepted anything in. */
  promised: Ballot
  /** Every proposal this acceptor has accepted, in the order of acceptance; the last one for a slot counts. */
  readonly journal: Proposal[]
  /** Stands for all slots below `snapshot.next`, which the journal need not hold any more. */
  snapshot: Snapshot
}

/** The acceptor's proposals by slot: an index of its journal. */
export interface Acceptor {
  readonly accepted: Slots<Proposal>
}

export interface Proposer {
  /** A `candidate` is in phase 1, the `leader` is through with it for all slots to come. */
  role: "follower" | "candidate" | "leader"
  /** The ballot it conducts, or conducted last. */
  ballot: Ballot
  /** The highest ballot it has heard of, promised ones included. */
  highest: Ballot
  /** Phase 1: who has promised, and the highest-numbered proposal reported for each slot. */
  promises: NodeId[]
  reported: Slots<Proposal>
  /** Phase 2: the next slot to propose in. */
  next: Slot
  /** Commands not proposed yet. */
  queue: Command[]
  /** With `thrifty`: the acceptors it asks. */
  quorum: NodeId[]
}

export interface Learner {
  /** Who has accepted the highest-numbered proposal heard of, by slot. */
  readonly votes: Slots<Votes>
  /** The values known to be chosen; the last `snapshotEvery` slots of it are kept for nodes that lag behind. */
  readonly chosen: Slots<Value>
  /** All slots below are chosen and executed. */
  firstUnchosen: Slot
  machine: Machine
  /** The command each client awaits an answer to from this node. */
  readonly waiting: Map<ClientId, Command>
}

export interface Votes {
  readonly ballot: Ballot
  readonly voters: NodeId[]
}

/** The leader that a node believes in, and what the leader knows of its followers. */
export interface Detector {
  leader: NodeId | null
  /** The ballot of that leader. */
  ballot: Ballot
  /** The leader's view: when each node last answered a heartbeat, by node id. */
  readonly lastHeard: Micros[]
  /** The leader's view at its last heartbeat: its first unchosen slot, and the next slot to propose in. */
  announced: Slot
  proposed: Slot
  /** The preferred leader's view: when it may next try to take over. */
  takeOverAt: Micros
}

export interface State {
  readonly acceptor: Acceptor
  readonly proposer: Proposer
  readonly learner: Learner
  readonly detector: Detector
}

/** The values that a learner knows to be chosen: a snapshot, if the receiver is far behind, and the values from slot `from` on. */
export interface History {
  readonly snapshot: Snapshot | null
  readonly from: Slot
  readonly values: readonly Value[]
}

/** Phase 1a, for every slot from the candidate's first unchosen one on. */
export interface Prepare {
  readonly type: "Prepare"
  readonly ballot: Ballot
  readonly firstUnchosen: Slot
}

/** Phase 1b: no proposal below `ballot` any more; what was accepted so far, and what is known to be chosen. */
export interface Promise {
  readonly type: "Promise"
  readonly ballot: Ballot
  readonly accepted: readonly Proposal[]
  readonly chosen: History
}

/** Phase 2a; and by the way, all slots below `firstUnchosen` are chosen. */
export interface Accept {
  readonly type: "Accept"
  readonly proposal: Proposal
  readonly firstUnchosen: Slot
}

/** Phase 2b. */
export interface Accepted {
  readonly type: "Accepted"
  readonly ballot: Ballot
  readonly slot: Slot
}

/** The acceptor has promised `ballot`, so that it ignores what it was sent (Paxos Made Simple §2.3). */
export interface Refused {
  readonly type: "Refused"
  readonly ballot: Ballot
}

/** The proposal is chosen (The Part-Time Parliament §2.3, step 6). */
export interface Success {
  readonly type: "Success"
  readonly proposal: Proposal
}

/** The leader of `ballot` lives, and all slots below `firstUnchosen` are chosen. */
export interface Heartbeat {
  readonly type: "Heartbeat"
  readonly ballot: Ballot
  readonly firstUnchosen: Slot
}

/** So does the sender, who knows all slots below `firstUnchosen` to be chosen. */
export interface HeartbeatReply {
  readonly type: "HeartbeatReply"
  readonly ballot: Ballot
  readonly firstUnchosen: Slot
}

/** The values that a learner which lags behind has missed. */
export interface CatchUp {
  readonly type: "CatchUp"
  readonly ballot: Ballot
  readonly chosen: History
}

export type Message = Prepare | Promise | Accept | Accepted | Refused | Success | Heartbeat | HeartbeatReply | CatchUp

export interface MultiPaxos {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  readonly timer: "election" | "heartbeat" | "prepare"
  readonly service: ReplicatedLog | LeaderElection
}

export type PaxosNode = Node<MultiPaxos>

/** The least ballot of node `id` above `ballot`. */
export function ballotAbove(ballot: Ballot, id: NodeId, size: number): Ballot {
  return (Math.floor(ballot / size) + 1) * size + id
}

/** The only node that may conduct a ballot. */
export function ownerOf(ballot: Ballot, size: number): NodeId {
  return ballot % size
}
