/** Parameters and settings that count something, given as a formula of `f` and `n`. */
import { type Parameter, readParameter } from "../../../runtime/contract/parameters.ts"
import { evaluate, type Formula, isConstant, parseFormula, type Sizes } from "./formula.ts"

/** True if a value is a formula in place of a count: of a parameter that is one, or a choice of numbers. */
export function isCountFormula(parameter: Parameter, written: unknown): boolean {
  return formulaFor(parameter, written) !== undefined
}

/**
 * The value of a parameter with its formula, if it is one, worked out; a formula of a size that is not given is returned.
 */
export function withoutFormula(
  parameter: Parameter,
  written: unknown,
  sizes: Sizes,
): { readonly value: unknown } | { readonly unknownIn: Formula } {
  const formula = formulaFor(parameter, written)
  if (formula === undefined) return { value: written }
  const value = evaluate(formula, sizes)
  return value === undefined ? { unknownIn: formula } : { value }
}

/** Words of a choice come first: `f` may be one of them. */
function formulaFor(parameter: Parameter, written: unknown): Formula | undefined {
  const counts = parameter.kind === "integer" || parameter.values?.some(word => /^\d+$/.test(word)) === true
  if (!counts || typeof written !== "string" || readParameter(parameter, written, 0) !== undefined) return undefined
  const formula = parseFormula(written)
  return formula === undefined || isConstant(formula) ? undefined : formula
}
