/**
 * Quantities with units, as people write them in specs and on the command line: `150ms`, `10%`, `1KiB`.
 *
 * Virtual time is an integer number of microseconds everywhere inside the workbench.
 */
import { own } from "../lib/own.ts"

/** Virtual time or a span of it, in microseconds; always an integer. */
export type Micros = number

export const MILLISECOND: Micros = 1_000
export const SECOND: Micros = 1_000_000

const TIME_UNITS: Readonly<Record<string, number>> = {
  us: 1,
  // The micro sign, and the Greek letter that looks the same.
  µs: 1,
  "\u03bcs": 1,
  ms: MILLISECOND,
  s: SECOND,
  min: 60 * SECOND,
  h: 3_600 * SECOND,
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1_000,
  MB: 1_000_000,
  KiB: 1_024,
  MiB: 1_048_576,
  GB: 1e9,
  GiB: 2 ** 30,
}

const BANDWIDTH_UNITS: Readonly<Record<string, number>> = {
  ...SIZE_UNITS,
  kbit: 125,
  Mbit: 125_000,
  Gbit: 125_000_000,
}

/** The written form of durations, for error messages. */
export const DURATION_FORM = "a duration such as 150ms, 2s, 500us or 3d (d = one link delay)"

const QUANTITY = /^([0-9]+(?:\.[0-9]+)?)\s*([A-Za-zµ\u03bc%]*)$/

/**
 * Parses a duration: a sum of terms such as `150ms`, `2s` or `2.5d`, or `max(a, b, ...)` of such sums. The unit `d` is
 * the scenario's link delay bound, so that a timeout can follow the network it runs on.
 *
 * @param text the duration as written
 * @param linkDelay the value of `d` in microseconds
 * @returns microseconds, rounded to an integer, or `undefined` if `text` is not a duration, or exceeds 285 years,
 *   beyond which microseconds are not exact
 */
export function parseDuration(text: string, linkDelay: Micros = 0): Micros | undefined {
  const trimmed = text.trim()
  const maximum = /^max\((.*)\)$/.exec(trimmed)
  if (maximum) {
    const values = maximum[1]!.split(",").map(part => parseDuration(part, linkDelay) ?? Number.NaN)
    const largest = Math.max(...values)
    return Number.isNaN(largest) ? undefined : largest
  }
  let total = 0
  for (const term of trimmed.split("+")) {
    const value = parseQuantity(term.trim(), unit => (unit === "d" ? linkDelay : own(TIME_UNITS, unit)))
    if (value === undefined) return undefined
    total += value
  }
  return total <= Number.MAX_SAFE_INTEGER ? Math.round(total) : undefined
}

/** True if a written duration depends on the network (uses the unit `d`). */
export function followsLinkDelay(text: string): boolean {
  return /[0-9]\s*d\b/.test(text)
}

/** Reads a share such as `10%` or `0.1`; `undefined` if it is neither or lies outside 0..1. */
export function parseShare(text: string): number | undefined {
  const value = parseQuantity(text.trim(), unit => (unit === "%" ? 0.01 : unit === "" ? 1 : undefined))
  return value === undefined || value > 1 ? undefined : value
}

/** Reads a size such as `512B` or `1KiB`, in bytes. */
export function parseSize(text: string): number | undefined {
  return parseQuantity(text.trim(), unit => own(SIZE_UNITS, unit))
}

/** Reads a bandwidth such as `10MB/s` or `100Mbit/s`, in bytes per second. */
export function parseBandwidth(text: string): number | undefined {
  const match = /^(.*)\/\s*s$/.exec(text.trim())
  return match ? parseQuantity(match[1]!.trim(), unit => own(BANDWIDTH_UNITS, unit)) : undefined
}

/** Reads a rate such as `100/s` or `6/min`, as events per second. */
export function parseRate(text: string): number | undefined {
  const match = /^([0-9]+(?:\.[0-9]+)?)\s*\/\s*(ms|s|min|h)$/.exec(text.trim())
  return match ? finite((Number(match[1]) * SECOND) / TIME_UNITS[match[2]!]!) : undefined
}

function parseQuantity(text: string, scale: (unit: string) => number | undefined): number | undefined {
  const match = QUANTITY.exec(text)
  if (!match) return undefined
  const factor = scale(match[2]!)
  return factor === undefined ? undefined : finite(Number(match[1]) * factor)
}

/** Rejects numbers too large to be finite, such as those with hundreds of digits. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined
}

/** Formats a duration in the largest unit that keeps it short: `150ms`, `2s`, `1.5s`. */
export function formatDuration(micros: Micros): string {
  if (!Number.isFinite(micros)) return "forever"
  if (micros === 0) return "0s"
  if (micros >= SECOND) return `${trim(micros / SECOND)}s`
  if (micros >= MILLISECOND) return `${trim(micros / MILLISECOND)}ms`
  return `${trim(micros)}us`
}

function trim(value: number): string {
  return String(Number(value.toFixed(3)))
}
