/**
 * Runs cells until they are precise: extends them until the 95 % interval of a metric is narrow enough.
 *
 * A cell is judged only by its first runs, in the order of their numbers, and only at certain numbers of runs. So the number of
 * runs does not depend on workers, interruptions, or the rest of the spec.
 *
 * Stopping as soon as the interval is narrow favours cells whose interval happens to be narrow because their first runs include
 * no rare ones: such intervals cover the long-run value less often than 95 %.
 */
import { largest, smallest } from "./extremes.ts"
import type { CellSummary } from "./aggregate.ts"
import { CHART_METRICS } from "./kinds.ts"
import type { RunRecord } from "../scenarios/measure.ts"
import { estimateOf, METRICS } from "./metrics.ts"
import type { Precision } from "../experiments/model/experiment.ts"
import { isEvery, type Plan } from "../experiments/model/plan.ts"
import type { Estimate } from "./statistics.ts"

/** A look at a cell: the number of runs, and true if this is the second stage, after the cell was precise once. */
export interface Look {
  readonly runs: number
  readonly isSecondStage: boolean
}

/** The first look at a cell. */
export function firstLook(runs: number): Look {
  return { runs, isSecondStage: false }
}

/**
 * The next look at a cell; null if it has enough runs. A cell that is not precise gets half as many runs again; one that is
 * precise is doubled, and is done if it is still precise then.
 *
 * @param isPreciseNow judges by the runs of this look; not called at the maximum number of runs
 */
export function nextLook(
  { runs, isSecondStage }: Look,
  isPreciseNow: () => boolean,
  { repeat }: Pick<Plan, "repeat">,
): Look | null {
  if (runs >= repeat) return null
  if (!isPreciseNow()) return { runs: Math.min(repeat, Math.ceil(runs * 1.5)), isSecondStage: false }
  return isSecondStage ? null : { runs: Math.min(repeat, runs * 2), isSecondStage: true }
}

/** True if the interval of a cell's metric is narrow enough. @param records of the cell's runs, read twice */
export function isPrecise(records: Iterable<RunRecord>, precision: Precision): boolean {
  const { metric: name } = CHART_METRICS[precision.of]!
  const estimate = estimateOf(METRICS.find(metric => metric.name === name)!, records)
  return isNarrow(estimate, precision)
}

function isNarrow(estimate: Estimate | null | undefined, { until, of }: Precision): boolean {
  const half = halfWidth(estimate, of)
  return half !== null && half <= until
}

/**
 * Half the width of an interval: relative to the estimate, or absolute for metrics that are shares; null without ends.
 * Infinite around an estimate of 0, unless the interval has no width.
 */
function halfWidth(estimate: Estimate | null | undefined, of: string): number | null {
  if (!estimate || estimate.low === null || estimate.high === null) return null
  const half = (estimate.high - estimate.low) / 2
  return half === 0 || CHART_METRICS[of]!.isShare === true ? half : half / Math.abs(estimate.value)
}

/** The number of runs of a point, in words. */
export function describeRuns({ repeat, repeats, cells, experiment: { precision } }: Plan): string {
  if (isEvery(cells)) {
    const fewest = smallest(repeats)
    const written = [...new Set([fewest, repeat])].map(count => count.toLocaleString("en"))
    return `all ${written.join(" to ")} cases of a point`
  }
  if (precision === undefined) return repeat === 1 ? "one run a point" : `${repeat} runs a point`
  const { until, of, min } = precision
  return `${min} to ${repeat} runs a point, more where ${of} is not yet known to ±${inPercent(until)} %`
}

/** The number of points that are less precise than the spec asks despite the maximum of runs; empty if there are none. */
export function describeImprecise(
  { experiment: { precision } }: Plan,
  cells: readonly Pick<CellSummary, "metrics">[],
): string {
  if (precision === undefined) return ""
  const { of, until } = precision
  const { metric } = CHART_METRICS[of]!
  const wide = cells.filter(({ metrics }) => !isNarrow(metrics[metric], precision))
  if (wide.length === 0) return ""
  const halves = wide.flatMap(({ metrics }) => halfWidth(metrics[metric], of) ?? [])
  const most = !halves.every(Number.isFinite) || halves.length === 0 ? "" : `, up to ±${inPercent(largest(halves))} %`
  return `${of} is not known to ±${inPercent(until)} % at ${wide.length} of ${cells.length} points${most}`
}

function inPercent(share: number): number {
  return Number((share * 100).toPrecision(3))
}
