/** The findings of an exploration. */
import type { Occurrence } from "./happening.ts"

/** One transition of a group, in a word. A `timeout` may also be a client's move. */
export type Choice = "deliver" | "duplicate" | "lose" | "timeout" | "crash" | "amnesia" | "round" | "tick"

/** A violation that was found. */
export interface Violation {
  /** The problem that the watch reports, or the exception of a handler. */
  readonly reason: string
  /** The exception of a handler, if that is the problem. */
  readonly error?: unknown
  /** True if nothing can happen any more, though work is pending. */
  readonly isStall?: true
  /** The transitions from there back to the same state, if they can repeat for ever. */
  readonly loop?: readonly Transition[]
  /** The transitions that lead there, from the first boot of all nodes; a shortest path in a breadth-first search. */
  readonly path: readonly Transition[]
}

/** An occurrence and the node to which it happens: for a lost message, its receiver. A `round` and a `tick` happen to all. */
export interface Transition extends Occurrence {
  readonly choice: Choice
  /** Which of several outcomes, from 0, if a process drew a number or a traitor chose a lie. */
  readonly outcome: number
}

export interface Exploration {
  /** Distinct states, including the first. */
  readonly states: number
  /** States reached, counted each time: one more than the transitions. */
  readonly generated: number
  /** Distinct states of single nodes, and handlers run on them. */
  readonly processes: number
  readonly handled: number
  /** Distinct states of the watch. */
  readonly watched: number
  /** The greatest distance of a state from the first, in transitions. */
  readonly depth: number
  /** True if every state within the budgets was visited. */
  readonly isComplete: boolean
  /** States found but not expanded; 0 if it is complete. */
  readonly unexpanded: number
  /** The goals of the watch that no path reached. */
  readonly missed: readonly string[]
  /** Of random walks: their number, and the steps that were possible in states they met, but were never taken. */
  readonly walks?: { readonly taken: number; readonly untried: number }
  readonly violation: Violation | null
}
