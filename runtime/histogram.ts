/**
 * A histogram of non-negative integers (latencies in microseconds) with bounded relative error.
 *
 * Log-linear buckets, as in HDR histograms: exact below 2048, then 1024 buckets for each power of two, so that a
 * percentile is off by less than 0.1 %. Buckets are kept sparsely: a run's histogram takes as much memory as it has
 * different latencies. Histograms merge without loss.
 */
const EXACT_BITS = 11
const EXACT = 1 << EXACT_BITS
const HALF = EXACT >> 1
const POWERS = Float64Array.from({ length: 53 }, (_, power) => 2 ** power)

export class Histogram {
  readonly #buckets = new Map<number, number>()
  #count = 0
  #sum = 0
  #min = Infinity
  #max = -Infinity

  /** Adds one value. */
  record(value: number): void {
    const bucket = bucketOf(value)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
    this.#count++
    this.#sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  get count(): number {
    return this.#count
  }

  /** Arithmetic mean, exact; NaN when empty. */
  get mean(): number {
    return this.#sum / this.#count
  }

  /** Smallest value, exact; NaN when empty. */
  get min(): number {
    return this.#count === 0 ? Number.NaN : this.#min
  }

  /** Largest value, exact; NaN when empty. */
  get max(): number {
    return this.#count === 0 ? Number.NaN : this.#max
  }

  /**
   * The smallest recorded value that at least the given share of values does not exceed (nearest rank).
   *
   * @param share 0..1, e.g. 0.99
   * @returns NaN when empty
   */
  percentile(share: number): number {
    if (this.#count === 0) return Number.NaN
    const rank = Math.max(1, Math.ceil(share * this.#count))
    let seen = 0
    for (const bucket of [...this.#buckets.keys()].toSorted((a, b) => a - b)) {
      seen += this.#buckets.get(bucket)!
      if (seen >= rank) return Math.min(Math.max(highestOf(bucket), this.#min), this.#max)
    }
    return this.#max
  }

  /** Adds all values of another histogram. */
  merge(other: Histogram): void {
    for (const [bucket, count] of other.#buckets) this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + count)
    this.#count += other.#count
    this.#sum += other.#sum
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
  }
}

/** Buckets below `EXACT` hold one value each; above, each power of two is cut into `HALF` buckets. */
function bucketOf(value: number): number {
  if (value < EXACT) return value
  const highestBit = value < 2 ** 31 ? 31 - Math.clz32(value) : 62 - Math.clz32(value / 2 ** 31)
  const shift = highestBit - (EXACT_BITS - 1)
  return shift * HALF + Math.floor(value / POWERS[shift]!)
}

/** The largest value that falls into a bucket. */
function highestOf(bucket: number): number {
  if (bucket < EXACT) return bucket
  const shift = Math.floor(bucket / HALF) - 1
  return (bucket - shift * HALF + 1) * 2 ** shift - 1
}
