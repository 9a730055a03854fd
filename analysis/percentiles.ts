/**
 * Percentiles of all operations of a cell, from the merged histograms of its runs.
 *
 * The mean of the runs' percentiles would be a different number: a run with few slow operations has no meaningful 99.9th
 * percentile. Failed operations are censored: they count as longer than their deadline. The interval is over runs, since
 * operations of one run share its faults. It holds every value whose share of operations could, at 95 %, be the
 * percentile's (test inversion, as in Woodruff 1952, JASA 47, and Francisco and Fuller 1991, Annals of Statistics 19).
 */
import { Histogram } from "../runtime/lib/histogram.ts"
import { firstWhere } from "../runtime/lib/search.ts"
import {
  type Estimate,
  Ratio,
  type Sample,
  type Spread,
  standardError,
  studentInterval,
  wilsonInterval,
} from "./statistics.ts"

/** The shares of latencies that are reported for each kind of operation. */
export const PERCENTILES = [0.5, 0.9, 0.99, 0.999] as const

/** With fewer operations beyond a percentile, it has no upper bound: with a probability of 2.5 %, none lies there. */
const MIN_BEYOND = 3.7

/** Sums over the runs of their operations up to a value: integers, exact to 2^53. */
interface Moments {
  /** The sum of the squares of a run's operations up to the value. */
  squares: number
  /** The sum of a run's operations up to the value times all its operations. */
  products: number
}

/** The merged histogram of a cell's runs, with their scatter. */
export class MergedHistogram {
  readonly all = new Histogram()
  /** The deadline that failed operations would have exceeded, in microseconds. */
  limit = Infinity
  #runs: number
  /** The sum of the squares of the runs' operations. */
  #squares = 0
  /** By bucket: the increase of the moments over the previous bucket. */
  readonly #growth = new Map<number, Moments>()
  /** The only run so far, whose moments may never be needed. */
  #alone: Histogram | null = null
  /** Cumulative moments by bucket, in order; invalidated when a run is added. */
  #moments: readonly Moments[] | null = null

  /** @param runs runs that had no operation */
  constructor(runs = 0) {
    this.#runs = runs
  }

  add(run: Histogram): void {
    this.all.merge(run)
    this.#runs++
    this.#squares += run.total * run.total
    this.#moments = null
    if (this.#runs === 1) this.#alone = run
    else {
      this.#growAlone()
      this.#grow(run)
    }
  }

  #growAlone(): void {
    if (this.#alone !== null) this.#grow(this.#alone)
    this.#alone = null
  }

  #grow(run: Histogram): void {
    const { buckets, upTo } = run.cumulate()
    let before = 0
    for (const [place, bucket] of buckets.entries()) {
      const count = upTo[place]!
      const growth = this.#growth.get(bucket) ?? { squares: 0, products: 0 }
      growth.squares += count * count - before * before
      growth.products += (count - before) * run.total
      this.#growth.set(bucket, growth)
      before = count
    }
  }

  /**
   * The value that a share of all operations does not exceed. The upper end of its interval is missing if too few operations
   * lie beyond it, or if it may lie among the failed ones.
   *
   * @param share 0..1, e.g. 0.99
   * @returns null if there are no operations; the limit, marked as over, if the value lies among the failed ones
   */
  percentile(share: number): Estimate | null {
    const runs = this.#runs
    if (this.all.total === 0) return null
    const found = this.all.percentile(share)
    const isOver = found === Infinity ? ({ isOver: true } as const) : {}
    const value = this.#within(found)
    if (runs < 2) return { value, low: null, high: null, runs, ...isOver }
    const { low, high } = this.#ends(share, wilsonInterval)
    const isBounded = low === high || this.all.total * (1 - share) >= MIN_BEYOND
    return { value, low: this.#within(low), high: isBounded && high < Infinity ? high : null, runs, ...isOver }
  }

  /** The share of operations up to a value; the caller must weigh the runs, as (operations up to it, operations). */
  shareUpTo(value: number): Ratio {
    const ratio = new Ratio()
    ratio.add(this.all.countUpTo(value), this.all.total, this.#runs)
    return ratio
  }

  /**
   * The sample of a percentile; failed operations count as if they had taken as long as their limit.
   *
   * @param upToIt the share of operations up to its value, and each run's pull on that share
   */
  percentileSample(share: number, upToIt: Sample): Sample {
    const slope = this.#slope(share, upToIt)
    const pull = upToIt.pull.map(of => 0 - of * slope)
    return { value: this.#within(this.all.percentile(share)), runs: upToIt.runs, error: upToIt.error * slope, pull }
  }

  /** The change of a percentile per unit of change in the share up to it. */
  #slope(share: number, upToIt: Spread): number {
    const { low, high } = studentInterval(upToIt)
    if (low === null || high === null || high <= low) return 0
    const reach = this.#ends(share, studentInterval)
    return (this.#within(reach.high) - this.#within(reach.low)) / (high - low)
  }

  #within(value: number): number {
    return value === Infinity ? this.limit : value
  }

  /** The minimum and the maximum value whose share could be this one, by an interval for such shares. */
  #ends(share: number, interval: (spread: Spread) => Estimate) {
    const values = this.all.values
    const reaches = (end: "low" | "high") => (place: number) => (interval(this.#spreadUpTo(place))[end] ?? 0) >= share
    // If no operation failed, all are up to the last value, so it can be skipped.
    const places = values.length - (this.all.over === 0 ? 1 : 0)
    return {
      low: values[firstWhere(places, reaches("high"))] ?? Infinity,
      high: values[firstWhere(places, reaches("low"))] ?? Infinity,
    }
  }

  /** The share of operations up to a bucket, by its index. */
  #spreadUpTo(place: number): Spread {
    const { squares, products } = this.#momentsUpTo(place)
    const { total: count } = this.all
    const upToIt = this.all.cumulate().upTo[place]!
    // The squares of (operations up to it * count - operations * upToIt), in whole numbers: differences of large numbers
    // that are close to each other, or equal.
    const [above, below] = [BigInt(upToIt), BigInt(count)]
    const sum =
      below * below * BigInt(squares) - 2n * above * below * BigInt(products) + above * above * BigInt(this.#squares)
    const each = (count * count) / this.#runs
    return {
      value: upToIt / count,
      runs: this.#runs,
      error: standardError(Math.max(0, Number(sum)) / each / each, this.#runs),
    }
  }

  #momentsUpTo(place: number): Moments {
    if (this.#moments === null) {
      this.#growAlone()
      let [squares, products] = [0, 0]
      this.#moments = this.all.cumulate().buckets.map(bucket => {
        const growth = this.#growth.get(bucket)!
        return { squares: (squares += growth.squares), products: (products += growth.products) }
      })
    }
    return this.#moments[place]!
  }
}
