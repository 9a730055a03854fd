/** Numbers in sentences: with the digits that their interval justifies, and never rounded to zero unless they are zero. */
import type { Estimate } from "../../analysis/statistics.ts"
import type { Words } from "./words.ts"

/** The maximum number of decimals; smaller differences are invisible. */
const MAX_DIGITS = 9

/** An estimate with its interval: `99.20 % [98.90, 99.40]`; without the interval if it has no width. */
export function written({ key, unit }: Words, estimate: Estimate): string {
  const text = `${estimate.isOver === true ? "over " : ""}${withInterval(estimate, unit === "%" ? 100 : 1, unit, unit === "%")}`
  // For all cases, the answer gives the counts, point by point.
  const isExact = estimate.low === null && estimate.runs > 1
  if (key !== "violations" || isExact) return text
  return `${text} (${Math.round(estimate.value * estimate.runs)} of ${estimate.runs} ${estimate.runs === 1 ? "run" : "runs"})`
}

/** A difference of two values of a metric: `2.60 points [2.14, 3.05]`, optionally with a sign. */
export function writtenDifference({ unit }: Words, estimate: Estimate, isSigned = false): string {
  const text = withInterval(estimate, unit === "%" ? 100 : 1, unit === "%" ? "points" : unit, false)
  return isSigned && estimate.value > 0 ? `+${text}` : text
}

/** The absolute difference. */
export function size(estimate: Estimate): Estimate {
  const { value, low, high, runs } = estimate
  if (value >= 0) return estimate
  return { value: -value, low: high === null ? null : -high, high: low === null ? null : -low, runs }
}

/** Milliseconds from which a time is written in seconds: `121.9 s` is clearer than `121884 ms`. */
const LONG_MS = 10_000
/** Counts from here on are in millions. */
const MANY = 1_000_000

function withInterval(estimate: Estimate, scale: number, unit: string, isShare: boolean): string {
  if (unit === "ms" && Math.abs(estimate.value) >= LONG_MS) return withInterval(estimate, 1e-3, "s", false)
  if (unit === "" && Math.abs(estimate.value) >= MANY) return withInterval(estimate, 1e-6, "million", false)
  const { value, low, high } = estimate
  const ends = [value, low ?? value, high ?? value].map(end => steady(end * scale))
  const digits = digitsFor(ends, isShare)
  const [shown, from, to] = ends.map(end => end.toFixed(digits).replace(/^-(0(\.0*)?)$/, "$1"))
  const withUnit = unit === "" ? shown! : `${shown}\u00a0${unit}`
  if (low !== null && high === null && from !== shown) return `${withUnit} [at least ${from}]`
  if (low === null || high === null || from === to) return withUnit
  return `${withUnit} [${from},\u00a0${to}]`
}

/** The error of floating-point arithmetic. */
const NOTHING = 1e-9

/** Removes floating-point noise. */
function steady(value: number): number {
  const whole = Math.round(value)
  return Math.abs(value - whole) < NOTHING ? whole : value
}

/** Decimals that suit the size, and more if the width of the interval, or closeness to 0 or 100 %, needs them. */
function digitsFor(ends: readonly number[], isShare: boolean): number {
  const largest = Math.max(...ends.map(Math.abs))
  const [, low = 0, high = 0] = ends
  const suited = largest >= 1_000 ? 0 : largest >= 100 ? 1 : 2
  const isFit = (digits: number): boolean =>
    (high - low < NOTHING || high - low >= 10 ** -digits) && ends.every(end => !looksWhole(end, digits, isShare))
  for (let digits = isShare ? 2 : suited; digits < MAX_DIGITS; digits++) if (isFit(digits)) return digits
  return high - low < 10 ** -MAX_DIGITS ? (isShare ? 2 : suited) : MAX_DIGITS
}

/** True if rounding would turn a nonzero value into 0, or a value below 100 % into 100 %. */
function looksWhole(value: number, digits: number, isShare: boolean): boolean {
  const shown = Number(value.toFixed(digits))
  return (value !== 0 && shown === 0) || (isShare && value !== 100 && shown === 100)
}
