/**
 * Estimates with 95 % confidence intervals.
 *
 * Runs are independent of each other; events within one run, such as its operations, are not. So every interval is over runs.
 * An interval needs only each run's pull on the estimate; these pulls are kept, as samples, only if the estimates of two
 * algorithms are compared in pairs.
 *
 * Arithmetic and square roots only, without the engine's logarithms or trigonometry: bit-identical on every machine.
 */
import { arctangent, exponential, logarithm } from "../runtime/lib/exact-math.ts"
import { remembered } from "../lib/remembered.ts"

/** An estimate with the interval that covers the true value in 95 of 100 experiments. */
export interface Estimate {
  readonly value: number
  /** Ends of the interval; null if the sample is too small to tell (a single run). */
  readonly low: number | null
  readonly high: number | null
  /** Number of runs behind it. */
  readonly runs: number
  /** Present if the true value is longer than `value` by an unknown amount: a percentile that lies among failed operations. */
  readonly isOver?: true
}

/** Limits that the estimated quantity cannot leave, e.g. a share's 0 and 1; intervals are cut there. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
}

/** The 0.975 quantile of the standard normal distribution. */
const Z = 1.959963984540054

/** The 0.975 quantiles of Student's t for 1 to 30 degrees of freedom. */
const T = [
  12.7062047362, 4.3026527297, 3.1824463053, 2.7764451052, 2.5705818356, 2.4469118511, 2.3646242516, 2.3060041352,
  2.2621571628, 2.228138852, 2.2009851601, 2.1788128297, 2.1603686565, 2.1447866879, 2.1314495456, 2.1199052992,
  2.1098155778, 2.1009220402, 2.0930240544, 2.0859634473, 2.0796138447, 2.0738730679, 2.0686576104, 2.0638985616,
  2.0595385528, 2.0555294386, 2.0518305165, 2.0484071418, 2.0452296421, 2.0422724563,
] as const

/**
 * The 0.975 quantile of Student's t distribution: the half-width of a 95 % interval in standard errors.
 *
 * Beyond 30 degrees of freedom by the expansion about the normal quantile (Abramowitz and Stegun 26.7.5), which is off
 * by less than 1e-7 there.
 *
 * @param degrees degrees of freedom, an integer of at least 1
 */
export function studentT(degrees: number): number {
  const tabulated = T[degrees - 1]
  if (tabulated !== undefined) return tabulated
  const z = Z
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ]
  return terms.reduce((total, term, power) => total + term / degrees ** (power + 1), z)
}

/**
 * The probability that Student's t with `freedom` degrees of freedom is at least as far from 0 as this: the p-value of
 * a two-sided test. Abramowitz and Stegun 26.7.3 and 26.7.4; given to nine decimals.
 */
export function studentP(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return Number.isNaN(t) ? 1 : 0
  const square = degrees / (degrees + t * t)
  const sine = Math.abs(t) / Math.sqrt(degrees + t * t)
  const odd = degrees % 2 === 1
  let term = odd ? Math.sqrt(square) : 1
  let series = degrees === 1 ? 0 : term
  for (let k = odd ? 2 : 1; k <= degrees - 3; k += 2) {
    term *= (k / (k + 1)) * square
    series += term
  }
  const angle = arctangent(Math.abs(t) / Math.sqrt(degrees))
  const share = odd ? (2 / Math.PI) * (angle + sine * series) : sine * series
  return Math.min(1, Math.max(0, Math.round((1 - share) * 1e9) / 1e9))
}

/** An estimate, the number of runs behind it, and its standard error over them (0 for a single run). */
export interface Spread {
  readonly value: number
  readonly runs: number
  readonly error: number
  /**
   * The equivalent number of equally weighted runs: lower than `runs` if a ratio's denominator comes from few of them (Kish
   * 1965, Survey Sampling, §11.7); default: all.
   */
  readonly effective?: number
  /** Skewness over the runs: positive if a few of them lie far above the others. */
  readonly skewness?: number
}

/**
 * An estimate and its dependence on each run: without run k it would be less by about `pull[k]` / runs. Pulls sum to 0; those
 * of a mean are the deviations from it.
 */
export interface Sample extends Spread {
  /** By run; NaN for runs without a value, e.g. because they failed. */
  readonly pull: Float64Array
}

/** A run's numerator and denominator, whose totals over all runs are divided. */
export interface Pair {
  readonly above: number
  readonly below: number
}

/**
 * The ratio of two totals over independent runs, such as messages per operation: runs with more operations weigh more, and a
 * run without any does no harm. Linearized (Cochran 1977, Sampling Techniques, §6.3-6.4). A mean is such a ratio, of values to
 * their number.
 *
 * Two passes without buffering: `add` all runs, which gives the value; then `weigh` all of them, in the same order, which gives
 * its error.
 */
export class Ratio {
  readonly #scale: number
  #above = 0
  #below = 0
  #runs = 0
  #squares = 0
  #cubes = 0
  /** The sum of the squared denominators, as long as runs are added one by one. */
  #weights = 0

