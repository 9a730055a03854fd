/** The effect of an axis on a metric: the change from its first value to its last, all else fixed. */
import { largest, smallest } from "../../analysis/extremes.ts"
import type { Figured } from "../../analysis/aggregate.ts"
import type { EffectForm } from "../../experiments/model/answer-form.ts"
import type { Figures, OfAlgorithm } from "./context.ts"
import type { EffectCase, Told } from "./finding.ts"
import { written } from "./numbers.ts"
import { describePoint, labelOn, nameOf, pointKey, type Space, spaceOf } from "./points.ts"
import { estimateIn, toldIn, type Words, wordsFor } from "./words.ts"

/** If an algorithm has more cases than this, only the smallest and the largest change are given. */
const MAX_CASES = 4

interface Case extends EffectCase {
  readonly summary: Figured
}

/** The relative difference up to which ratios count as equal. */
const TOLERANCE = 0.01

/** `Availability from loss = 0% to 30%: Raft 100.00 % to 87.73 % [86.8, 88.6]; Multi-Paxos ...` */
export function tellEffect(figures: Figures, { axis: name, metric }: EffectForm): readonly Told[] {
  const axis = figures.dimension(name)
  const words = wordsFor(metric)
  const others = figures.dimensions.filter(other => other.name !== name)
  const cases = figures.algorithms.map(algorithm => casesOf(figures, algorithm, name, metric))
  const all = cases.flat()
  if (all.length === 0) return []
  const space = spaceOf(
    all.map(({ summary }) => summary.cell),
    others,
  )
  const labels = [...new Set(figures.space.cells.map(cell => labelOn(cell, axis)))]
  const span = `from ${nameOf(axis)} = ${labels[0]} to ${labels.at(-1)}`
  const clauses = cases.map((own, place) =>
    own.length === 0
      ? lacking(figures, figures.algorithms[place]!, name, metric)
      : clauseOf(own, words, space, nameOf(axis)),
  )
  const finding = {
    kind: "effect",
    metric,
    axis: name,
    cases: all.map(({ algorithm, from, to, factor }) => ({ algorithm, from, to, factor })),
  } as const
  return [{ sentence: `${words.title} ${span}: ${clauses.join("; ")}.`, finding }]
}

/** The clause on an algorithm without an estimate at one end of the axis, or both. */
function lacking(figures: Figures, algorithm: OfAlgorithm, axis: string, metric: string): string {
  const ends = rowsOf(figures, algorithm, axis).flatMap(row => [row[0]!, row.at(-1)!])
  const without = ends.map(summary => toldIn(metric, summary)).filter(({ estimate }) => estimate === null)
  return `${algorithm.label} has ${without[0]?.lack ?? "no value"} at one of them`
}

/** The summaries of an algorithm along an axis, for each choice of the other dimensions. */
function rowsOf(figures: Figures, { summaries }: OfAlgorithm, axis: string): readonly (readonly Figured[])[] {
  const others = figures.dimensions.filter(({ name }) => name !== axis)
  return [...Map.groupBy(summaries, ({ cell }) => others.map(other => labelOn(cell, other)).join("\n")).values()]
}

function casesOf(figures: Figures, algorithm: OfAlgorithm, axis: string, metric: string): readonly Case[] {
  const { label } = algorithm
  return rowsOf(figures, algorithm, axis).flatMap((row): readonly Case[] => {
    const [first, last] = [row[0]!, row.at(-1)!]
    const [from, to] = [estimateIn(metric, first), estimateIn(metric, last)]
    if (from === null || to === null || first === last) return []
    const factor = figures.dimension(axis).unit === "ms" ? factorOf(row, axis, metric) : null
    const at = ({ cell }: Figured) => pointKey(cell)
    return [
      {
        algorithm: label,
        from: { point: at(first), estimate: from },
        to: { point: at(last), estimate: to },
        factor,
        summary: first,
      },
    ]
  })
}

/** The ratio of the metric to the axis, if it is the same at every value; both in the same unit. */
function factorOf(row: readonly Figured[], axis: string, metric: string): number | null {
  if (wordsFor(metric).unit !== "ms") return null
  const ratios = row.map(summary => {
    const value = summary.cell.point[axis]?.value
    return typeof value === "number" ? (estimateIn(metric, summary)?.value ?? Number.NaN) / value : Number.NaN
  })
  const [least, most] = [smallest(ratios), largest(ratios)]
  return row.length > 2 && Number.isFinite(most) && most - least <= TOLERANCE * least ? (least + most) / 2 : null
}

function clauseOf(own: readonly Case[], words: Words, space: Space, axis: string): string {
  const shown = own.length <= MAX_CASES ? own : extremesOf(own)
  const texts = shown.map(({ from, to, factor, summary }) => {
    const at = describePoint(summary.cell, space)
    const times = factor === null ? "" : `, ${factor.toFixed(2)} times ${axis} at every value`
    const change = `${written(words, from.estimate)} to ${written(words, to.estimate)}${times}`
    return at === "" ? change : `${change} (${at})`
  })
  const { algorithm } = own[0]!
  return shown.length < own.length
    ? `${algorithm} least, ${texts[0]}, and most, ${texts[1]}`
    : `${algorithm} ${texts.join(", ")}`
}

function extremesOf(own: readonly Case[]): readonly Case[] {
  const change = ({ from, to }: Case): number => Math.abs(to.estimate.value - from.estimate.value)
  const sorted = own.toSorted((a, b) => change(a) - change(b))
  return [sorted[0]!, sorted.at(-1)!]
}
