/** Types of single-decree Paxos: its parameters, stable storage, volatile state and messages. */
import type { ClientId, Node, NodeId } from "../../runtime/contract/algorithm.ts"
import { choice, duration, type ParameterValues } from "../../runtime/contract/parameters.ts"
import { quorumParameters } from "../common/flexible-quorums.ts"
import type { Agreement, Value } from "../../services/agreement/shape.ts"

export const parameters = {
  learning: choice(
    ["broadcast", "everyone", "proposer"],
    "broadcast",
    "How the outcome is learned: the proposer tells all, every acceptor tells all, or nobody but the proposer learns it (the workload's `learners: proposers` then says so).",
  ),
  retryAfter: duration(
    "max(20ms, 10d)",
    "A node that knows of an instance and has not learned its outcome for this long conducts a new ballot. Well above the 5d that an undisturbed one takes.",
    { min: 1 },
  ),
  backoff: duration(
    "max(20ms, 20d)",
    "Longest random wait added to that, and of a proposer that was outbid before it tries again; 0 lets duels last for ever.",
  ),
  ...quorumParameters,
} as const

/**
 * A ballot number, `round * n + id` with rounds from 1: totally ordered, and no two nodes share one. 0 is no ballot.
 * (Paxos Made Simple calls it a proposal number.)
 */
export type Ballot = number

/** A proposal is a number and a value (Paxos Made Simple §2.2). */
export interface Proposal {
  readonly ballot: Ballot
  readonly value: Value
}

/** The record of one instance that a node must not forget: what it promised, accepted and learned. */
export interface AcceptorRecord {
  readonly instance: number
  /** The highest ballot promised. */
  readonly promised: Ballot
  /** The highest-numbered proposal accepted. */
  readonly accepted: Proposal | null
  /** The outcome, once this node has learned it. */
  readonly decided: Value | null
}

/** Stable storage. */
export interface Disk {
  /** Acceptor records in the order in which they were written; the last of an instance counts. */
  readonly journal: AcceptorRecord[]
  /** Of instances up to this one the journal may hold nothing any more. */
  readonly forgotten: number
}

/** The number of instances that a node remembers. For older ones it is silent, like a node that is down, which is safe. */
export const KEPT = 1024

/** A node's part in one instance: its acceptor's record, and its state as proposer and learner. */
export interface Part {
  readonly instance: number
  acceptor: AcceptorRecord
  /** Its own proposal, if it was asked to make one. */
  value: Value | null
  /** The client that asked, if one did. */
  client: ClientId | null
  /** The ballot it conducts; 0 while it conducts none. */
  ballot: Ballot
  /** The highest ballot it has heard of, promised ones included. */
  highest: Ballot
  /** Phase 1: who has promised, and the highest-numbered proposal they have accepted. */
  promises: NodeId[]
  reported: Proposal | null
  /** True if phase 2 has begun. */
  proposed: boolean
  /** Learner: the highest ballot that acceptors are known to have accepted a proposal in, and which they are. */
  votedIn: Ballot
  voters: NodeId[]
}

export interface State {
  /** Its part in each of the last `KEPT` instances that it has had to do with since it booted, at `instance % KEPT`. */
  readonly parts: (Part | null)[]
  /** The records that the disk held at boot of the others among them, at the same place. */
  readonly recalled: (AcceptorRecord | null)[]
  /** The highest instance it has heard of. */
  newest: number
}

/** Phase 1a. */
export interface Prepare {
  readonly type: "Prepare"
  readonly instance: number
  readonly ballot: Ballot
}

/** Phase 1b. */
export interface Promise {
  readonly type: "Promise"
  readonly instance: number
  readonly ballot: Ballot
  readonly accepted: Proposal | null
}

/** Phase 2a. */
export interface Accept {
  readonly type: "Accept"
  readonly instance: number
  readonly ballot: Ballot
  readonly value: Value
}

/** Phase 2b. */
export interface Accepted {
  readonly type: "Accepted"
  readonly instance: number
  readonly ballot: Ballot
  readonly value: Value
}

/** The acceptor has promised `ballot`, so that it ignores the lower one (Paxos Made Simple §2.3). */
export interface Refused {
  readonly type: "Refused"
  readonly instance: number
  readonly ballot: Ballot
}

/** The value is chosen (Paxos Made Simple §2.3; The Part-Time Parliament §2.3, step 6). */
export interface Success {
  readonly type: "Success"
  readonly instance: number
  readonly value: Value
}

export type Message = Prepare | Promise | Accept | Accepted | Refused | Success

export interface Paxos {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  /** One for each instance that it will not leave alone until it learns the outcome. */
  readonly timer: "retry"
  readonly service: Agreement
}

export type PaxosNode = Node<Paxos>
