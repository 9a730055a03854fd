/**
 * Estimates with 95 % confidence intervals.
 *
 * Plain arithmetic and square roots only, no logarithms or trigonometry: the same bits on every machine.
 */

/** An estimate with the interval that covers the true value in 95 of 100 experiments. */
export interface Estimate {
  readonly value: number
  /** Ends of the interval; null if the sample is too small to tell (a single run). */
  readonly low: number | null
  readonly high: number | null
  /** Number of runs behind it. */
  readonly runs: number
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

/** The mean of independent values, with Student's interval. @returns null if there are none */
export function mean(values: readonly number[], bounds: Bounds = {}): Estimate | null {
  const runs = values.length
  if (runs === 0) return null
  const average = sum(values) / runs
  if (runs === 1) return { value: average, low: null, high: null, runs }
  const variance = sum(values.map(value => (value - average) ** 2)) / (runs - 1)
  return within(average, studentT(runs - 1) * Math.sqrt(variance / runs), runs, bounds)
}

/**
 * The ratio of two totals over independent runs, such as messages per operation: runs in which more was done weigh
 * more, and a run in which nothing was done does not spoil it. The interval is Student's, on the linearized ratio
 * (Cochran 1977, Sampling Techniques, §6.3-6.4).
 *
 * @returns null if the total below is 0
 */
export function ratio(pairs: readonly { readonly above: number; readonly below: number }[]): Estimate | null {
  const runs = pairs.length
  const below = sum(pairs.map(pair => pair.below))
  if (below === 0) return null
  const value = sum(pairs.map(pair => pair.above)) / below
  if (runs === 1) return { value, low: null, high: null, runs }
  const variance = sum(pairs.map(pair => (pair.above - value * pair.below) ** 2)) / (runs - 1)
  return within(value, (studentT(runs - 1) * Math.sqrt(variance / runs)) / (below / runs), runs, { min: 0 })
}

/** The share of independent runs in which something happened, with Wilson's interval (Wilson 1927). */
export function proportion(successes: number, runs: number): Estimate | null {
  if (runs === 0) return null
  const share = successes / runs
  const weight = Z ** 2 / runs
  const centre = (share + weight / 2) / (1 + weight)
  const half = (Z * Math.sqrt((share * (1 - share)) / runs + weight / (4 * runs))) / (1 + weight)
  // At 0 and 1 the interval ends there exactly; rounding must not move it past.
  const low = successes === 0 ? 0 : centre - half
  const high = successes === runs ? 1 : centre + half
  return { value: share, low, high, runs }
}

function within(value: number, half: number, runs: number, { min = -Infinity, max = Infinity }: Bounds): Estimate {
  return { value, low: Math.max(min, value - half), high: Math.min(max, value + half), runs }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
