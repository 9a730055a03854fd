/** What an exploration found. */
import type { Occurrence } from "./happening.ts"

/** One transition of a group, in a word. */
export type Choice = "deliver" | "duplicate" | "lose" | "timeout" | "crash" | "amnesia"

/** What was found wrong. */
export interface Violation {
  /** What the watch says; of a handler that throws, what it threw. */
  readonly reason: string
  /** What a handler threw, if that is what is wrong. */
  readonly error?: unknown
  /** The transitions that lead there, from the first boot of all nodes on: none are fewer. */
  readonly path: readonly Transition[]
}

/** What happens to whom: of a message that is lost, to whom it does not happen. */
export interface Transition extends Occurrence {
  readonly choice: Choice
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
  /** Whether there is no state within the budgets that was not visited. */
  readonly isComplete: boolean
  readonly violation: Violation | null
}
