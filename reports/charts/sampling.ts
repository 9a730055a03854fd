/** Samples of sweeps with more values than a picture has room for: some of them, evenly spaced. */
import type { Dimension } from "../../scenarios/cell.ts"

/** Values of an axis, in order: all numbers, or all texts. */
export type AxisValues = readonly (number | string)[]

/** The end of a note on what is not shown. */
export const EVENLY = "evenly spaced; summary.csv has the figures of all"

/** The maximum number of cells or bars side by side. */
const MAX_BESIDE = 250
/** Values named along an axis that has no room for all. */
const NAMED = 8

/** At most `most` elements, including the first and the last. */
export function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list
  if (most === 1) return list.slice(0, 1)
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]!)
}

/** The values of an axis whose cells or bars are drawn, and a note if there are more. */
export function besideEachOther(all: AxisValues, { title }: Dimension) {
  const values = evenly(all, MAX_BESIDE)
  const isDrawn = new Set(values)
  const note = `${values.length} of ${all.length} values of ${title.toLowerCase()}, ${EVENLY}`
  return {
    values,
    isDrawn: (value: number | string): boolean => isDrawn.has(value),
    notes: values.length === all.length ? [] : [note],
  }
}

/** The labels of an axis that has no room for all. */
export function someNamed(all: AxisValues): { readonly values: number[] | string[] } {
  const some = evenly(all, NAMED)
  const numbers = some.filter(value => typeof value === "number")
  return { values: numbers.length === some.length ? numbers : some.map(String) }
}
