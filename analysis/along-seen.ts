/** The differences along a sweep as charts show them, at the cell that is compared with another. */
import type { ValuePair } from "../experiments/model/along-form.ts"
import type { MetricName } from "./metrics.ts"
import type { Estimate } from "./statistics.ts"

export interface AlongSeen {
  /** The dimension's name, its value in this cell, and the value compared with. */
  readonly along: string
  readonly values: ValuePair
  readonly metric: MetricName
  /** This cell's value minus the other's, run by run. */
  readonly estimate: Estimate
  /** The smallest difference that is worse than the margin allows, and the verdict; null without a margin. */
  readonly margin: { readonly bound: number; readonly verdict: string } | null
}
