/**
 * The state and the messages of Viewstamped Replication, with the names of the paper (Figure 2, §4, §5 and §7).
 *
 * A replica number is a node's id. The paper's `i` and `j` in messages are their senders, and its epoch-number is part of
 * the view (see configuration.ts).
 */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import type { ChangeMembership } from "../../runtime/contract/membership.ts"
import type { Belief } from "../../runtime/contract/service.ts"
import type { LeaderElection } from "../../services/leader-election/shape.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import type { Machine } from "../../services/replicated-log/machine.ts"
import type { LogReply, ReplicatedLog } from "../../services/replicated-log/shape.ts"
import { type Configuration, primaryOf } from "./configuration.ts"
import type { VsrParameters } from "./parameters.ts"

export interface Vsr extends Shape {
  readonly parameters: VsrParameters
  /** No disk: a crash takes everything. */
  readonly disk: object
  readonly state: State
  readonly message: Message
  readonly timer: "viewChange" | "heartbeat" | "resend" | "transfer" | "gap" | "transition"
  readonly service: ReplicatedLog | LeaderElection | Operation
}

/** The requests of an operator. */
interface Operation {
  readonly request: ChangeMembership
  readonly reply: LogReply
  readonly fact: Belief
}

export type Replica = Node<Vsr>

// --- State -----------------------------------------------------------------------------------------------------------

/** The machine after the first `opNumber` requests, in place of the log up to there (§5.1). It never changes. */
export interface Checkpoint {
  readonly opNumber: number
  readonly machine: Machine
}

/** A request in the log: of a client to the service, or of an operator to the group. */
export type Request = Command | Reconfiguration | CheckEpoch

/** The last request of its epoch (§7.1). */
export interface Reconfiguration {
  readonly type: "Reconfiguration"
  /** The group of the next epoch. */
  readonly next: Configuration
}

/** Does nothing: an operator knows by the answer that the group of its epoch has started (§7.3). */
export interface CheckEpoch {
  readonly type: "CheckEpoch"
  readonly client: ClientId
  readonly sequence: number
}

/** Requests in the order of their op-numbers, from 1: a checkpoint, and those after it. */
export interface Log {
  readonly checkpoint: Checkpoint
  readonly requests: readonly Request[]
}

/**
 * `transitioning`: the replica is in an epoch whose group has yet to get the state, from it or from others (§7.1). `spare`:
 * it belongs to no group, because it has left, or has not joined yet.
 */
export type Status = "normal" | "view-change" | "recovering" | "transitioning" | "spare"

export interface State {
  status: Status
  /** The group of the latest epoch that it knows of: that of its view. */
  configuration: Configuration
  /** The replicas of the group, but for itself. */
  others: readonly NodeId[]
  viewNumber: number
  /** The primary of that view, once this replica knows that it has begun to act as such; null: it does not know. */
  leader: NodeId | null
  /** The latest view in which its status was normal: v' of a DoViewChange. */
  lastNormalView: number
  checkpoint: Checkpoint
  /** The requests after the checkpoint. */
  requests: Request[]
  /** The op-number of the latest request known to be committed; all up to it are executed. */
  commitNumber: number
  /** The machine that clients see; its sessions are the results of the paper's client-table. */
  machine: Machine

  /** On the primary: the op-number up to which each replica has the log of this view, by id. */
  prepared: number[]
  /** On the primary: the latest request of each client that is in the log and not executed (the rest of the client-table). */
  pending: Map<ClientId, number>

  /** On backups: requests of this view that arrived out of order, before their predecessors, by op-number. */
  early: Map<number, Request>

  /** During a view change, by id: the life in which a replica has sent StartViewChange; null: it has not. */
  startViewChanges: (Incarnation | null)[]
  /** During a view change: the DoViewChange of each replica, by id: one's own once it is sent, others' on the new primary. */
  doViewChanges: (DoViewChange | null)[]

  /** True while it waits for a NewState, or to hear of a later epoch. */
  isTransferring: boolean

  /** In transition: the number of replicas that it has asked for the state, one after the other. */
  asked: number
  /** While it is being replaced: the replicas of the new group that have started, by id. */
  started: boolean[]

