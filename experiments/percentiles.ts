/**
 * Percentiles of all operations of a cell, from the merged histograms of its runs.
 *
 * The mean of the runs' own percentiles would be another number: a run with few slow operations has no 99.9th
 * percentile to speak of. The interval is over runs, since operations of one run share its faults: it holds every value
 * of which the share of operations up to it could, at 95 %, be the percentile's (test inversion, as in Woodruff 1952,
 * JASA 47, and Francisco and Fuller 1991, Annals of Statistics 19).
 */
import { Histogram } from "../runtime/histogram.ts"
import { type Estimate, ratioSample, type Sample, studentInterval, wilsonInterval } from "./statistics.ts"

export interface PercentileEstimate {
  readonly estimate: Estimate
  readonly sample: Sample
}

/** As few operations beyond a percentile cannot bound it from above: at 2.5 %, none of so many lies there. */
const FEWEST_BEYOND = 3.7

/** The histograms of a cell's runs, each by itself and all together. */
export class MergedHistogram {
  readonly all = new Histogram()
  /** By run; null for runs that failed. */
  readonly #runs: readonly (Histogram | null)[]
  readonly #values: readonly number[]

  constructor(runs: readonly (Histogram | null)[]) {
    this.#runs = runs
    for (const run of runs) if (run !== null) this.all.merge(run)
    this.#values = this.all.values
  }

  /**
   * The value that a share of all operations does not exceed. The upper end of its interval is missing where too few
   * operations are beyond it.
   *
   * @param share 0..1, e.g. 0.99
   * @returns null if there are no operations
   */
  percentile(share: number): PercentileEstimate | null {
    if (this.all.count === 0) return null
    const value = this.all.percentile(share)
    const upToIt = this.#shareUpTo(value)
    const { low, high, runs } = studentInterval(upToIt)
    if (low === null || high === null) {
      return { estimate: { value, low, high, runs }, sample: { value, pull: upToIt.pull.map(of => of && 0) } }
    }
    const ends = this.#ends(share, wilsonInterval)
    // How far the value moves for each unit by which the share up to it does.
    const reach = this.#ends(share, studentInterval)
    const slope = high > low ? (reach.high - reach.low) / (high - low) : 0
    const isBounded = ends.low === ends.high || this.all.count * (1 - share) >= FEWEST_BEYOND
    return {
      estimate: { value, low: ends.low, high: isBounded ? ends.high : null, runs },
      sample: { value, pull: upToIt.pull.map(of => (of === null ? null : 0 - of * slope)) },
    }
  }

  /** The least and the greatest value of which this could be the share up to it, by an interval for such shares. */
  #ends(share: number, interval: (sample: Sample) => Estimate) {
    return {
      low: this.#firstValueWhere(of => interval(of).high! >= share),
      high: this.#firstValueWhere(of => interval(of).low! >= share),
    }
  }

  /** The mean of all operations; runs with more of them weigh more. */
  mean(): Sample | null {
    return ratioSample(this.#runs.map(run => run && { above: run.sum, below: run.count }))
  }

  #shareUpTo(value: number): Sample {
    return ratioSample(this.#runs.map(run => run && { above: run.countUpTo(value), below: run.count }))!
  }

  /** The least value with a share up to it that passes the test; the greatest if none does. */
  #firstValueWhere(passes: (share: Sample) => boolean): number {
    let [from, to] = [0, this.#values.length - 1]
    while (from < to) {
      const middle = (from + to) >>> 1
      if (passes(this.#shareUpTo(this.#values[middle]!))) to = middle
      else from = middle + 1
    }
    return this.#values[from]!
  }
}
