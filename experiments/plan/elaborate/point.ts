/** A point of the sweep: one value for each dimension. */
import type { Dimension } from "../../../scenarios/cell.ts"
import { evaluate, parseFormula, type Sizes } from "../schema/formula.ts"
import type { Spec } from "../schema/schema.ts"
import type { Choice } from "./choice.ts"
import type { Swept } from "./dimensions.ts"

export type Point = ReadonlyMap<Swept, Choice>

/** The value of a dimension as the spec writes it; undefined if it is not swept. */
export function choiceOf(point: Point, name: string): Choice["written"] | undefined {
  for (const [dimension, choice] of point) if (dimension.name === name) return choice.written
  return undefined
}

/** f and n as far as they are known at a point; either may be a formula of the other. */
export function sizesAt(spec: Spec, point: Point): Sizes {
  const f = sweptNumber(point, "f") ?? valueOf(spec.f, {})
  const n = sweptNumber(point, "nodes") ?? valueOf(spec.nodes, f === undefined ? {} : { f })
  const failures = f ?? (n === undefined ? undefined : valueOf(spec.f, { n }))
  return { ...(failures === undefined ? {} : { f: failures }), ...(n === undefined ? {} : { n }) }
}

function valueOf(written: Spec["nodes"], sizes: Sizes): number | undefined {
  return written === undefined ? undefined : evaluate(parseFormula(written)!, sizes)
}

function sweptNumber(point: Point, name: string): number | undefined {
  const written = choiceOf(point, name)
  return typeof written === "number" ? written : undefined
}

/** The coordinates of a point by dimension. */
export function coordinatesOf(point: Point): readonly (readonly [Dimension, Choice["coordinate"]])[] {
  return [...point].map(([dimension, { coordinate }]) => [dimension, coordinate] as const)
}
