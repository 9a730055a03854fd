/**
 * A histogram of non-negative integers (latencies in microseconds) with bounded relative error.
 *
 * Log-linear buckets, as in HDR histograms: exact below 2048, then 1024 buckets for each power of two, so that a
 * percentile is off by less than 0.1 %. Buckets are stored sparsely: memory grows with the spread of the values.
 * Histograms merge without loss, and are stored as text of two or three characters per bucket.
 *
 * Values may be censored: a failed operation is only known to take longer than its deadline. Such a value lies above
 * all recorded ones. It is not part of the sum, the mean, the extremes or `count`.
 */
import { firstWhere } from "./search.ts"

const EXACT_BITS = 11
const EXACT = 1 << EXACT_BITS
const HALF = EXACT >> 1
const POWERS = Float64Array.from({ length: 53 }, (_, power) => 2 ** power)

/** The binary logarithm of the number of neighbouring buckets whose counts are stored together. */
const PAGE_BITS = 6
const PAGE = 1 << PAGE_BITS

const NO_COUNTS: readonly number[] = Array.from({ length: PAGE }, () => 0)

/** Counts of buckets by page; pages without a value are missing. */
type Pages = (number[] | undefined)[]

/** The nonempty buckets in order, with cumulative counts. */
export interface Cumulated {
  readonly buckets: readonly number[]
  readonly upTo: readonly number[]
}

const NOTHING: Cumulated = { buckets: [], upTo: [] }

export class Histogram {
  /** Counts by bucket while values are being added; otherwise null. */
  #open: Pages | null = null
  #count = 0
  #over = 0
  #sum = 0
  #min = Infinity
  #max = -Infinity
  /** Replaces `#open` once values are queried: buckets in order with cumulative counts, in half the memory. */
  #inOrder: Cumulated = NOTHING

  /** Adds one value. */
  record(value: number): void {
    add(this.#open ?? this.#reopen(), bucketOf(value), 1)
    this.#count++
    this.#sum += value
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
  }

  /** Adds censored values: they are only known to lie above all recorded ones. */
  recordOver(values = 1): void {
    this.#over += values
  }

  /** The number of recorded values, without censored ones. */
  get count(): number {
    return this.#count
  }

  /** The number of censored values. */
  get over(): number {
    return this.#over
  }

  /** The number of all values, recorded and censored. */
  get total(): number {
    return this.#count + this.#over
  }

