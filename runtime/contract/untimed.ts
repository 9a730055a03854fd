/**
 * A service without time, for hosts that explore every order of events, such as a model checker: its clients as values,
 * each with a bounded number of operations, and its checks as one fold over the reported facts.
 *
 * Nothing here has a duration. A client's own actions (beginning an operation, leaving the critical section) may happen
 * at any moment at which they are possible.
 */
import type { ClientId, NodeId, Tagged } from "./ids.ts"
import type { NodeFields, Renaming } from "./symmetry.ts"
import type { Verdict } from "./verdict.ts"

/** A fact that a node or a client reported. */
export interface Reported {
  /** A process; a client outside the group comes after all processes. */
  readonly node: NodeId
  readonly fact: Tagged
}

/** The fact that a host reports when a process crashes. */
export const CRASHED = "crashed"

/**
 * The fact that a host reports next if the process never comes back. In rounds no process does, and this is not
 * reported.
 */
export const STOPPED = "stopped"

/** The problem of a deadlock: a state in which nothing can happen any more. */
export const STALL = "nothing is under way that changes anything, no timer is armed, and not all is done"

/** An invariant, as a fold over reported facts; its state is plain data, and part of the state that a host compares. */
export interface Watch<State = unknown> {
  readonly initial: State
  /** The state after a fact. @param state its own copy, which it may change */
  observe(state: State, reported: Reported): State
  /** The problem; null if there is none. */
  problem(state: State): string | null
  /** The part of a state on which the future depends: states that are equal in it are merged. Default: all of it. */
  essence?(state: State): unknown
  /** The fields of a state that contain node ids, if its judgement does not depend on them. Absent: ids matter. */
  readonly interchangeable?: NodeFields
  /** Goals that some path should reach, in words: an exploration that reaches none shows little. */
  readonly goals?: Readonly<Record<string, Reached<State>>>
  /** True if all requests of clients are done, so that nothing more need happen. */
  isDone?(state: State): boolean
}

/** A method's type, so that the watches of one service are watches to hosts (as `Handler` in `node.ts`). */
type Reached<State> = { isReached(state: State): boolean }["isReached"]

/** The group for which a service is opened. */
export interface UntimedGroup {
  /** Number of nodes. */
  readonly size: number
  /** The processes that external clients ask. */
  readonly contacts: readonly NodeId[]
  /** Operations of all clients together. */
  readonly operations: number
  /** True if the algorithm promises that no epoch ever has a second leader. */
  readonly oneLeaderPerEpoch: boolean
  /** True if nodes take steps together, in rounds, so that all clients' requests begin at one moment. */
  readonly inRounds: boolean
  /** Nodes that need not follow the algorithm. */
  readonly traitors: readonly NodeId[]
}

export interface Untimed {
  readonly clients: readonly UntimedClient[]
  readonly watch: UntimedWatch
}

export interface UntimedWatch<State = unknown> extends Watch<State> {
  /** The number of operations that have succeeded. */
  ended(state: State): number
  /** The verdicts of the checks that do not depend on time. */
  verdicts(state: State): Readonly<Record<string, Verdict>>
}

/** A client as a value: each of its steps makes a new state. */
export interface UntimedClient<State = unknown> {
  readonly id: ClientId
  /** The node on which it lives, and with which messages take no time; null: it is outside the group. */
  readonly home: NodeId | null
  readonly initial: State
  /** Called when its home has booted; absent: it only waits. For clients that live on a node. */
  started?(state: State): ClientStep<State>
  /** The actions that it may take next. */
  moves(state: State): readonly Move[]
  move(state: State, name: string): ClientStep<State>
  reply(state: State, from: NodeId, reply: object): ClientStep<State>
  /** It crashed together with its home. */
  crashed(state: State): ClientStep<State>
  /** Called after a crash from which neither ever comes back. Absent: its remaining operations are not waited for. */
  stopped?(state: State): ClientStep<State>
  /** The fields of its state that contain node ids, if it treats all nodes alike. Absent: ids matter. */
  readonly interchangeable?: NodeFields & {
    /** Renames the nodes in a move's name; absent: no move names a node. */
    readonly move?: (name: string, rename: Renaming) => string
  }
}

export interface Move {
  readonly name: string
  /** True if this is a retry after losing patience: hosts bound the number of retries. */
  readonly isRetry?: true
}

/** A client after a step, and its actions. */
export interface ClientStep<State = unknown> {
  readonly state: State
  readonly requests?: readonly { readonly to: NodeId; readonly request: Tagged }[]
  readonly facts?: readonly Tagged[]
}

/** The problem of a watch by its verdicts: the first violated check, and its witness. */
export function problemOf(verdicts: Readonly<Record<string, Verdict>>): string | null {
  for (const [check, verdict] of Object.entries(verdicts)) {
    if (verdict.verdict === "violated") return `${check}: ${verdict.witness}`
  }
  return null
}
