/** The part of an axis along which the algorithms meet conditions: `up to 1 traitor at n = 4 to 6, up to 2 traitors at n = 7`. */
import type { Figured } from "../../analysis/aggregate.ts"
import type { Dimension } from "../../scenarios/cell.ts"
import type { Condition, Relation, ThresholdForm } from "../../experiments/model/answer-form.ts"
import { countedOn } from "../../analysis/format.ts"
import { type Figures, joined, type OfAlgorithm } from "./context.ts"
import type { Threshold, ThresholdCase, Told } from "./finding.ts"
import { describePoints, labelOn, namePoints, pointKey, spaceOf } from "./points.ts"
import { estimateIn, wordsFor } from "./words.ts"

/** The cells of an algorithm along the axis, all else fixed, in the order in which they are gone through. */
type Row = readonly Figured[]

/** A sentence for all algorithms that reach equally far. */
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
  return [...groups].map(([reach, group]) => ({
    sentence: `${joined(group.map(({ algorithm }) => algorithm.label))}: ${conditionsInWords(form)} ${reach}.`,
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

/** The position of a value along its axis: a number by its size, whatever its sign; words as they are listed. */
function extent({ cell }: Figured, { name }: Dimension): number {
  const value = cell.point[name]?.value
  return typeof value === "number" ? Math.abs(value) : 0
}

function caseOf(row: Row, axis: Dimension, { dimensions }: Figures, form: ThresholdForm): ThresholdCase {
  const met = row.map(summary => form.conditions.every(condition => isMet(condition, summary)))
  const failing = met.indexOf(false)
  const last = failing < 0 ? row.at(-1)! : row[failing - 1]
  const again = failing < 0 ? [] : row.filter((_, place) => place > failing && met[place])
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

const HOLDS: Readonly<Record<Relation, (value: number, bound: number) => boolean>> = {
  ">=": (value, bound) => value >= bound - TOLERANCE,
  "<=": (value, bound) => value <= bound + TOLERANCE,
  ">": (value, bound) => value > bound + TOLERANCE,
  "<": (value, bound) => value < bound - TOLERANCE,
  "=": (value, bound) => Math.abs(value - bound) <= TOLERANCE,
}

/** Of floating-point arithmetic. */
const TOLERANCE = 1e-12

function isMet({ metric, relation, bound }: Condition, summary: Figured): boolean {
  const estimate = estimateIn(metric, summary)
  if (estimate === null) return false
  // What is longer than the value is surely longer than a bound up to it, and not known to be shorter than any.
  if (estimate.isOver === true && !relation.startsWith(">")) return false
  return HOLDS[relation](estimate.value, bound)
}

/** True if the interval of a metric holds its bound: the runs do not say on which side the true value is. */
function isClose({ metric, bound }: Condition, summary: Figured): boolean {
  const { low, high } = estimateIn(metric, summary) ?? { low: null, high: null }
  return low !== null && high !== null && low < bound && bound < high
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
  return rows.flat().filter(summary => conditions.some(condition => isClose(condition, summary)))
}

/** The part of the axis, in words, for each value of what else is swept. */
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
  const more = again.length === 0 ? "" : `, and again with ${joined(again.map(text => countedOn(axis, text)))}`
  const first = labelOn(row[0]!.cell, axis)
  if (last === null) return `not even with ${countedOn(axis, first)}${more}`
  if (last === first && !isAll) return `only with ${countedOn(axis, first)}${more}`
  const tried = isAll ? `, the ${isLargest ? "most" : "least"} that was tried` : more
  return isLargest ? `up to ${countedOn(axis, last)}${tried}` : `from ${countedOn(axis, last)} on${tried}`
}

const RELATIONS: Readonly<Record<Relation, string>> = {
  ">=": "of at least",
  "<=": "of at most",
  ">": "above",
  "<": "below",
  "=": "of",
}

function conditionsInWords({ conditions }: ThresholdForm): string {
  return joined(
    conditions.map(({ metric, relation, bound }) => {
      const { noun, unit } = wordsFor(metric)
      if (metric === "violations" && bound === 0) return "no violation in any run"
      const value = unit === "%" ? Number((bound * 100).toPrecision(9)) : bound
      return `${noun} ${RELATIONS[relation]} ${value}${unit === "" ? "" : `\u00a0${unit}`}`
    }),
  )
}
