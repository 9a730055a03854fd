/**
 * Runs until precise: cells go on until the 95 % interval of a metric is narrow enough.
 *
 * A cell is judged by its first runs alone, in the order of their numbers, and only at certain numbers of them, each
 * half as many again as the one before. So how many runs it gets does not depend on workers, interruptions, or what else
 * the spec compares. Judging over and over favours stopping where the interval happens to be narrow; few judgements at
 * growing numbers keep that small.
 */
import { CHART_METRICS } from "./charts/kinds.ts"
import type { RunRecord } from "./measure.ts"
import { estimateOf, METRICS } from "./metrics.ts"
import type { Plan } from "./plan.ts"

export interface Precision {
  /** The interval's half-width at most: a share of the estimate, or, of metrics that are shares, the half-width itself. */
  readonly until: number
  /** The metric, by the name that charts give it. */
  readonly of: string
  /** Runs before the first judgement; the most are the plan's `repeat`. */
  readonly min: number
}

/** The number of runs at which a cell is judged after this one. */
export function nextNumber(runs: number, { repeat }: Pick<Plan, "repeat">): number {
  return Math.min(repeat, Math.ceil(runs * 1.5))
}

/** Whether the interval of a cell's metric is narrow enough. @param records of the cell's runs, read twice */
export function isPrecise(records: Iterable<RunRecord>, { until, of }: Precision): boolean {
  const { metric: name, isShare } = CHART_METRICS[of]!
  const { estimate } = estimateOf(METRICS.find(metric => metric.name === name)!, records)
  if (estimate === null || estimate.low === null || estimate.high === null) return false
  const half = (estimate.high - estimate.low) / 2
  return half <= (isShare === true ? until : until * Math.abs(estimate.value))
}

/** How many runs a point has, in words. */
export function describeRuns({ repeat, experiment: { precision } }: Plan): string {
  if (precision === undefined) return repeat === 1 ? "one run a point" : `${repeat} runs a point`
  const { until, of, min } = precision
  return `${min} to ${repeat} runs a point (${of} to ±${Number((until * 100).toPrecision(3))} %)`
}
