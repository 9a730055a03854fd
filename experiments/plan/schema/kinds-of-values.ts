/** Kinds of values that expressions can have, and their written forms. */
import type { Parameter } from "../../../runtime/contract/parameters.ts"
import { dimensionOf, type Quantity } from "./expression.ts"

/** Kinds of values that are numbers. */
export type NumericKind = Exclude<Parameter["kind"], "choice" | "flag"> | "bandwidth"

export function numericKind(kind: Parameter["kind"]): NumericKind | undefined {
  return kind === "choice" || kind === "flag" ? undefined : kind
}

/** The dimension of each kind; times are in microseconds, rates and bandwidths per microsecond. */
const FORMS: Readonly<Record<NumericKind, { readonly time: number; readonly bytes: number; readonly factor: number }>> =
  {
    duration: { time: 1, bytes: 0, factor: 1 },
    integer: { time: 0, bytes: 0, factor: 1 },
    number: { time: 0, bytes: 0, factor: 1 },
    share: { time: 0, bytes: 0, factor: 1 },
    rate: { time: -1, bytes: 0, factor: 1e-6 },
    size: { time: 0, bytes: 1, factor: 1 },
    bandwidth: { time: -1, bytes: 1, factor: 1e-6 },
  }

/** @param value in the kind's internal unit: microseconds, shares as 0..1, per second, bytes */
export function quantityOf(kind: NumericKind, value: number): Quantity {
  const { time, bytes, factor } = FORMS[kind]
  return { value: value * factor, time, bytes }
}

/**
 * A quantity as a spec would write a value of the kind, to the microsecond, or to 12 digits; or a description of what it is
 * instead.
 */
export function writtenAs(
  kind: NumericKind,
  quantity: Quantity,
): { readonly written: string | number } | { readonly problem: string } {
  const { time, bytes, factor } = FORMS[kind]
  // 0 fits every kind, whatever its dimension.
  const isFitting = (quantity.time === time && quantity.bytes === bytes) || quantity.value === 0
  if (!isFitting) return { problem: `which is ${dimensionOf(quantity)}` }
  const value = Number((quantity.value / factor).toPrecision(12))
  if (!Number.isFinite(value)) return { problem: "which is not a number" }
  if (value < 0) return { problem: `which is below 0` }
  // Microseconds and bytes are whole numbers.
  const isCountable = Number.isSafeInteger(Math.round(value))
  if ((kind === "duration" || kind === "size") && !isCountable) return { problem: "which is too large" }
  switch (kind) {
    case "duration":
      return { written: `${Math.round(value)}us` }
    case "integer":
      return Number.isSafeInteger(value) ? { written: value } : { problem: `which is ${value}` }
    case "number":
    case "share":
      return { written: value }
    case "rate":
      return { written: `${decimal(value)}/s` }
    case "size":
      return { written: `${Math.round(value)}B` }
    case "bandwidth":
      return { written: `${decimal(value)}B/s` }
  }
}

/** A decimal without exponent: quantities are written without. */
function decimal(value: number): string {
  return value.toFixed(12).replace(/\.?0+$/, "")
}
