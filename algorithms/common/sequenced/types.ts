/**
 * Replicas that execute every request in one total order, behind front ends: what active and semi-active replication share.
 *
 * One replica, the sequencer, gives each request its place in the order; all execute it there, and all answer the front end
 * that the client asked. An epoch is the reign of one sequencer: epoch e is that of replica e mod n.
 */
import type { Node, NodeId, RoleNode, Shape } from "../../../runtime/contract/algorithm.ts"
import type { Command, Result } from "../../../services/replicated-log/command.ts"
import type { Machine } from "../../../services/replicated-log/machine.ts"
import type { ReplicatedLog } from "../../../services/replicated-log/shape.ts"
import type { SequencedParameters } from "./parameters.ts"

export interface Sequenced extends Shape {
  readonly parameters: SequencedParameters
  /** No disk: a crash takes everything. */
  readonly disk: object
  readonly state: State
  readonly message: ToReplica
  readonly timer: Timer
  readonly service: ReplicatedLog
  readonly roles: { readonly "front-end": FrontEndShape }
}

export type Timer = "heartbeat" | "suspect" | "collect" | "rejoin"

export interface FrontEndShape {
  readonly serves: true
  readonly disk: object
  readonly state: FrontEndState
  readonly message: ToFrontEnd
  readonly timer: never
}

export type Replica = Node<Sequenced>
export type FrontEnd = RoleNode<Sequenced, "front-end">

// --- State -----------------------------------------------------------------------------------------------------------

/** A request, and the front end that it came through, which gets the answers. */
export interface Asked {
  readonly command: Command
  readonly frontEnd: NodeId
}

/** A request that has its place in the order of an epoch. */
export interface Ordered extends Asked {
  readonly epoch: number
}

export interface State {
  /**
   * `active`: executes what the sequencer of its epoch orders, or is that. `taking over`: collects what the survivors have
   * executed, to be the next sequencer. `waiting`: has answered a replica that is taking over, and executes nothing until
   * that is done. `joining`: has lost its state, or fallen behind, and waits for the sequencer's.
   */
  status: "active" | "taking over" | "waiting" | "joining"
  epoch: number
  machine: Machine
  /** The position in the order of the last request executed; all before it have been executed, too. */
  executed: number
  /** Requests with a place in the order that are not executed yet, by place. */
  ordered: Map<number, Ordered>
  /** By client: its last request, if that is not executed, in case this replica becomes the sequencer. */
  pending: Map<number, Asked>
  /** While it takes over: the survivors' answers, by id. */
  survivors: (Survivor | null)[]
  /** While it joins: the nonce of its Join. */
  nonce: number
}

/** A client's request in the hands of a front end. */
export interface Awaited {
  readonly command: Command
  /** The answers so far, one of each replica. */
  readonly answers: ReplicaAnswer[]
}

export interface ReplicaAnswer {
  readonly from: NodeId
  readonly result: Result
}

/** Nothing here has to survive a crash: another front end can take over. */
export interface FrontEndState {
  /** By client. */
  readonly awaited: Map<number, Awaited>
  /** The latest epoch that replicas answered in, and the replica believed to order requests in it. */
  epoch: number
  sequencer: NodeId
}

// --- Messages --------------------------------------------------------------------------------------------------------

/** A front end hands a client's request to a replica. */
export interface Request {
  readonly type: "Request"
  readonly command: Command
}

/** The sequencer gives a request its place in the order. */
export interface Order extends Ordered {
  readonly type: "Order"
  readonly index: number
}

/** A sign of life from the sequencer. */
export interface Alive {
  readonly type: "Alive"
  readonly epoch: number
}

/** The sender takes over as the sequencer of an epoch; it has executed the order up to a place. */
export interface TakeOver {
  readonly type: "TakeOver"
  readonly epoch: number
  readonly executed: number
}

/** The sender has left all earlier epochs; with its machine, if that is ahead of the replica that takes over. */
export interface Survivor {
  readonly type: "Survivor"
  readonly epoch: number
  readonly executed: number
  readonly machine: Machine | null
}

/** The sender is the sequencer of an epoch, whose order begins after a place. */
export interface NewSequencer {
  readonly type: "NewSequencer"
  readonly epoch: number
  readonly executed: number
}

/** Asks for the state of the sequencer. */
export interface Join {
  readonly type: "Join"
  readonly nonce: number
}

/** The sequencer's state: for the replica that asked with `nonce`, or, if that is null, for one that is behind. */
export interface Transfer {
  readonly type: "Transfer"
  readonly nonce: number | null
  readonly epoch: number
  readonly executed: number
  readonly machine: Machine
}

export type ToReplica = Request | Order | Alive | TakeOver | Survivor | NewSequencer | Join | Transfer

/** The result of a client's command on the sender's machine. */
export interface Answer {
  readonly type: "Answer"
  readonly session: number
  readonly sequence: number
  readonly result: Result
  readonly epoch: number
  /** The replica that the sender believes to order requests, if the epoch does not determine it. */
  readonly sequencer?: NodeId
}

/** Announces the replica that orders requests from now on. */
export interface SequencerIs {
  readonly type: "SequencerIs"
  readonly epoch: number
  /** Absent if the epoch determines it. */
  readonly sequencer?: NodeId
}

export type ToFrontEnd = Answer | SequencerIs

// --- The group -------------------------------------------------------------------------------------------------------

export function sequencerOf(epoch: number, size: number): NodeId {
  return epoch % size
}

export function isSequencer({ id, size, state }: Replica): boolean {
  return state.status === "active" && sequencerOf(state.epoch, size) === id
}

/** The number of replicas of n = 2f+1 that may compute wrongly: f. */
export function wrongOf(size: number): number {
  return Math.floor((size - 1) / 2)
}
