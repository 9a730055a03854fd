/** Latencies of the operations of a cell: by kind or group, and their distribution. */
import { Histogram } from "../runtime/lib/histogram.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import { inMilliseconds, type Latencies } from "./estimators.ts"
import { MergedHistogram, PERCENTILES } from "./percentiles.ts"
import { type Bounds, type Estimate, Ratio, skewedInterval } from "./statistics.ts"

/** Latencies of the operations of one kind, in milliseconds. */
export interface LatencySummary {
  /** `all`, what the service calls the kind, e.g. `read`, or the group: `client 3`, `region eu-west-1`. */
  readonly kind: string
  /** Operations of the kind, and the successful ones. */
  readonly operations: number
  readonly ok: number
  /** Of the successful operations. */
  readonly mean: Estimate | null
  /** In the order of `PERCENTILES`. */
  readonly percentiles: readonly (Estimate | null)[]
  readonly max: number | null
}

/** A step of the distribution function of latencies: the share of operations that took at most `x` milliseconds. */
export interface LatencyStep {
  readonly x: number
  readonly share: number
  readonly low: null
  readonly high: null
}

/** Null if no run has a value. */
export function estimateOfRatio({ spread }: Ratio, bounds: Bounds): Estimate | null {
  return spread && skewedInterval(spread, bounds)
}

const NO_OPERATION = new Histogram()

/** Latencies of the operations of one kind, over all runs. */
export class LatencyOfKind {
  readonly #kind: string
  readonly #merged: MergedHistogram
  readonly #mean = new Ratio(MILLISECOND)

  /** @param runs the number of earlier runs, which had no operation of the kind */
  constructor(kind: string, runs: number) {
    this.#kind = kind
    this.#merged = new MergedHistogram(runs)
    this.#mean.add(0, 0, runs)
  }

  add(run: Latencies, limit: number): void {
    const latency = this.#in(run)
    this.#merged.limit = limit
    this.#merged.add(latency)
    this.#mean.add(latency.sum, latency.count)
  }

  weigh(run: Latencies): void {
    const { sum, count } = this.#in(run)
    this.#mean.weigh(sum, count)
  }

  summary(): LatencySummary {
    return latencySummary(this.#kind, this.#merged, estimateOfRatio(this.#mean, { min: 0 }))
  }

  #in(run: Latencies): Histogram {
    return run.find(([kind]) => kind === this.#kind)?.[1] ?? NO_OPERATION
  }
}

/** The latencies over all runs. @param mean that of successful operations */
export function latencySummary(kind: string, merged: MergedHistogram, mean: Estimate | null): LatencySummary {
  const { count, total, max } = merged.all
  return {
    kind,
    operations: total,
    ok: count,
    mean,
    percentiles: PERCENTILES.map(share => inMilliseconds(merged.percentile(share))),
    max: count === 0 ? null : max / MILLISECOND,
  }
}

/** Shares at which the distribution of latencies is shown: every half per cent, and the tail. */
const CURVE = [...Array.from({ length: 199 }, (_, k) => (k + 1) / 200), 0.998, 0.999, 1]

/** The distribution function of the latencies of all operations: failed ones are censored, longer than any. */
export function latencyCurve(all: Histogram): readonly LatencyStep[] {
  if (all.count === 0) return []
  const within = all.count / all.total
  const shares = within === 1 ? CURVE : [...CURVE.filter(share => share < within), within]
  const steps = shares.map(share => ({ x: all.percentile(share) / MILLISECOND, share, low: null, high: null }))
  return [{ x: all.min / MILLISECOND, share: 0, low: null, high: null }, ...steps]
}
