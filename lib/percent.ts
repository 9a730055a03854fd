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

/**
 * The same with as many decimals as its distance to 100 % needs: `99.99998`.
 *
 * @param from where less is missing than that; otherwise as {@link inPercent} writes it
 */
export function inNines(share: number, from = 1e-4): string {
  const missing = 1 - share
  if (missing <= 0 || missing >= from) return inPercent(share)
  return (100 * share).toFixed(Math.min(12, Math.ceil(-Math.log10(missing))))
}
