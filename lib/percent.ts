/** Measured shares as text. */

/**
 * A share (0..1) in per cent, without the sign: `99.20`. What is not everything never looks like it (`>99.99`), nor does
 * what is something look like nothing (`<0.01`).
 *
 * @param digits decimals
 */
export function inPercent(share: number, digits = 2): string {
  const written = (100 * share).toFixed(digits)
  const step = 10 ** -digits
  if (share < 1 && Number(written) === 100) return `>${(100 - step).toFixed(digits)}`
  if (share > 0 && Number(written) === 0) return `<${step.toFixed(digits)}`
  return written
}