  /** @param scale a divisor of the ratio, to convert its unit */
  constructor(scale = 1) {
    this.#scale = scale
  }

  add(above: number, below = 1, runs = 1): void {
    this.#above += above
    this.#below += below
    this.#runs += runs
    this.#weights += runs === 1 ? below ** 2 : Number.NaN
  }

  /** Null if the denominator is 0. */
  get value(): number | null {
    return this.#below === 0 ? null : this.#above / this.#below / this.#scale
  }

  /** Returns a run's pull on the value. */
  weigh(above: number, below = 1): number {
    const each = this.#below / this.#runs
    const pull = (above - (this.#above / this.#below) * below) / each / this.#scale
    this.#squares += pull * pull
    this.#cubes += pull * pull * pull
    return pull
  }

  /** The value and its error; valid once all runs are weighed. */
  get spread(): Spread | null {
    const { value } = this
    const runs = this.#runs
    if (value === null) return null
    const effective = this.#below ** 2 / this.#weights
    const isUneven = Math.round(effective) < runs
    const error = standardError(this.#squares, runs)
    return {
      value,
      runs,
      error,
      ...(isUneven ? { effective } : {}),
      ...(error > 0 ? { skewness: this.#skewness } : {}),
    }
  }

  get #skewness(): number {
    const variance = this.#squares / this.#runs
    return this.#cubes / this.#runs / (variance * Math.sqrt(variance))
  }
}

/** The standard error of an estimate, from the sum of its runs' squared pulls. */
export function standardError(squares: number, runs: number): number {
  return runs < 2 ? 0 : Math.sqrt(squares / (runs - 1) / runs)
}

/** The ratio of two totals, as a sample; null stands for a run without a value. */
export function ratioSample(pairs: readonly (Pair | null)[]): Sample | null {
  const ratio = new Ratio()
  for (const pair of pairs) if (pair !== null) ratio.add(pair.above, pair.below)
  if (ratio.value === null) return null
  const pull = Float64Array.from(pairs, pair => (pair === null ? Number.NaN : ratio.weigh(pair.above, pair.below)))
  return { ...ratio.spread!, pull }
}

/** The mean of the runs' values, as a sample; null stands for a run without a value. */
export function meanSample(values: readonly (number | null)[]): Sample | null {
  return ratioSample(values.map(above => (above === null ? null : { above, below: 1 })))
}

/** Student's interval; without ends for a single run. */
export function studentInterval(spread: Spread, bounds: Bounds = {}): Estimate {
  const { value, runs, error } = spread
  const degrees = degreesOf(spread)
  if (degrees < 1) return { value, low: null, high: null, runs }
  return within(value, studentT(degrees) * error, runs, bounds)
}

/**
 * The largest skewness that an interval corrects. Few runs misjudge a larger one, and the interval would be too wide: with
 * all of it taken out, those of 20 runs of Raft under crashes held the long-run throughput in 98 of 100 experiments and
 * the mean latency in 99; with this much in 95 and 97, where Student's had 92 and 95 (docs/results.md).
 */
const MAX_SKEWNESS = 1

/**
 * An interval for what few runs may pull far to one side, such as those in which the leader crashed.
 *
 * Student's quantiles, with the skewness of the runs taken out of the statistic by a cubic that can be inverted (Hall
 * 1992, On the removal of skewness by transformation, Journal of the Royal Statistical Society B 54). Where few runs
 * carry the total below, their skewness says little, and the interval is Student's.
 */
export function skewedInterval(spread: Spread, bounds: Bounds = {}): Estimate {
  const { value, runs, error } = spread
  const bend = bendOf(spread)
  if (bend === 0) return studentInterval(spread, bounds)
  const quantile = studentT(runs - 1)
  const reach = (normal: number): number => (3 / bend) * (cubeRoot(1 + bend * (normal - bend / 6)) - 1)
  const { min = -Infinity, max = Infinity } = bounds
  const low = Math.max(min, value - error * reach(quantile))
  return { value, low, high: Math.min(max, value - error * reach(-quantile)), runs }
}

/** The bend of Hall's cubic: the skewness that is corrected, over the root of the runs; 0 where none is. */
function bendOf({ runs, effective = runs, skewness = 0 }: Spread): number {
  const bend = Math.max(-MAX_SKEWNESS, Math.min(MAX_SKEWNESS, skewness)) / Math.sqrt(runs)
  // So small a skewness changes no significant digit, and the formula loses precision below it.
  return effective < runs || runs < 3 || Math.abs(bend) < 1e-6 ? 0 : bend
}

/** The statistic that the interval inverts: its p-value at an end of the interval is 0.05. */
function unbent(t: number, bend: number): number {
  if (bend === 0) return t
  return t + (bend * t ** 2) / 3 + (bend ** 2 * t ** 3) / 27 + bend / 6
}

function cubeRoot(value: number): number {
  return value === 0 ? 0 : Math.sign(value) * exponential(logarithm(Math.abs(value)) / 3)
}

/** Degrees of freedom of an estimate's error. */
function degreesOf({ runs, effective = runs }: Spread): number {
  return Math.round(effective) - 1
}

/**
 * Wilson's interval for a share that each run has of its own, such as that of its operations that succeed.
 *
 * The operations of a run share its faults, so they are not as many independent trials. Wilson's formula is given the
 * number of independent trials that would scatter as the runs do, and Student's quantile in place of the normal one
 * (Korn and Graubard 1998, Survey Methodology 24; Dean and Pagano 2015, Journal of Survey Statistics and Methodology 3).
 * Unlike value ± error it stays within 0 and 1, and leans to the side on which the runs scatter.
 */
export function wilsonInterval({ value, runs, error }: Spread): Estimate {
  if (runs < 2) return { value, low: null, high: null, runs }
  if (error === 0 || value <= 0 || value >= 1) return { value, low: value, high: value, runs }
  const trials = (value * (1 - value)) / error ** 2
  return { value, ...wilson(value, trials, studentT(runs - 1)), runs }
}

/** A difference of two estimates, with its interval and p-value. */
export interface PairedDifference extends Estimate {
  /** P-value of the paired, two-sided t-test; null for a single pair. */
  readonly p: number | null
}

/**
 * The first estimate minus the second, run by run: run k of both had the same faults and link delays, so what affects both
 * alike cancels out. Student's interval over the pairs of runs that both have; for means this is the paired t-test.
 *
 * @param isSkewed true if interval and p-value correct for the skewness of the pairs ({@link skewedInterval})
 */
export function pairedDifference(first: Sample, second: Sample, isSkewed = false): PairedDifference | null {
  const differences = first.pull
    .map((own, k) => first.value + own - (second.value + (second.pull[k] ?? Number.NaN)))
    .filter(difference => !Number.isNaN(difference))
  const mean = new Ratio()
  for (const difference of differences) mean.add(difference)
  if (mean.value === null) return null
  for (const difference of differences) mean.weigh(difference)
  const { value, runs, error, skewness = 0 } = mean.spread!
  const effective = Math.min(runs, first.effective ?? runs, second.effective ?? runs)
  const spread = { value, runs, error, effective, skewness: isSkewed ? skewness : 0 }
  const estimate = skewedInterval(spread)
  const degrees = degreesOf(spread)
  if (degrees < 1) return { ...estimate, p: null }
  const isEqual = value === 0 && error === 0
  return { ...estimate, p: isEqual ? 1 : studentP(unbent(value / error, bendOf(spread)), degrees) }
}

/**
 * P-values adjusted for their number (Holm 1979): among comparisons without any difference, the probability that even one
 * adjusted value is below 0.05 is at most 5 %.
 */
export function holm(pValues: readonly (number | null)[]): readonly (number | null)[] {
  const order = pValues.flatMap((p, index) => (p === null ? [] : [{ p, index }])).toSorted((a, b) => a.p - b.p)
  const adjusted: (number | null)[] = pValues.map(() => null)
  let least = 0
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, p * (order.length - rank)))
    adjusted[index] = least
  }
  return adjusted
}

/**
 * The share of independent runs with an event, with Wilson's interval (Wilson 1927). If it happened in no run, or in all, the
 * interval extends from there to the exact one-sided 95 % bound (Clopper and Pearson 1934).
 */
export function proportion(successes: number, runs: number): Estimate | null {
  if (runs === 0) return null
  const share = successes / runs
  if (successes === 0) return { value: 0, low: 0, high: boundOfNone(runs), runs }
  if (successes === runs) return { value: 1, low: 1 - boundOfNone(runs), high: 1, runs }
  return { value: share, ...wilson(share, runs, Z), runs }
}

/** The largest share that `runs` runs all miss with a probability of 5 %: (1 - share)^runs = 5 %. */
const boundOfNone = remembered((runs: number): number => {
  let [low, high] = [0, 1]
  // Bisection down to adjacent numbers, with multiplication only: bit-identical on every machine.
  for (let middle = 0.5; middle > low && middle < high; middle = (low + high) / 2) {
    if (raised(1 - middle, runs) > 0.05) low = middle
    else high = middle
  }
  return high
})

/** @param exponent an integer of at least 0 */
function raised(base: number, exponent: number): number {
  let [result, square] = [1, base]
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return result
}

function wilson(share: number, trials: number, quantile: number): { readonly low: number; readonly high: number } {
  const weight = quantile ** 2 / trials
  const centre = (share + weight / 2) / (1 + weight)
  const half = (quantile * Math.sqrt((share * (1 - share)) / trials + weight / (4 * trials))) / (1 + weight)
  return { low: centre - half, high: centre + half }
}

/** Wilson's interval for a share that is known as well as from so many independent trials. */
export function wilsonOf(share: number, trials: number): { readonly low: number; readonly high: number } {
  return wilson(share, trials, Z)
}

function within(value: number, half: number, runs: number, { min = -Infinity, max = Infinity }: Bounds): Estimate {
  return { value, low: Math.max(min, value - half), high: Math.min(max, value + half), runs }
}
