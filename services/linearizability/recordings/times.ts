/** Times of any size and precision, compared exactly. */
import { Digits, WrongLine } from "./datum.ts"

/** Places before and behind the point that times may have. */
const MAX_PLACES = 400

interface Scaled {
  readonly whole: bigint
  /** The number is `whole` divided by ten to the power of `scale`. */
  readonly scale: number
}

/** @returns less than, equal to or greater than 0, as `a` is before, at or after `b` */
export function compareNumbers(a: number | Digits, b: number | Digits): number {
  if (typeof a === "number" && typeof b === "number") return Math.sign(a - b)
  const [left, right] = [scaled(a), scaled(b)]
  const difference = left.whole * power(right.scale) - right.whole * power(left.scale)
  return difference === 0n ? 0 : difference < 0n ? -1 : 1
}

function scaled(time: number | Digits): Scaled {
  const text = time instanceof Digits ? time.text : String(time)
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text)
  const [, sign, whole, fraction = "", exponent = "0"] = match!
  const scale = fraction.length - Number(exponent)
  if (Math.abs(scale) > MAX_PLACES) throw new WrongLine(`a time of ${text} is beyond all clocks`)
  const digits = BigInt(`${sign}${whole}${fraction}`)
  return scale >= 0 ? { whole: digits, scale } : { whole: digits * power(-scale), scale: 0 }
}

function power(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}

/** Maps times to numbers in the same order, and formats them. */
export interface Clock {
  at(time: number | Digits): number
  format(time: number): string
}

/** The clock of a recording whose times are all JavaScript numbers. */
export const PLAIN_CLOCK: Clock = { at: time => (typeof time === "number" ? time : Number.NaN), format: String }

/** The clock of a recording some of whose times a JavaScript number would round: it gives their ranks. */
export function clockOf(times: readonly (number | Digits)[]): Clock {
  const sorted = [...new Map(times.map(time => [textOf(time), time])).values()].toSorted(compareNumbers)
  const ranks = new Map(sorted.map((time, rank) => [textOf(time), rank]))
  return { at: time => ranks.get(textOf(time))!, format: rank => textOf(sorted[rank]!) }
}

function textOf(time: number | Digits): string {
  return time instanceof Digits ? time.text : String(time)
}
