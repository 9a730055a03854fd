/**
 * Counts that follow other counts: `2f+1` nodes, `f+1` crashes, every count in `0..f+1`.
 *
 * f is the number of failures a group is laid out for, n the number of its nodes.
 */

/** The sizes that a formula may refer to. */
export interface Sizes {
  readonly f?: number
  readonly n?: number
}

/** A sum of terms such as `2f`, `n` and `-1`. */
export interface Formula {
  readonly text: string
  readonly constant: number
  readonly f: number
  readonly n: number
}

/** The written form of counts, for error messages. */
export const COUNT_FORM = "a count such as 5, f+1 or n-1"
export const COUNTS_FORM = "a count such as 5, f+1 or n-1, a range such as 0..f+1, or a list of them"

const TERM = /^([+-]?)\s*([0-9]*)\s*\*?\s*([fn]?)\s*/

/** Reads a formula. @returns `undefined` if it is none */
export function parseFormula(written: unknown): Formula | undefined {
  if (typeof written === "number") {
    return Number.isSafeInteger(written) ? { text: String(written), constant: written, f: 0, n: 0 } : undefined
  }
  if (typeof written !== "string") return undefined
  const sums = { constant: 0, f: 0, n: 0 }
  let rest = written.trim()
  for (let first = true; first || rest !== ""; first = false) {
    const [matched, sign, digits, variable] = TERM.exec(rest)!
    if ((digits === "" && variable === "") || (!first && sign === "")) return undefined
    const amount = (sign === "-" ? -1 : 1) * (digits === "" ? 1 : Number(digits))
    sums[variable === "f" || variable === "n" ? variable : "constant"] += amount
    rest = rest.slice(matched.length)
  }
  return { text: written.replaceAll(/\s+/g, ""), ...sums }
}

/** The value of a formula, or `undefined` if it refers to a size that is not given. */
export function evaluate(formula: Formula, sizes: Sizes): number | undefined {
  if ((formula.f !== 0 && sizes.f === undefined) || (formula.n !== 0 && sizes.n === undefined)) return undefined
  return formula.constant + formula.f * (sizes.f ?? 0) + formula.n * (sizes.n ?? 0)
}

/** True if the value is the same whatever the sizes are. */
export function isConstant(formula: Formula): boolean {
  return formula.f === 0 && formula.n === 0
}

/** One count, or every count from a first to a last one. */
export interface Counts {
  readonly from: Formula
  readonly to: Formula
}

/** Reads `3`, `f+1` or `0..f+1`. @returns `undefined` if it is none of them */
export function parseCounts(written: unknown): Counts | undefined {
  const parts = typeof written === "string" ? written.split("..") : [written]
  if (parts.length > 2) return undefined
  const from = parseFormula(parts[0])
  const to = parts.length === 1 ? from : parseFormula(parts[1])
  return from === undefined || to === undefined ? undefined : { from, to }
}
