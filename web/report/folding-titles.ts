/** Wraps the axis titles of panels that a page makes narrower than the picture, so that they do not overlap. */
import type * as Vega from "vega"
import { foldText } from "../../reports/charts/frame.ts"

/** Pixels that a character of a title takes on average. */
const CHARACTER = 6

/**
 * The same chart, with wrapped titles below narrow panels.
 *
 * @param narrowest the width of the narrowest panels, in pixels
 */
export function foldingTitles(spec: Vega.Spec, narrowest: number): Vega.Spec {
  if (spec.signals?.every(({ name }) => name !== "child_width") ?? true) return spec
  const most = Math.floor(narrowest / CHARACTER)
  return JSON.parse(JSON.stringify(spec), (key, value: unknown) => {
    return key === "axes" && Array.isArray(value)
      ? value.map(axis => (isTitled(axis) ? folding(axis, most) : axis))
      : value
  })
}

interface TitledAxis {
  readonly title: string | readonly string[]
}

function isTitled(axis: unknown): axis is TitledAxis {
  if (typeof axis !== "object" || axis === null || !("title" in axis) || !("orient" in axis)) return false
  return axis.orient === "bottom" && (typeof axis.title === "string" || Array.isArray(axis.title))
}

function folding<Axis extends TitledAxis>(axis: Axis, most: number) {
  const lines = [axis.title].flat()
  const longest = Math.max(...lines.map(line => line.length))
  const folded = foldText(lines.join(" "), most)
  const title = {
    signal: `child_width < ${longest * CHARACTER} ? ${JSON.stringify(folded)} : ${JSON.stringify(lines)}`,
  }
  return { ...axis, title }
}
