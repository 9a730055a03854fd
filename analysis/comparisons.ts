/**
 * Paired differences between algorithms, and the criterion by which one is shown.
 *
 * There is a single notion of significance, {@link isShown}, which every table, sentence and JSON document uses.
 */
import { bucketWidthAt } from "../runtime/lib/histogram.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { ComparableSummary } from "./aggregate.ts"
import type { Cell } from "../scenarios/cell.ts"
import { COMPARED, type MetricName } from "./metrics.ts"
import { type Estimate, holm, type PairedDifference, pairedDifference } from "./statistics.ts"

/** The difference of two algorithms at one point of the sweep: the first minus the second, run by run. */
export interface Difference {
  /** The algorithm that the spec lists later. */
  readonly first: Cell
  /** The algorithm that the spec lists earlier, which is the reference. */
  readonly second: Cell
  readonly metric: MetricName
  readonly estimate: Estimate
  /** The difference as a share of the second's value; null if that is 0. */
  readonly relative: number | null
  /** The largest difference that rounding of the two values can cause; 0 if they are exact. */
  readonly resolution: number
  /** Two-sided p-value of the paired t-test; null for a single pair. */
  readonly p: number | null
  /** The same, adjusted for the number of comparisons of this metric in the experiment. */
  readonly adjustedP: number | null
}

/** The part of a summary that is compared. */
export type Compared = Pick<ComparableSummary, "cell" | "samples">

/** The points of a sweep: indices of the cells of different algorithms that can be compared. */
export function pointsOf(cells: readonly Cell[]): readonly (readonly number[])[] {
  const points = Map.groupBy(cells.keys(), place => {
    const { id, variant } = cells[place]!
    return id.slice(variant.key.length)
  })
  return [...points.values()]
}

/**
 * Paired differences of all pairs of algorithms with the same service, at one point of the sweep; p-values not adjusted yet.
 *
 * Run k has the same seed in both cells, hence the same faults and link delays: what affects both alike cancels out, so the
 * interval of the difference is narrower than the two intervals suggest.
 */
export function differencesAt(point: readonly Compared[]): readonly Difference[] {
  return point.flatMap((second, index) =>
    point
      .slice(index + 1)
      .filter(first => first.cell.variant.service === second.cell.variant.service)
      .flatMap(first => [...COMPARED].flatMap(metric => differenceOf(first, second, metric))),
  )
}

/** The differences of an experiment, with p-values adjusted for the number of differences in the same metric. */
export function adjusted<D extends Difference>(found: readonly D[]): readonly D[] {
  const adjustedPs: (number | null)[] = found.map(() => null)
  for (const places of Map.groupBy(found.keys(), place => found[place]!.metric).values()) {
    const own = holm(places.map(place => found[place]!.p))
    for (const [index, place] of places.entries()) adjustedPs[place] = own[index]!
  }
  return found.map((difference, place) => ({ ...difference, adjustedP: adjustedPs[place]! }))
}

/**
 * The paired difference of two cells in a metric; empty if one of them has no value.
 *
 * @param isSkewed true if the interval corrects for the skewness of the pairs
 */
export function differenceOf(
  first: Compared,
  second: Compared,
  metric: MetricName,
  isSkewed = false,
): readonly Difference[] {
  const [own, other] = [first.samples[metric], second.samples[metric]]
  if (!own || !other) return []
  const difference = pairedDifference(own, other, isSkewed)
  if (difference === null) return []
  const { p, ...estimate } = withinBounds(difference, metric)
  const relative = other.value === 0 ? null : estimate.value / other.value
  const resolution = resolutionOf(metric, own.value, other.value)
  return [{ first: first.cell, second: second.cell, metric, estimate, relative, resolution, p, adjustedP: null }]
}

/** A difference of two shares is between -1 and 1. */
function withinBounds(difference: PairedDifference, metric: MetricName): PairedDifference {
  const { low, high } = difference
  if (!metric.startsWith("availability")) return difference
  return { ...difference, low: low && Math.max(-1, low), high: high && Math.min(1, high) }
}

/** Percentiles come from histograms, so they are known to the width of a bucket, here in milliseconds. */
function resolutionOf(metric: MetricName, ...values: readonly number[]): number {
  if (!/^latency_p\d+_ms$/.test(metric)) return 0
  return Math.max(...values.map(value => bucketWidthAt(Math.round(value * MILLISECOND)))) / MILLISECOND
}

/** The probability that any of an experiment's comparisons in a metric is shown although there is no difference. */
export const SIGNIFICANCE = 0.05

/**
 * True if the runs show a difference: its p-value, adjusted by Holm's method for all comparisons of the metric in the
 * experiment, is below {@link SIGNIFICANCE}, and rounding alone cannot explain it.
 */
export function isShown({ estimate: { value }, resolution, adjustedP }: Difference): boolean {
  return adjustedP !== null && adjustedP < SIGNIFICANCE && Math.abs(value) > resolution + ROUNDING
}

/** Smaller differences are floating-point noise. */
const ROUNDING = 1e-9
