/** The settings of the estimation of rare events, as plain data. */
import type { Micros } from "../runtime/contract/units.ts"

/** The cycles of failure and repair that the runs of a cell are; how they are drawn: `cycles.ts`. */
export interface RareEvents {
  /** The time with all parts up after which the group is as if none had failed. */
  readonly settle: Micros
  /** The probability with which a failure comes before the next repair, 0..1, where the true one is less. */
  readonly bias: number
  /** Parts down at once from which on nothing is biased: the algorithm does not claim to withstand so many. */
  readonly enough: number
}
