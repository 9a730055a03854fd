/** Measured shares as text. */

/**
 * A share (0..1) in per cent, without the sign: `99.20`. Rounding never yields 100 or 0 for a share that is neither: it
 * gives `>99.99` or `<0.01`.
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
 * A share in per cent with as many decimals as its distance to 100 % needs: `99.99998`.
 *
 * @param from used if less than this is missing to 1; otherwise as {@link inPercent} formats it
 */
export function inNines(share: number, from = 1e-4): string {
  const missing = 1 - share
  if (missing <= 0 || missing >= from) return inPercent(share)
  return (100 * share).toFixed(Math.min(12, Math.ceil(-Math.log10(missing))))
}
