/** Estimators of metrics: each sees the runs of a cell twice, and keeps none of them. */
import type { Histogram } from "../runtime/lib/histogram.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { CompletedRecord } from "../scenarios/measure.ts"
import type { Pair } from "../scenarios/measures/measure.ts"
import type { MergedHistogram } from "./percentiles.ts"
import { type Estimate, proportion, Ratio, type Sample, type Spread } from "./statistics.ts"

/** Latencies by kind or group. */
export type Latencies = readonly (readonly [of: string, latency: Histogram])[]

/** A completed run of a cell, its latencies decoded. */
export interface RunOfCell {
  readonly record: CompletedRecord
  /** Latencies of all operations. */
  readonly latency: Histogram
  /** The same by kind of operation. */
  readonly byKind: Latencies
  /** The same by client and by region, where they are kept apart. */
  readonly byGroup: Latencies
}

/**
 * Estimates a metric from the runs of a cell, without buffering them: all are added first, and then all weighed, in the same
 * order. Failed runs are skipped.
 */
export interface Estimator {
  add(run: RunOfCell): void
  /** @returns the run's pull on the weighed quantity; NaN if the run has no value */
  weigh(run: RunOfCell): number
  /** Null if no run has a value. */
  estimate(): Estimate | null
  /** The sample of the estimate, from the pulls that `weigh` returned; null if it has no spread over runs. */
  sample(pull: Float64Array): Sample | null
}

export class RatioEstimator implements Estimator {
  readonly #pairOf: (run: RunOfCell) => Pair | null
  readonly #interval: (spread: Spread) => Estimate
  readonly #ratio: Ratio

  constructor(pairOf: (run: RunOfCell) => Pair | null, interval: (spread: Spread) => Estimate, scale = 1) {
    this.#pairOf = pairOf
    this.#interval = interval
    this.#ratio = new Ratio(scale)
  }

  add(run: RunOfCell): void {
    const pair = this.#pairOf(run)
    if (pair !== null) this.#ratio.add(pair.above, pair.below)
  }

  weigh(run: RunOfCell): number {
    const pair = this.#pairOf(run)
    return pair === null ? Number.NaN : this.#ratio.weigh(pair.above, pair.below)
  }

  estimate(): Estimate | null {
    const { spread } = this.#ratio
    return spread && this.#interval(spread)
  }

  sample(pull: Float64Array): Sample | null {
    const { spread } = this.#ratio
    return spread && { ...spread, pull }
  }
}

/** The share of runs with a property. */
export class ProportionEstimator implements Estimator {
  readonly #isSo: (run: RunOfCell) => boolean
  #so = 0
  #runs = 0

  constructor(isSo: (run: RunOfCell) => boolean) {
    this.#isSo = isSo
  }

  add(run: RunOfCell): void {
    this.#runs++
    if (this.#isSo(run)) this.#so++
  }

  weigh(): number {
    return Number.NaN
  }

  estimate(): Estimate | null {
    return proportion(this.#so, this.#runs)
  }

  sample(): null {
    return null
  }
}

/** The pull of a run is the share of its operations up to the percentile. */
export class PercentileEstimator implements Estimator {
  readonly #latency: MergedHistogram
  readonly #share: number
  /** The percentile, and the share of operations up to it; set when all runs have been added. */
  #value = Number.NaN
  #upToIt: Ratio | null = null

  constructor(latency: MergedHistogram, share: number) {
    this.#latency = latency
    this.#share = share
  }

  add(): void {}

  weigh({ latency }: RunOfCell): number {
    // A percentile among failed operations is known only by a lower bound, so it is not compared.
    if (this.#value === Infinity) return Number.NaN
    if (this.#upToIt === null) {
      this.#value = this.#latency.all.percentile(this.#share)
      if (this.#value === Infinity) return Number.NaN
      this.#upToIt = this.#latency.shareUpTo(this.#value)
    }
    return this.#upToIt.weigh(latency.countUpTo(this.#value), latency.total)
  }

  estimate(): Estimate | null {
    return inMilliseconds(this.#latency.percentile(this.#share))
  }

  sample(pull: Float64Array): Sample | null {
    const spread = this.#upToIt?.spread
    if (!spread) return null
    const sample = this.#latency.percentileSample(this.#share, { ...spread, pull })
    return {
      value: sample.value / MILLISECOND,
      runs: sample.runs,
      error: sample.error / MILLISECOND,
      pull: sample.pull.map(of => of / MILLISECOND),
    }
  }
}

export class LongestEstimator implements Estimator {
  readonly #latency: MergedHistogram
  #runs = 0

  constructor(latency: MergedHistogram) {
    this.#latency = latency
  }

  add(): void {
    this.#runs++
  }

  weigh(): number {
    return Number.NaN
  }

  estimate(): Estimate | null {
    const { all } = this.#latency
    return all.count === 0 ? null : { value: all.max / MILLISECOND, low: null, high: null, runs: this.#runs }
  }

  sample(): null {
    return null
  }
}

/** An estimate in microseconds as one in milliseconds. */
export function inMilliseconds(estimate: Estimate | null): Estimate | null {
  if (estimate === null) return null
  const { value, low, high } = estimate
  const ends = { low: low && low / MILLISECOND, high: high && high / MILLISECOND }
  return { ...estimate, value: value / MILLISECOND, ...ends }
}