  /** The sum of the recorded values, exact. */
  get sum(): number {
    return this.#sum
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
   * The smallest recorded value that is not exceeded by at least the given share of all values (nearest rank).
   *
   * @param share 0..1, e.g. 0.99
   * @returns NaN when empty; Infinity if it lies among the censored values
   */
  percentile(share: number): number {
    return this.#atRank(Math.ceil(share * this.total))
  }

  /** The percentile among the recorded values only. */
  percentileOfRecorded(share: number): number {
    return this.#count === 0 ? Number.NaN : this.#atRank(Math.ceil(share * this.#count))
  }

  #atRank(given: number): number {
    if (this.total === 0) return Number.NaN
    const rank = Math.max(1, given)
    if (rank > this.#count) return Infinity
    const { buckets, upTo } = this.cumulate()
    const place = firstWhere(upTo.length, index => upTo[index]! >= rank)
    return this.#valueOf(buckets[place]!)
  }

  /** The number of values up to this one; all values in its bucket count. */
  countUpTo(value: number): number {
    const { buckets, upTo } = this.cumulate()
    const bucket = value < 0 ? -1 : bucketOf(value)
    return upTo[firstWhere(buckets.length, index => buckets[index]! > bucket) - 1] ?? 0
  }

  /** The values that percentiles can take, in order. */
  get values(): readonly number[] {
    return this.cumulate().buckets.map(bucket => this.#valueOf(bucket))
  }

  /** Adds all values of another histogram. */
  merge(other: Histogram): void {
    // Ordered lists are immutable, so two histograms may share one.
    if (this.#open === null && this.#count === 0 && other.#open === null) this.#inOrder = other.#inOrder
    else {
      const mine = this.#open ?? this.#reopen()
      for (const [bucket, count] of other.#counts()) add(mine, bucket, count)
    }
    this.#count += other.#count
    this.#over += other.#over
    this.#sum += other.#sum
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
  }

  /** The histogram as text; empty if it has no values. */
  encode(): string {
    if (this.total === 0) return ""
    const { buckets, upTo } = this.cumulate()
    const pairs = buckets.flatMap((bucket, i) => [bucket - (buckets[i - 1] ?? 0), upTo[i]! - (upTo[i - 1] ?? 0)])
    const fields = [this.#sum, this.#min, this.#max, pairs.map(inDigits).join("")]
    return (this.#over === 0 ? fields : [...fields, this.#over]).join(" ")
  }

  /** Parses the output of {@link encode}. */
  static decode(text: string): Histogram {
    const histogram = new Histogram()
    if (text === "") return histogram
    const [sum, min, max, digits, over] = text.split(" ")
    histogram.#sum = Number(sum)
    histogram.#min = Number(min)
    histogram.#max = Number(max)
    histogram.#over = Number(over ?? 0)
    const numbers = numbersIn(digits)
    const buckets: number[] = []
    const upTo: number[] = []
    for (let place = 0, bucket = 0; place < numbers.length; place += 2) {
      buckets.push((bucket += numbers[place]!))
      upTo.push((histogram.#count += numbers[place + 1]!))
    }
    histogram.#inOrder = { buckets, upTo }
    return histogram
  }

  /** Orders the buckets, until values are added again; this also frees half the memory. */
  cumulate(): Cumulated {
    if (this.#open === null) return this.#inOrder
    const counts = countsIn(this.#open)
    let seen = 0
    this.#inOrder = { buckets: counts.map(([bucket]) => bucket), upTo: counts.map(([, count]) => (seen += count)) }
    this.#open = null
    return this.#inOrder
  }

  #reopen(): Pages {
    const counts = this.#counts()
    this.#open = []
    for (const [bucket, count] of counts) add(this.#open, bucket, count)
    this.#inOrder = NOTHING
    return this.#open
  }

  #counts(): readonly BucketCount[] {
    if (this.#open !== null) return countsIn(this.#open)
    const { buckets, upTo } = this.#inOrder
    return buckets.map((bucket, i) => [bucket, upTo[i]! - (upTo[i - 1] ?? 0)])
  }

  /** The representative value of a bucket: its highest, clamped to the recorded extremes. */
  #valueOf(bucket: number): number {
    return Math.min(Math.max(highestOf(bucket), this.#min), this.#max)
  }
}

type BucketCount = readonly [bucket: number, count: number]

function add(pages: Pages, bucket: number, values: number): void {
  const page = bucket >> PAGE_BITS
  const counts = pages[page] ?? (pages[page] = NO_COUNTS.slice())
  counts[bucket & (PAGE - 1)]! += values
}

/** The nonempty buckets, in order. */
function countsIn(pages: Pages): readonly BucketCount[] {
  return pages.flatMap((counts, page) => {
    const found: BucketCount[] = []
    counts?.forEach((count, place) => {
      if (count > 0) found.push([(page << PAGE_BITS) + place, count])
    })
    return found
  })
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/** The value of each digit, by character code. */
const DIGIT_VALUES = Uint8Array.from({ length: 128 }, (_, code) =>
  Math.max(0, DIGITS.indexOf(String.fromCharCode(code))),
)

/** A number in base 32, lowest digit first; every digit but the last is taken from the second half of the alphabet. */
function inDigits(value: number): string {
  let [text, rest] = ["", value]
  for (; rest >= 32; rest = Math.floor(rest / 32)) text += DIGITS[32 + (rest % 32)]
  return text + DIGITS[rest]
}

function numbersIn(text = ""): readonly number[] {
  const numbers: number[] = []
  let [value, weight] = [0, 1]
  for (let index = 0; index < text.length; index++) {
    const place = DIGIT_VALUES[text.charCodeAt(index)]!
    value += (place % 32) * weight
    weight *= 32
    if (place >= 32) continue
    numbers.push(value)
    value = 0
    weight = 1
  }
  return numbers
}

/** Buckets below `EXACT` hold one value each; above, each power of two is divided into `HALF` buckets. */
function bucketOf(value: number): number {
  if (value < EXACT) return value
  const highestBit = value < 2 ** 31 ? 31 - Math.clz32(value) : 62 - Math.clz32(value / 2 ** 31)
  const shift = highestBit - (EXACT_BITS - 1)
  return shift * HALF + Math.floor(value / POWERS[shift]!)
}

/** The width of a value's bucket: the number of integers that cannot be distinguished from it. */
export function bucketWidthAt(value: number): number {
  const bucket = bucketOf(value)
  return bucket < EXACT ? 1 : 2 ** (Math.floor(bucket / HALF) - 1)
}

/** The largest value that falls into a bucket. */
function highestOf(bucket: number): number {
  if (bucket < EXACT) return bucket
  const shift = Math.floor(bucket / HALF) - 1
  return (bucket - shift * HALF + 1) * 2 ** shift - 1
}
