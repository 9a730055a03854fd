/** The decision rules: any function of the known inputs works, since in the end all processes know the same ones. */
import type { Value } from "../../services/agreement/shape.ts"
import type { FloodSetParameters } from "./parameters.ts"
import type { Inputs } from "./types.ts"

/** The default value v0 of Lynch §6.2.1, for more than one input. */
const DEFAULT: Value = 0

/** @returns null if no input is known: no live process proposed anything */
export function decisionOf(
  inputs: Inputs,
  { rule, variant }: Pick<FloodSetParameters, "rule" | "variant">,
): Value | null {
  const values = distinct(inputs)
  const [first] = values
  if (first === undefined) return null
  if (variant === "optimised" || rule === "unanimous") return values.length === 1 ? first : DEFAULT
  return rule === "min" ? Math.min(...values) : mostFrequent(values, inputs)
}

/** The distinct values among inputs, in ascending order. */
export function distinct(inputs: Inputs): readonly Value[] {
  return [...new Set(inputs.filter(input => input !== null))].toSorted((a, b) => a - b)
}

function mostFrequent(values: readonly Value[], inputs: Inputs): Value {
  const count = (value: Value): number => inputs.filter(input => input === value).length
  return values.reduce((best, value) => (count(value) > count(best) ? value : best))
}
