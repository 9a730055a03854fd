/** The standard normal distribution, in plain IEEE arithmetic: bit-identical on every machine. */

/**
 * The quantile function of the standard normal distribution, by bisection on its distribution function, which is summed
 * as a series (Abramowitz and Stegun 26.2.10). Simple and slow: it only fills tables.
 */
export function standardNormal(share: number): number {
  if (share === 0.5) return 0
  if (share > 0.5) return -standardNormal(1 - share)
  let low = -6
  let high = 0
  for (let i = 0; i < 45; i++) {
    const middle = (low + high) / 2
    if (standardNormalShare(middle) < share) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const ROOT_OF_TWO_PI = 2.5066282746310002

/** The distribution function of the standard normal distribution. */
export function standardNormalShare(x: number): number {
  // Below the resolution of a table of 32 bits; and far out the series loses its accuracy.
  if (x < -6) return 0
  let term = x
  let sum = x
  for (let k = 1; Math.abs(term) > 1e-17; k++) {
    term *= (-x * x) / (2 * k)
    sum += term / (2 * k + 1)
    if (k > 400) break
  }
  return Math.max(0, 0.5 + sum / ROOT_OF_TWO_PI)
}
