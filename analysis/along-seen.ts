/** The differences along a sweep as charts show them, at the cell that is compared with another. */
import type { ValuePair } from "../experiments/model/along-form.ts"
import type { MetricName } from "./metrics.ts"
import type { Estimate } from "./statistics.ts"

export interface AlongSeen {
  /** The dimension's name, and its two values: that of the cell, and that which it is compared with. */
  readonly along: string
  readonly values: ValuePair
  readonly metric: MetricName
  /** The cell's less the other's, run by run. */
  readonly estimate: Estimate
  /** The difference from which on the cell is worse than the margin allows, and the verdict; null without a margin. */
  readonly margin: { readonly bound: number; readonly verdict: string } | null
}
