/**
 * A service without time, for hosts that go through every order of events, such as a model checker: its clients as values,
 * each with a bounded number of operations, and its checks as one fold over what is reported.
 *
 * Nothing here has a duration. What a client does of its own accord (to begin an operation, to leave the critical section)
 * it may do at any moment at which it can.
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

/** The fact that a host reports of a process that crashes. */
export const CRASHED = "crashed"

/** The fact that a host reports, after that one, of a process that never comes back. In rounds none does, and that is not reported. */
export const STOPPED = "stopped"

/** The problem of a state in which nothing can happen any more. */
export const STALL = "nothing is under way that changes anything, no timer is armed, and not all is done"

/** An invariant, as a fold over what is reported; its state is plain data, and part of what tells two states apart. */
export interface Watch<State = unknown> {
  readonly initial: State
  /** The state after a fact. @param state a copy of its own, which it may change */
  observe(state: State, reported: Reported): State
  /** The problem; null if there is none. */
  problem(state: State): string | null
  /** The part of a state that matters to what comes: states that are alike in it are one. Default: all of it. */
  essence?(state: State): unknown
  /** Judges nodes without regard to their ids, which are in these fields of a state. Absent: ids matter. */
  readonly interchangeable?: NodeFields
  /** Things that should come about on some path, in words: an exploration without them shows little. */
  readonly goals?: Readonly<Record<string, Reached<State>>>
  /** True if all that clients asked for is done, so that nothing need happen any more. */
  isDone?(state: State): boolean
}

/** A method's type, so that the watches of one service are watches to hosts (as `Handler` in `node.ts`). */
type Reached<State> = { isReached(state: State): boolean }["isReached"]

/** The group that a service is opened for. */
export interface UntimedGroup {
  /** Number of nodes. */
  readonly size: number
  /** The processes that clients outside the group ask. */
  readonly contacts: readonly NodeId[]
  /** Operations of all clients together. */
  readonly operations: number
  /** True if the algorithm promises that no epoch ever has a second leader. */
  readonly oneLeaderPerEpoch: boolean
  /** True if nodes take steps together, in rounds, so that what clients ask for begins at one moment. */
  readonly inRounds: boolean
  /** Nodes that need not follow the algorithm. */
  readonly traitors: readonly NodeId[]
}

export interface Untimed {
  readonly clients: readonly UntimedClient[]
  readonly watch: UntimedWatch
}

export interface UntimedWatch<State = unknown> extends Watch<State> {
  /** The number of operations that have ended well. */
  ended(state: State): number
  /** By check, those alone that need no time to be judged. */
  verdicts(state: State): Readonly<Record<string, Verdict>>
}

/** A client as a value: each of its steps makes a new state. */
export interface UntimedClient<State = unknown> {
  readonly id: ClientId
  /** The node that it lives on, with which it exchanges everything at once; null: it is outside the group. */
  readonly home: NodeId | null
  readonly initial: State
  /** Begins, when its home has booted; absent: it only waits. For clients that live on a node. */
  started?(state: State): ClientStep<State>
  /** The things that it may do next of its own accord. */
  moves(state: State): readonly Move[]
  move(state: State, name: string): ClientStep<State>
  reply(state: State, from: NodeId, reply: object): ClientStep<State>
  /** Its home crashed, and it with it. */
  crashed(state: State): ClientStep<State>
  /** After that: neither ever comes back. Absent: nobody waits for what it has left to do. */
  stopped?(state: State): ClientStep<State>
  /** Treats all nodes alike, whose ids are in these fields of its state, and in its moves. Absent: it knows nodes by their ids. */
  readonly interchangeable?: NodeFields & {
    /** The name of a move where nodes have new ids; absent: no move names a node. */
    readonly move?: (name: string, rename: Renaming) => string
  }
}

export interface Move {
  readonly name: string
  /** It has lost patience: hosts bound how often that happens. */
  readonly isRetry?: true
}

/** A client after a step, and what it did. */
export interface ClientStep<State = unknown> {
  readonly state: State
  readonly requests?: readonly { readonly to: NodeId; readonly request: Tagged }[]
  readonly facts?: readonly Tagged[]
}

/** The problem of a watch by its verdicts: the first check that is violated, and by what. */
export function problemOf(verdicts: Readonly<Record<string, Verdict>>): string | null {
  for (const [check, verdict] of Object.entries(verdicts)) {
    if (verdict.verdict === "violated") return `${check}: ${verdict.witness}`
  }
  return null
}
