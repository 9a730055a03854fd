/** The part of an axis along which the algorithms meet conditions: `up to 1 traitor at n = 4 to 6, up to 2 traitors at n = 7`. */
import type { Figured } from "../../analysis/aggregate.ts"
import type { Dimension } from "../../scenarios/cell.ts"
import type { ThresholdForm } from "../../experiments/model/answer-form.ts"
import { countedOn } from "../../analysis/format.ts"
import { areMet, conditionsInWords, isClose } from "./conditions.ts"
import { type Figures, joined, type OfAlgorithm } from "./context.ts"
import type { Threshold, ThresholdCase, Told } from "./finding.ts"
import { describePoints, labelOn, namePoints, pointKey, spaceOf } from "./points.ts"

/** The cells of an algorithm along the axis, all else fixed, in the order of evaluation. */
type Row = readonly Figured[]

/** One sentence for all algorithms that reach equally far. */
export function tellThreshold(figures: Figures, form: ThresholdForm): readonly Told[] {
  const axis = figures.dimension(form.axis)
  const found = figures.algorithms
    .filter(({ summaries }) => summaries.length > 0)
    .map(algorithm => {
      const rows = rowsOf(algorithm, axis, figures, form)
      const cases = rows.map(row => caseOf(row, axis, figures, form))
      return {
        algorithm,
        finding: thresholdOf(algorithm, rows, cases, form),
        reach: reachOf(rows, cases, axis, figures, form),
      }
    })
  const groups = Map.groupBy(found, ({ reach }) => reach)
  const conditions = conditionsInWords(form.conditions)
  return [...groups].map(([reach, group]) => ({
    sentence: `${joined(group.map(({ algorithm }) => algorithm.label))}: ${conditions}${reach.startsWith("no") ? ":" : ""} ${reach}.`,
    finding: { ...group[0]!.finding, algorithms: group.map(({ algorithm }) => algorithm.label) },
  }))
}

function rowsOf(algorithm: OfAlgorithm, axis: Dimension, figures: Figures, { end }: ThresholdForm): readonly Row[] {
  const others = figures.dimensions.filter(({ name }) => name !== axis.name)
  const rows = Map.groupBy(algorithm.summaries, ({ cell }) => others.map(other => labelOn(cell, other)).join("\n"))
  return [...rows.values()].map(row => {
    const bySize = row.toSorted((a, b) => extent(a, axis) - extent(b, axis))
    return end === "largest" ? bySize : bySize.toReversed()
  })
}

/** The position of a value on its axis: a number by its absolute value; words in the order of the list. */
function extent({ cell }: Figured, { name }: Dimension): number {
  const value = cell.point[name]?.value
  return typeof value === "number" ? Math.abs(value) : 0
}

function caseOf(row: Row, axis: Dimension, { dimensions }: Figures, form: ThresholdForm): ThresholdCase {
  const met = row.map(summary => areMet(form.conditions, summary))
  const failing = met.indexOf(false)
  const last = failing < 0 ? row.at(-1)! : row[failing - 1]
  const isAgain = (summary: Figured, place: number): boolean =>
    place > failing && met[place]! && !isClose(form.conditions, summary)
  const again = failing < 0 ? [] : row.filter(isAgain)
  return {
    point: fixedOf(row, axis, dimensions),
    last: last === undefined ? null : labelOn(last.cell, axis),
    isAll: failing < 0,
    again: again.map(({ cell }) => labelOn(cell, axis)),
  }
}

function fixedOf([first]: Row, axis: Dimension, dimensions: readonly Dimension[]): string {
  const others = dimensions.filter(({ name }) => name !== axis.name)
  return others.map(other => `${other.name}=${labelOn(first!.cell, other)}`).join("/")
}

function thresholdOf(
  { label }: OfAlgorithm,
  rows: readonly Row[],
  cases: readonly ThresholdCase[],
  form: ThresholdForm,
): Threshold {
  return {
    kind: "threshold",
    end: form.end,
    axis: form.axis,
    conditions: form.conditions,
    algorithms: [label],
    cases,
    close: closeIn(rows, form).map(({ cell }) => pointKey(cell)),
  }
}

function closeIn(rows: readonly Row[], { conditions }: ThresholdForm): readonly Figured[] {
  return rows.flat().filter(summary => isClose(conditions, summary))
}

/** The part of the axis, in words, for each value of the other dimensions. */
function reachOf(
  rows: readonly Row[],
  cases: readonly ThresholdCase[],
  axis: Dimension,
  figures: Figures,
  form: ThresholdForm,
): string {
  const others = figures.dimensions.filter(({ name }) => name !== axis.name)
  const space = spaceOf(
    rows.map(row => row[0]!.cell),
    others,
  )
  const groups = Map.groupBy(rows.keys(), place => farthest(rows[place]!, cases[place]!, axis, form))
  const clauses = [...groups].map(([far, places]) => {
    const where = namePoints(
      places.map(place => rows[place]![0]!.cell),
      { cells: rows.map(row => row[0]!.cell), dimensions: space.dimensions },
    )
    return groups.size === 1 ? far : `${far} (${where})`
  })
  const close = closeIn(rows, form)
  if (close.length === 0) return clauses.join("; ")
  const where = describePoints(
    close.map(({ cell }) => cell),
    figures.space,
  )
  return `${clauses.join("; ")}; not decided by the runs ${where}`
}

function farthest(row: Row, { last, isAll, again }: ThresholdCase, axis: Dimension, { end }: ThresholdForm): string {
  const isLargest = end === "largest"
  const others = joined(again.map(text => countedOn(axis, text)))
  const more = again.length === 0 ? "" : `, and again with ${others}`
  const first = labelOn(row[0]!.cell, axis)
  if (last === null && again.length > 0) return `not with ${countedOn(axis, first)}, but with ${others}`
  if (last === null) return `nowhere, not even with ${countedOn(axis, first)}`
  if (last === first && !isAll) return `only with ${countedOn(axis, first)}${more}`
  const tried = isAll ? `, the ${isLargest ? "most" : "least"} that was tried` : more
  return isLargest ? `up to ${countedOn(axis, last)}${tried}` : `from ${countedOn(axis, last)} on${tried}`
}
