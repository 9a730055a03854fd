/** Parameters and settings that are counts given as a formula of `f` and `n`. */
import { type Parameter, readParameter } from "../../../runtime/contract/parameters.ts"
import { evaluate, type Formula, isConstant, parseFormula, type Sizes } from "./formula.ts"

/** True if a value is a formula in place of a count, for a count parameter or a choice of numbers. */
export function isCountFormula(parameter: Parameter, written: unknown): boolean {
  return formulaFor(parameter, written) !== undefined
}

/** The value of a parameter, evaluated if it is a formula; a formula of an unknown size is returned as it is. */
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

/** Words of a choice take precedence: `f` may be one. */
function formulaFor(parameter: Parameter, written: unknown): Formula | undefined {
  const counts = parameter.kind === "integer" || parameter.values?.some(word => /^\d+$/.test(word)) === true
  if (!counts || typeof written !== "string" || readParameter(parameter, written, 0) !== undefined) return undefined
  const formula = parseFormula(written)
  return formula === undefined || isConstant(formula) ? undefined : formula
}
