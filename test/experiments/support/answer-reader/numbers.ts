// Reads numbers with their units and intervals, and holds them to the estimates they stand for.
import { fail } from "./places.ts"

/** A number as it is written in sentences; several of its groups are named. */
export const NUMBER = String.raw`(?:over )?[+-]?\d+(?:\.\d+)?(?: (?:%|ms|s|points|million))?(?: \[(?:at least )?-?\d+(?:\.\d+)?(?:, -?\d+(?:\.\d+)?)?\])?(?: \(\d+ of \d+ runs\))?`

const PARTS =
  /^(over )?([+-]?\d+(?:\.\d+)?)(?: (%|ms|s|points|million))?(?: \[(at least )?(-?\d+(?:\.\d+)?)(?:, (-?\d+(?:\.\d+)?))?\])?(?: \((\d+) of (\d+) runs\))?$/

/** What a number stands for. */
export interface Ends {
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly runs?: number
  readonly isOver?: true
}

/** What is wrong with a number as a rendering of an estimate; empty if nothing is. */
export function wrongWith(text: string, { value, low, high, runs, isOver }: Ends): string {
  const parts = PARTS.exec(text) ?? fail(`"${text}" is no number`)
  const [, over, shown = "", unit, atLeast, from, to, some, of] = parts
  const scale = scaleOf(unit)
  const near = (written: string, end: number | null): boolean => end !== null && isNear(written, end * scale)
  if (!near(shown, value)) return `${text} stands for ${value * scale}`
  if ((over !== undefined) !== (isOver === true)) return `${text} is ${isOver === true ? "" : "not "}longer than that`
  // Where nothing is told apart, a difference may be nothing.
  const isAboutNothing = low !== null && high !== null && low < 0 && high > 0
  if (value !== 0 && Number(shown) === 0 && !isAboutNothing) return `${text} is written as nothing`
  if (from !== undefined && !near(from, low)) return `the interval of ${text} begins at ${(low ?? Number.NaN) * scale}`
  if (to !== undefined && !near(to, high)) return `the interval of ${text} ends at ${(high ?? Number.NaN) * scale}`
  if (from === undefined && low !== null && high === null && !isNear(shown, low * scale))
    return `${text} lacks its lower end`
  if (atLeast !== undefined && high !== null) return `the interval of ${text} has an end`
  if (from === undefined && low !== null && high !== null && (high - low) * scale > 1e-5)
    return `${text} lacks its interval`
  if (some !== undefined && (Number(of) !== runs || Math.round(value * (runs ?? 0)) !== Number(some))) {
    return `${text} is of ${runs} runs`
  }
  return ""
}

/** What a value of a table, a share or milliseconds, is multiplied by to be written in a unit. */
function scaleOf(unit: string | undefined): number {
  return unit === "%" || unit === "points" ? 100 : unit === "s" ? 1e-3 : unit === "million" ? 1e-6 : 1
}

/** Whether a number's value, whatever its interval, is this. */
export function standsFor(text: string, value: number): boolean {
  const [, , shown = "", unit] = PARTS.exec(text) ?? fail(`"${text}" is no number`)
  return isNear(shown, value * scaleOf(unit))
}

/** Whether a value is surely written as this number: not if it lies where it could be rounded either way. */
export function isWrittenAs(text: string, value: number): boolean {
  const [, , shown = "", unit] = PARTS.exec(text) ?? fail(`"${text}" is no number`)
  const decimals = shown.split(".")[1]?.length ?? 0
  const scaled = value * scaleOf(unit)
  return Math.abs(Number(shown) - scaled) < 0.499 * 10 ** -decimals
}

/** Whether a number is what is written, rounded to as many decimals. */
function isNear(written: string, value: number): boolean {
  const decimals = written.split(".")[1]?.length ?? 0
  return Math.abs(Number(written) - value) <= 0.5 * 10 ** -decimals * 1.0001 + 1e-9 * Math.abs(value)
}
