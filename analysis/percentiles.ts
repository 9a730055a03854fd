/**
 * Percentiles of all operations of a cell, from the merged histograms of its runs.
 *
 * The mean of the runs' own percentiles would be another number: a run with few slow operations has no 99.9th
 * percentile to speak of. Operations that failed are censored: they count as longer than their deadline. The interval is over runs, since operations of one run share its faults: it holds every value
 * of which the share of operations up to it could, at 95 %, be the percentile's (test inversion, as in Woodruff 1952,
 * JASA 47, and Francisco and Fuller 1991, Annals of Statistics 19).
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

/** So few operations beyond a percentile cannot bound it from above: with a probability of 2.5 % none lies there. */
const MIN_BEYOND = 3.7

/** Sums over the runs, about their operations up to a value: whole numbers, exact to 2^53. */
interface Moments {
  /** Of the squares of their number. */
  squares: number
  /** Of their number times the run's operations in all. */
  products: number
}

/** The histograms of a cell's runs together, and how they scatter about that. */
export class MergedHistogram {
  readonly all = new Histogram()
  /** The deadline that operations which failed would have exceeded, in microseconds. */
  limit = Infinity
  #runs: number
  /** The sum of the squares of the runs' operations. */
  #squares = 0
  /** By bucket: what the moments up to it have more than those up to the bucket before. */
  readonly #growth = new Map<number, Moments>()
  /** A run alone, whose moments nobody may ask for. */
  #alone: Histogram | null = null
  /** Moments up to each bucket, in order; until a run is added. */
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
   * The value that a share of all operations does not exceed. The upper end of its interval is missing where too few
   * operations are beyond it, or where it may lie among those that failed.
   *
   * @param share 0..1, e.g. 0.99
   * @returns null if there are no operations; the limit, and over it, if the value lies among those that failed
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

  /** The share of operations up to a value; the runs are yet to be weighed, as (operations up to it, operations). */
  shareUpTo(value: number): Ratio {
    const ratio = new Ratio()
    ratio.add(this.all.countUpTo(value), this.all.total, this.#runs)
    return ratio
  }

  /**
   * The dependence of a percentile on the runs; operations that failed count as if they had taken as long as their limit.
   *
   * @param upToIt the share of operations up to its value, and how far each run pulls that
   */
  percentileSample(share: number, upToIt: Sample): Sample {
    const slope = this.#slope(share, upToIt)
    const pull = upToIt.pull.map(of => 0 - of * slope)
    return { value: this.#within(this.all.percentile(share)), runs: upToIt.runs, error: upToIt.error * slope, pull }
  }

  /** The distance by which the value of a share moves for each unit by which the share up to it does. */
  #slope(share: number, upToIt: Spread): number {
    const { low, high } = studentInterval(upToIt)
    if (low === null || high === null || high <= low) return 0
    const reach = this.#ends(share, studentInterval)
    return (this.#within(reach.high) - this.#within(reach.low)) / (high - low)
  }

  #within(value: number): number {
    return value === Infinity ? this.limit : value
  }

  /** The least and the greatest value of which this could be the share up to it, by an interval for such shares. */
  #ends(share: number, interval: (spread: Spread) => Estimate) {
    const values = this.all.values
    const reaches = (end: "low" | "high") => (place: number) => (interval(this.#spreadUpTo(place))[end] ?? 0) >= share
    // Where no operation failed, all are up to the last value: it need not be looked at.
    const places = values.length - (this.all.over === 0 ? 1 : 0)
    return {
      low: values[firstWhere(places, reaches("high"))] ?? Infinity,
      high: values[firstWhere(places, reaches("low"))] ?? Infinity,
    }
  }

  /** The share of operations up to a bucket, by its place among all buckets. */
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