  /** While it recovers: the answers so far, by id. */
  recoveryResponses: (RecoveryResponse | null)[]
  /** The latest life of each replica that it knows of, by id; its own is the nonce of its recovery. */
  crashVector: Incarnation[]
}

/** A life of a replica: 0 is the first, later ones have the nonce of the recovery that they began with. */
export type Incarnation = number

// --- Messages --------------------------------------------------------------------------------------------------------

/** §4.1, step 3. */
export interface Prepare {
  readonly type: "Prepare"
  readonly view: number
  readonly request: Request
  readonly opNumber: number
  readonly commitNumber: number
}

/** §4.1, step 4: the sender has the log of this view up to `opNumber`. */
export interface PrepareOk {
  readonly type: "PrepareOk"
  readonly view: number
  readonly opNumber: number
}

/** §4.1, step 6. */
export interface Commit {
  readonly type: "Commit"
  readonly view: number
  readonly commitNumber: number
}

/** §4.2, step 1. The paper's has no crash vector. */
export interface StartViewChange {
  readonly type: "StartViewChange"
  readonly view: number
  readonly crashVector: readonly Incarnation[]
}

/** §4.2, step 2. */
export interface DoViewChange {
  readonly type: "DoViewChange"
  readonly view: number
  readonly log: Log
  readonly lastNormalView: number
  readonly commitNumber: number
}

/** §4.2, step 3. */
export interface StartView {
  readonly type: "StartView"
  readonly view: number
  readonly log: Log
  readonly commitNumber: number
}

/** §4.3, step 1. */
export interface Recovery {
  readonly type: "Recovery"
  readonly nonce: Incarnation
}

/** §4.3, step 2. The paper's has no crash vector. */
export interface RecoveryResponse {
  readonly type: "RecoveryResponse"
  readonly view: number
  readonly nonce: Incarnation
  /** Sent by the primary of the view only. */
  readonly state: { readonly log: Log; readonly commitNumber: number } | null
  readonly crashVector: readonly Incarnation[]
}

/** §5.2: asks for the log of a view after `opNumber`. */
export interface GetState {
  readonly type: "GetState"
  readonly view: number
  readonly opNumber: number
}

/** §5.2: the log after `after`, or a whole one if the sender's checkpoint covers part of that. */
export interface NewState {
  readonly type: "NewState"
  readonly view: number
  readonly after: number
  readonly checkpoint: Checkpoint | null
  readonly requests: readonly Request[]
  readonly commitNumber: number
}

/** §7.1, step 3, and §7.2: the sender is in this epoch. */
export interface StartEpoch {
  readonly type: "StartEpoch"
  readonly configuration: Configuration
}

/**
 * §7.1.1, step 2: asks for the log up to the start of an epoch, after `opNumber`; or a replica in a later epoch for that
 * epoch.
 */
export interface GetEpochState {
  readonly type: "GetEpochState"
  readonly view: number
  readonly opNumber: number
}

/** §7.1.1, step 3: the sender has started in the first view of an epoch, or in a later one. */
export interface EpochStarted {
  readonly type: "EpochStarted"
  readonly view: number
}

export type Message =
  | Prepare
  | PrepareOk
  | Commit
  | StartViewChange
  | DoViewChange
  | StartView
  | Recovery
  | RecoveryResponse
  | GetState
  | NewState
  | StartEpoch
  | GetEpochState
  | EpochStarted

// --- The group -------------------------------------------------------------------------------------------------------

/** True if a replica is the primary of its view and in normal operation. */
export function isPrimary({ id, state }: Replica): boolean {
  return state.status === "normal" && primaryOf(state.viewNumber, state.configuration.members) === id
}

/** The primary of a view of the replica's epoch. */
export function primaryIn({ configuration }: State, view: number): NodeId {
  return primaryOf(view, configuration.members)
}

/** True if a replica can take part in views: it is neither recovering nor waiting for an epoch to start. */
export function takesPart({ status }: State): boolean {
  return status === "normal" || status === "view-change"
}
