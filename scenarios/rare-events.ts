/** Settings for estimating rare events, as plain data. */
import type { Micros } from "../runtime/contract/units.ts"

/** The cycles of failure and repair of a cell's runs; `cycles.ts` draws them. */
export interface RareEvents {
  /** The time with all parts up after which the group is as if none had failed. */
  readonly settle: Micros
  /** The probability, 0..1, that a failure comes before the next repair, if the true one is less. */
  readonly bias: number
  /** The number of parts down at once from which nothing is biased: more than the algorithm claims to withstand. */
  readonly enough: number
}
