/** A metric compared with its closed form, or with another metric of the same points. */
import type { Figured } from "../../analysis/aggregate.ts"
import type { Cell, Registry } from "../../scenarios/cell.ts"
import { predict } from "../charts/theory.ts"
import { type AgainstForm, THEORY } from "../../experiments/model/answer-form.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { type Figures, joined, type OfAlgorithm } from "./context.ts"
import type { Against, Told } from "./finding.ts"
import { writtenDifference } from "./numbers.ts"
import { describePoint, describePoints, pointKey, type Space, spaceOf } from "./points.ts"
import { estimateIn, predictedName, wordsFor } from "./words.ts"

/** The relative error that histograms and time limits cause in a value that has a closed form. */
const TOLERANCE = 0.002

/** A point with both values: the measured one, and the one it is compared with. */
interface Pair {
  readonly cell: Cell
  readonly own: Estimate
  readonly other: number
  readonly formula: string | null
}

/** One sentence for all algorithms with the same outcome. */
export function tellAgainst(figures: Figures, form: AgainstForm, registry: Registry): readonly Told[] {
  const found = figures.algorithms.flatMap(algorithm => {
    const pairs = pairsOf(algorithm, form, registry)
    if (pairs.length === 0) return []
    const finding = againstOf(algorithm, pairs, form)
    return [{ label: algorithm.label, finding, text: inWords(figures, algorithm, pairs, finding) }]
  })
  return [...Map.groupBy(found, ({ text }) => text)].map(([text, group]) => ({
    sentence: `${joined(group.map(({ label }) => label))}: ${text}.`,
    finding: { ...group[0]!.finding, algorithms: group.map(({ label }) => label) },
  }))
}

function pairsOf({ summaries }: OfAlgorithm, form: AgainstForm, registry: Registry): readonly Pair[] {
  return summaries.flatMap((summary): readonly Pair[] => {
    const own = estimateIn(form.metric, summary)
    const other = otherOf(form, summary, registry)
    return own === null || other === null ? [] : [{ cell: summary.cell, own, ...other }]
  })
}

function otherOf({ metric, other }: AgainstForm, summary: Figured, registry: Registry) {
  if (other !== THEORY) {
    const estimate = estimateIn(other, summary)
    return estimate && { other: estimate.value, formula: null }
  }
  const name = predictedName(metric)
  const algorithm = registry.algorithms[summary.cell.variant.algorithm]
  const prediction = name && algorithm && predict(name, summary.cell, algorithm)
  return prediction ? { other: prediction.value, formula: prediction.formula } : null
}

/**
 * Above, below, or equal: equal if the interval holds the other value, or if they differ by at most {@link TOLERANCE},
 * relatively.
 */
function sideOf({ own: { value, low, high }, other }: Pair): "equal" | "above" | "below" {
  if ((low ?? value) <= other && other <= (high ?? value)) return "equal"
  if (Math.abs(value - other) <= TOLERANCE * Math.abs(other)) return "equal"
  return value > other ? "above" : "below"
}

function farthestOf(pairs: readonly Pair[]): Pair {
  return pairs.reduce((a, b) => (Math.abs(b.own.value - b.other) > Math.abs(a.own.value - a.other) ? b : a))
}

function againstOf({ label, summaries }: OfAlgorithm, pairs: readonly Pair[], form: AgainstForm): Against {
  const points = (side: ReturnType<typeof sideOf>) =>
    pairs.filter(pair => sideOf(pair) === side).map(({ cell }) => pointKey(cell))
  const farthest = farthestOf(pairs)
  const held = new Set(pairs.map(({ cell }) => cell))
  return {
    kind: "against",
    metric: form.metric,
    other: form.other,
    algorithms: [label],
    formulas: [...new Set(pairs.flatMap(({ formula }) => formula ?? []))],
    equal: points("equal"),
    above: points("above"),
    below: points("below"),
    without: summaries.flatMap(({ cell }) => (held.has(cell) ? [] : [pointKey(cell)])),
    largest: { point: pointKey(farthest.cell), difference: farthest.own.value - farthest.other },
  }
}

function inWords(figures: Figures, { summaries }: OfAlgorithm, pairs: readonly Pair[], finding: Against): string {
  const { metric, other, formulas, above, below, equal } = finding
  const words = wordsFor(metric)
  const than = other === THEORY ? `theory, ${formulas.join(" and ")}` : wordsFor(other).noun
  const space = spaceOf(
    summaries.map(({ cell }) => cell),
    figures.dimensions,
  )
  const where = (points: readonly string[]): string => placed(pairs, points, space)
  const clauses = [
    ...(equal.length === 0 ? [] : [`equal within its interval${where(equal)}`]),
    ...(above.length === 0 ? [] : [`above it${where(above)}`]),
    ...(below.length === 0 ? [] : [`below it${where(below)}`]),
  ]
  const farthest = farthestOf(pairs)
  const value = farthest.own.value - farthest.other
  const difference = writtenDifference(words, { value, low: null, high: null, runs: 0 }, true)
  const isApart = above.length + below.length > 0
  const at = describePoint(farthest.cell, space)
  const far = isApart && pairs.length > 1 ? `; farthest from it by ${difference}${at === "" ? "" : ` (${at})`}` : ""
  return `${words.noun} beside ${than}: ${clauses.join("; ")}${far}`
}

function placed(pairs: readonly Pair[], points: readonly string[], space: Space): string {
  const among = new Set(points)
  const cells = pairs.flatMap(({ cell }) => (among.has(pointKey(cell)) ? [cell] : []))
  const where = describePoints(cells, space)
  return where === "" ? "" : ` ${where}`
}
