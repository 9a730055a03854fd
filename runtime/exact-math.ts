/**
 * Logarithm and exponential from additions, multiplications and divisions only.
 *
 * IEEE 754 fixes the result of those four operations to the bit, but not that of `Math.log` and `Math.exp`, which
 * differ between engines and their versions. Good to about 1e-15; used to fill tables, not in the event loop.
 */

const { LN2, SQRT1_2, SQRT2 } = Math

/** The natural logarithm of a positive number. */
export function logarithm(value: number): number {
  if (!(value > 0)) return value === 0 ? -Infinity : Number.NaN
  let mantissa = value
  let power = 0
  while (mantissa > SQRT2) {
    mantissa /= 2
    power++
  }
  while (mantissa < SQRT1_2) {
    mantissa *= 2
    power--
  }
  // ln m = 2 artanh((m - 1) / (m + 1))
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let factor = ratio
  let sum = 0
  for (let k = 1; k < 60; k += 2) {
    sum += factor / k
    factor *= square
  }
  return 2 * sum + power * LN2
}

/** e to the power of `value`. */
export function exponential(value: number): number {
  const power = Math.round(value / LN2)
  const rest = value - power * LN2
  let term = 1
  let sum = 1
  for (let k = 1; k < 25; k++) {
    term *= rest / k
    sum += term
  }
  return sum * 2 ** power
}
