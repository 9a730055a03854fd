/**
 * Counts that depend on other counts: `2f+1` nodes, `f+1` or `floor(n/2)` crashes, every count in `0..f+1`.
 *
 * f is the number of failures that a group is designed to tolerate, n its number of nodes.
 */
import { type Expression, parseExpression } from "./expression.ts"

/** The sizes that a formula may refer to. */
export interface Sizes {
  readonly f?: number
  readonly n?: number
}

/** An expression over f and n whose value is a whole number. */
export interface Formula {
  readonly text: string
  readonly expression: Expression
}

/** The written form of counts, for error messages. */
export const COUNT_FORM = "a count such as 5, f+1 or n-1"
export const COUNTS_FORM = "a count such as 5, f+1 or n-1, a range such as 0..f+1, or a list of them"

/** Parses a formula. @returns `undefined` if the text is not one */
export function parseFormula(written: unknown): Formula | undefined {
  if (typeof written === "number" && !Number.isSafeInteger(written)) return undefined
  const expression = parseExpression(typeof written === "number" ? String(written) : written)
  if (expression === undefined || !expression.isWhole) return undefined
  if (![...expression.names].every(name => name === "f" || name === "n")) return undefined
  return { text: expression.text.replaceAll(/\s+/g, ""), expression }
}

/** The value of a formula, or `undefined` if it has none or depends on an unknown size. */
export function evaluate({ expression }: Formula, sizes: Sizes): number | undefined {
  const { f, n } = sizes
  if ((expression.names.has("f") && f === undefined) || (expression.names.has("n") && n === undefined)) return undefined
  const { value } = expression.at(name => ({ value: (name === "f" ? f : n) ?? 0, time: 0, bytes: 0 }))
  return value
}

/** True if the value depends on f. */
export function dependsOnF({ expression }: Formula): boolean {
  return expression.names.has("f")
}

/** True if the value does not depend on the sizes. */
export function isConstant({ expression }: Formula): boolean {
  return expression.names.size === 0
}

/** One count, or every count in a range. */
export interface Counts {
  readonly from: Formula
  readonly to: Formula
}

/** Parses `3`, `f+1` or `0..f+1`. @returns `undefined` if the text is none of them */
export function parseCounts(written: unknown): Counts | undefined {
  const parts = typeof written === "string" ? written.split("..") : [written]
  if (parts.length > 2) return undefined
  const from = parseFormula(parts[0])
  const to = parts.length === 1 ? from : parseFormula(parts[1])
  return from === undefined || to === undefined ? undefined : { from, to }
}
