/** The budget of a search, and the observer of its progress. */
import type { HistoryOperation } from "./model.ts"

/** The budget of a search, which counts it down. */
export interface Budget {
  /** Steps of the model. */
  steps: number
}

/** Observes the paths of a search, not only its verdict. */
export interface Watcher<Input, Output> {
  /** Called with the operations placed, in order, at every dead end of the search and at its end. */
  observe(placed: readonly HistoryOperation<Input, Output>[]): void
  /** True to follow a path as far as possible even if the answers to come already rule it out. */
  readonly isThorough: boolean
}
