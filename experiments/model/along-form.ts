/** Comparisons along a sweep, as a spec asks for them: `compare: { along: nodes, to: 3, margin: { availability: 0.1% } }`. */
import type { MeasureName } from "../../scenarios/measure.ts"

export interface AlongForm {
  /** The dimension's name. */
  readonly along: string
  /** The pairs of values to compare: the first minus the second. */
  readonly pairs: readonly ValuePair[]
  /** The value that all others are compared with, if there is one. */
  readonly reference?: string
  /** For some metrics, the amounts by which the first may be worse than the second. */
  readonly margins: readonly Margin[]
}

/** Two values of a dimension, as printed in ids and tables. */
export interface ValuePair {
  readonly first: string
  readonly second: string
}

/** The amount by which a metric may be worse without being called worse: a margin of non-inferiority. */
export interface Margin {
  /** The name of the metric in charts and in its column. */
  readonly name: string
  readonly metric: MeasureName
  /** In the metric's own unit (a share is 0..1, a time is in milliseconds), or as a share of the second's value. */
  readonly size: number
  readonly isRelative: boolean
  /** True if more of the metric is better. */
  readonly isMoreBetter: boolean
  /** In words: `0.1 points`, `10 %`, `5 ms`. */
  readonly text: string
}
