/**
 * Logarithm, exponential and arctangent from additions, multiplications, divisions and square roots only.
 *
 * IEEE 754 fixes the results of those operations to the bit, but not those of `Math.log`, `Math.exp` and `Math.atan`,
 * which differ between engines and versions. Accurate to about 1e-15; used to fill tables and for statistics, not in
 * the event loop.
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

/** The angle whose tangent is `value`, in radians. */
export function arctangent(value: number): number {
  // Applying atan x = 2 atan(x / (1 + sqrt(1 + x^2))) four times leaves at most 0.1.
  let reduced = value
  for (let k = 0; k < 4; k++) reduced /= 1 + Math.sqrt(1 + reduced * reduced)
  const square = -reduced * reduced
  let factor = reduced
  let sum = 0
  for (let k = 1; k < 20; k += 2) {
    sum += factor / k
    factor *= square
  }
  return 16 * sum
}
