/** Paired differences between algorithms, and how they are put in words. */
import type { ComparableSummary } from "./aggregate.ts"
import type { Cell } from "./cell.ts"
import type { MeasureName } from "./measure.ts"
import { COMPARED } from "./metrics.ts"
import { type Estimate, holm, pairedDifference } from "./statistics.ts"

/** How two algorithms differ at one point of the sweep: the first less the second, run by run. */
export interface Difference {
  /** The algorithm that the spec lists later. */
  readonly first: Cell
  /** The one that the spec lists earlier, which it is held against. */
  readonly second: Cell
  readonly metric: MeasureName
  readonly estimate: Estimate
  /** The difference as a share of the second's value; null if that is 0. */
  readonly relative: number | null
  /** Two-sided p-value of the paired t-test; null for a single pair. */
  readonly p: number | null
  /** The same, adjusted for the number of comparisons of this metric in the experiment. */
  readonly adjustedP: number | null
}

/** The points of a sweep: places of the cells of different algorithms that can be compared. */
export function pointsOf(cells: readonly Cell[]): readonly (readonly number[])[] {
  const points = Map.groupBy(cells.keys(), place => {
    const { id, variant } = cells[place]!
    return id.slice(variant.key.length)
  })
  return [...points.values()]
}

/**
 * Paired differences of every two algorithms that offer the same service, at one point of the sweep; their p-values are
 * not adjusted yet.
 *
 * Run k has the same seed in both cells, hence the same faults and link delays: what both suffer alike cancels out, and
 * the interval of the difference is narrower than the two intervals suggest.
 */
export function differencesAt(point: readonly ComparableSummary[]): readonly Difference[] {
  return point.flatMap((second, index) =>
    point
      .slice(index + 1)
      .filter(first => first.cell.variant.service === second.cell.variant.service)
      .flatMap(first => [...COMPARED].flatMap(metric => differenceOf(first, second, metric))),
  )
}

/** The differences of an experiment, their p-values adjusted for how many there are of the same metric. */
export function adjusted(found: readonly Difference[]): readonly Difference[] {
  const pValues = new Map(
    [...COMPARED].flatMap(metric => {
      const own = found.filter(difference => difference.metric === metric)
      const adjustedPs = holm(own.map(({ p }) => p))
      return own.map((difference, index) => [difference, adjustedPs[index]!] as const)
    }),
  )
  return found.map(difference => ({ ...difference, adjustedP: pValues.get(difference) ?? null }))
}

function differenceOf(first: ComparableSummary, second: ComparableSummary, metric: MeasureName): readonly Difference[] {
  const [own, other] = [first.samples[metric], second.samples[metric]]
  if (!own || !other) return []
  const difference = pairedDifference(own, other)
  if (difference === null) return []
  const { p, ...estimate } = difference
  const relative = other.value === 0 ? null : estimate.value / other.value
  return [{ first: first.cell, second: second.cell, metric, estimate, relative, p, adjustedP: null }]
}

/** How a metric's differences are written. */
const UNITS: Readonly<Partial<Record<MeasureName, readonly [scale: number, unit: string]>>> = {
  availability: [100, " %"],
  messages_per_operation: [1, " messages"],
  bytes_per_operation: [1, " bytes"],
  throughput_per_s: [1, "/s"],
  latency_mean_ms: [1, " ms"],
  latency_p50_ms: [1, " ms"],
  latency_p99_ms: [1, " ms"],
  outage_total_ms: [1, " ms"],
}

/** E.g. `Multi-Paxos minus Raft: -0.40 % [-0.60, -0.20], p < 0.001`. */
export function describeDifference({ first, second, metric, estimate, p }: Difference): string {
  const [scale, unit] = UNITS[metric] ?? [1, ""]
  const { value, low, high } = estimate
  const ends = [value, low ?? value, high ?? value].map(end => end * scale)
  const digits = digitsFor(Math.max(...ends.map(Math.abs)), ends[2]! - ends[1]!)
  const [shown, from, to] = ends.map(end => end.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1"))
  const interval = low === null || high === null ? "" : ` [${from}, ${to}]`
  return `${first.variant.label} minus ${second.variant.label}: ${shown}${unit}${interval}${describeP(p)}`
}

/** Decimals that suit a number's size, and more of them where the interval is so narrow that it needs them. */
function digitsFor(size: number, width: number): number {
  const suited = size >= 1_000 ? 0 : size >= 100 ? 1 : 2
  const needed = [0, 1, 2, 3, 4, 5].find(digits => width >= 10 ** -digits) ?? suited
  return Math.max(suited, needed)
}

function describeP(p: number | null): string {
  if (p === null) return ""
  return p < 0.001 ? ", p < 0.001" : `, p = ${p.toFixed(3)}`
}

/** Whether the data show a difference at all: its interval does not hold 0. */
export function isShown({ estimate: { low, high } }: Difference): boolean {
  return low !== null && high !== null && (low > 0 || high < 0)
}
