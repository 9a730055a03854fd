/** The findings of an exploration. */
import type { Occurrence } from "./happening.ts"

/** One transition of a group, in a word. A `timeout` is a client's move, too. */
export type Choice = "deliver" | "duplicate" | "lose" | "timeout" | "crash" | "amnesia" | "round" | "tick"

/** A violation that was found. */
export interface Violation {
  /** The problem that the watch reports, or the exception of a handler. */
  readonly reason: string
  /** The exception of a handler, if that is the problem. */
  readonly error?: unknown
  /** True if nothing can happen any more, though something was to. */
  readonly isStall?: true
  /** The transitions that lead from there back to the same state, if they can be taken again for ever. */
  readonly loop?: readonly Transition[]
  /** The transitions that lead there, from the first boot of all nodes on; in a breadth-first search, none are fewer. */
  readonly path: readonly Transition[]
}

/** An occurrence and the node it happens to: of a lost message, the one that does not get it. A `round` and a `tick` happen to all. */
export interface Transition extends Occurrence {
  readonly choice: Choice
  /** The one of several outcomes, from 0, where a process drew a number or a traitor chose what to say. */
  readonly outcome: number
}

export interface Exploration {
  /** Different states, the first among them. */
  readonly states: number
  /** States that were reached, counted each time: one more than there are transitions. */
  readonly generated: number
  /** Different states of single nodes, and handlers run on them. */
  readonly processes: number
  readonly handled: number
  /** States of what watches. */
  readonly watched: number
  /** Transitions on the longest of the shortest paths to a state. */
  readonly depth: number
  /** True if every state within the budgets was visited. */
  readonly isComplete: boolean
  /** States found whose successors were not looked for; 0 if it is complete. */
  readonly unexpanded: number
  /** The goals of the watch that no path reached. */
  readonly missed: readonly string[]
  /** Of random walks: their number, and the steps that could have followed states which they met, but were never taken. */
  readonly walks?: { readonly taken: number; readonly untried: number }
  readonly violation: Violation | null
}
