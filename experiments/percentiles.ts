/**
 * Percentiles of all operations of a cell, from the merged histograms of its runs.
 *
 * The mean of the runs' own percentiles would be another number: a run with few slow operations has no 99.9th
 * percentile to speak of. The interval is over runs, since operations of one run share its faults: it holds every value
 * of which the share of operations up to it could, at 95 %, be the percentile's (test inversion, as in Woodruff 1952,
 * JASA 47, and Francisco and Fuller 1991, Annals of Statistics 19).
 */
import { Histogram } from "../runtime/histogram.ts"
import { firstWhere } from "../runtime/search.ts"
import {
  type Estimate,
  Ratio,
  type Sample,
  type Spread,
  standardError,
  studentInterval,
  wilsonInterval,
} from "./statistics.ts"

/** As few operations beyond a percentile cannot bound it from above: at 2.5 %, none of so many lies there. */
const FEWEST_BEYOND = 3.7

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
  #runs: number
  /** The sum of the squares of the runs' operations. */
  #squares = 0
  /** By bucket: what the moments up to it have more than those up to the bucket before. */
  readonly #growth = new Map<number, Moments>()
  /** Moments up to each bucket, in order; until a run is added. */
  #moments: readonly Moments[] | null = null

  /** @param runs runs that had no operation */
  constructor(runs = 0) {
    this.#runs = runs
  }

  add(run: Histogram): void {
    this.all.merge(run)
    this.#runs++
    this.#squares += run.count * run.count
    const { buckets, upTo } = run.cumulate()
    let before = 0
    for (const [place, bucket] of buckets.entries()) {
      const count = upTo[place]!
      const growth = this.#growth.get(bucket) ?? { squares: 0, products: 0 }
      growth.squares += count * count - before * before
      growth.products += (count - before) * run.count
      this.#growth.set(bucket, growth)
      before = count
    }
    this.#moments = null
  }

  /**
   * The value that a share of all operations does not exceed. The upper end of its interval is missing where too few
   * operations are beyond it.
   *
   * @param share 0..1, e.g. 0.99
   * @returns null if there are no operations
   */
  percentile(share: number): Estimate | null {
    const runs = this.#runs
    if (this.all.count === 0) return null
    const value = this.all.percentile(share)
    if (runs < 2) return { value, low: null, high: null, runs }
    const { low, high } = this.#ends(share, wilsonInterval)
    const isBounded = low === high || this.all.count * (1 - share) >= FEWEST_BEYOND
    return { value, low, high: isBounded ? high : null, runs }
  }

  /** The share of operations up to a value; the runs are yet to be weighed, as (operations up to it, operations). */
  shareUpTo(value: number): Ratio {
    const ratio = new Ratio()
    ratio.add(this.all.countUpTo(value), this.all.count, this.#runs)
    return ratio
  }

  /**
   * How a percentile depends on the runs.
   *
   * @param upToIt the share of operations up to its value, and how far each run pulls that
   */
  percentileSample(share: number, upToIt: Sample): Sample {
    const { low, high } = studentInterval(upToIt)
    const reach = this.#ends(share, studentInterval)
    // How far the value moves for each unit by which the share up to it does.
    const slope = low !== null && high !== null && high > low ? (reach.high - reach.low) / (high - low) : 0
    const pull = upToIt.pull.map(of => 0 - of * slope)
    return { value: this.all.percentile(share), runs: upToIt.runs, error: upToIt.error * slope, pull }
  }

  /** The least and the greatest value of which this could be the share up to it, by an interval for such shares. */
  #ends(share: number, interval: (spread: Spread) => Estimate) {
    const values = this.all.values
    const reaches = (end: "low" | "high") => (place: number) => (interval(this.#spreadUpTo(place))[end] ?? 0) >= share
    const last = values.length - 1
    return {
      low: values[firstWhere(last, reaches("high"))]!,
      high: values[firstWhere(last, reaches("low"))]!,
    }
  }

  /** The share of operations up to a bucket, by its place among all buckets. */
  #spreadUpTo(place: number): Spread {
    const { squares, products } = this.#momentsUpTo(place)
    const { count } = this.all
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
      let [squares, products] = [0, 0]
      this.#moments = this.all.cumulate().buckets.map(bucket => {
        const growth = this.#growth.get(bucket)!
        return { squares: (squares += growth.squares), products: (products += growth.products) }
      })
    }
    return this.#moments[place]!
  }
}
