/** Availability and times between failures translated into time per year. */

/** Seconds of a year of 365.25 days. */
const YEAR = 31_557_600

const UNITS = [
  ["y", YEAR],
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const

/** The time out of service in a year, in seconds. */
export function secondsDownAYear(availability: number): number {
  return (1 - availability) * YEAR
}

/**
 * The time out of service in a year, in words: `4 h 23 min` for 99.95 %. Runs without a failure do not tell how rare failures
 * are.
 */
export function downAYear(availability: number): string {
  if (availability === 1) return "none seen"
  return spanInWords(secondsDownAYear(availability))
}

/** A span of time in its two largest units, rounded: `4 h 23 min`, `2.9 s`, `21 ms`. */
export function spanInWords(seconds: number): string {
  if (seconds < 60) return shortInWords(seconds)
  const place = UNITS.findIndex(([, size]) => seconds >= size)
  const [unit, size] = UNITS[place]!
  const [smaller, part] = UNITS[place + 1]!
  const begun = Math.floor(seconds / size)
  const parts = Math.round((seconds - begun * size) / part)
  const larger = UNITS[place - 1]
  // Rounding may carry into the larger unit.
  const [whole, rest] = parts * part >= size ? [begun + 1, 0] : [begun, parts]
  if (larger !== undefined && whole * size >= larger[1]) return spanInWords(larger[1])
  return `${whole}\u00a0${unit}${rest === 0 ? "" : ` ${rest}\u00a0${smaller}`}`
}

function shortInWords(seconds: number): string {
  if (seconds === 0) return "0\u00a0s"
  if (seconds >= 59.95) return spanInWords(60)
  if (seconds >= 1) return `${Number(seconds.toPrecision(2))}\u00a0s`
  const milliseconds = seconds * 1_000
  return milliseconds < 0.01 ? "less than 0.01\u00a0ms" : `${Number(milliseconds.toPrecision(2))}\u00a0ms`
}
