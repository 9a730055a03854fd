/** The values of one algorithm along a sweep: `100.00 % with 0 to 2 crashes; 20.10 % [19.9, 20.3] with 3 or 4`. */
import type { Estimate } from "../../analysis/statistics.ts"
import { type Figures, joined, type OfAlgorithm, type Valued } from "./context.ts"
import type { Course, Told } from "./finding.ts"
import { written } from "./numbers.ts"
import { describePoint, describePoints, pointKey, type Space, spaceOf } from "./points.ts"
import { wordsFor } from "./words.ts"

/** The maximum number of stretches of equal values in a sentence. */
const MAX_STRETCHES = 5

/** Floating-point noise, which is not printed. */
const NOISE = 1e-9

interface Measured extends Valued {
  readonly estimate: Estimate
}

/** The sentence about an algorithm's values; undefined if it has none. @param isAlone true if the sentence must name the metric */
export function courseOf(figures: Figures, algorithm: OfAlgorithm, metric: string, isAlone = false): readonly Told[] {
  const all = figures.valuesOf(algorithm, metric)
  const own = all.filter((valued): valued is Measured => valued.estimate !== null)
  if (own.length === 0) return []
  const [lowest, highest] = extremes(own)
  const at = ({ cell, estimate }: Measured) => ({ point: pointKey(cell), estimate })
  const without = all.filter(({ estimate }) => estimate === null)
  const finding: Course = {
    kind: "course",
    metric,
    algorithm: algorithm.label,
    lowest: at(lowest),
    highest: at(highest),
    without: without.map(({ cell }) => pointKey(cell)),
  }
  const points = new Set(all.map(({ cell }) => pointKey(cell)))
  const space = spaceOf(
    figures.space.cells.filter(cell => points.has(pointKey(cell))),
    figures.dimensions,
  )
  const gaps = [...Map.groupBy(without, ({ lack }) => lack ?? "no value")].map(([lack, group]) => {
    const where = describePoints(
      group.map(({ cell }) => cell),
      space,
    )
    return `; ${lack} ${where}`
  })
  const who = `${algorithm.label}${isAlone ? `, ${wordsFor(metric).noun}` : ""}`
  return [{ sentence: `${who}: ${course(own, metric, space)}${gaps.join("")}.`, finding }]
}

/** A sentence with the values of all algorithms at the only point; equal values are merged. */
export function valuesAtOnce(figures: Figures, metric: string): readonly Told[] {
  const words = wordsFor(metric)
  const values = figures.algorithms.flatMap(algorithm =>
    figures.valuesOf(algorithm, metric).flatMap(({ estimate }) => {
      return estimate === null ? [] : [{ algorithm: algorithm.label, estimate }]
    }),
  )
  if (values.length === 0) return []
  const alike = Map.groupBy(values, ({ estimate }) => written(words, estimate))
  const clauses = [...alike].map(([text, group]) => `${joined(group.map(({ algorithm }) => algorithm))} ${text}`)
  const noun = words.noun.slice(0, 1).toUpperCase() + words.noun.slice(1)
  return [{ sentence: `${noun}: ${clauses.join("; ")}.`, finding: { kind: "values", metric, values } }]
}

function course(own: readonly Measured[], metric: string, space: Space): string {
  const write = ({ estimate }: Measured): string => written(wordsFor(metric), estimate)
  if (space.cells.length === 1) return write(own[0]!)
  if (space.dimensions.length > 1) return range(own, write, space)
  const stretches = stretchesOf(own)
  if (stretches.length > MAX_STRETCHES) return ends(own, write, space)
  return stretches.map(stretch => level(stretch, write, space)).join("; ")
}

function placed(some: readonly Measured[], space: Space): string {
  return describePoints(
    some.map(({ cell }) => cell),
    space,
  )
}

/** The level of neighbouring points, and where they are: their value if all are printed alike, else the lowest and the highest. */
function level(stretch: readonly Measured[], write: (valued: Measured) => string, space: Space): string {
  const [lowest, highest] = extremes(stretch).map(write)
  if (bare(lowest!) === bare(highest!)) return ofEqual(stretch, write, space).join("; ")
  return `${lowest} to ${highest} ${placed(stretch, space)}`
}

/** A value as written, without its interval and the number of runs. */
function bare(text: string): string {
  return text.replace(/ \[.*\]/, "").replace(/ \(.*\)$/, "")
}

/** Equal values can have different intervals: a clause for each of these, with its points. */
function ofEqual(some: readonly Measured[], write: (valued: Measured) => string, space: Space): readonly string[] {
  return [...Map.groupBy(some, write)].map(([text, group]) => `${text} ${placed(group, space)}`)
}

/** Stretches of neighbouring points with overlapping intervals: as far as the runs show, their values are equal. */
function stretchesOf(own: readonly Measured[]): readonly (readonly Measured[])[] {
  const stretches: Measured[][] = []
  for (const valued of own) {
    const last = stretches.at(-1)
    if (last !== undefined && last.every(({ estimate }) => overlap(estimate, valued.estimate))) last.push(valued)
    else stretches.push([valued])
  }
  return stretches
}

function overlap(a: Estimate, b: Estimate): boolean {
  const [low, high] = [a.low ?? a.value, a.high ?? a.value]
  return (b.low ?? b.value) <= high && (b.high ?? b.value) >= low
}

/** The values at the beginning and the end, and the extremes in between. */
function ends(own: readonly Measured[], write: (valued: Measured) => string, space: Space): string {
  const at = (valued: Measured): string => `${write(valued)} ${describePoint(valued.cell, space)}`
  const [first, last] = [own[0]!, own.at(-1)!]
  const [lowest, highest] = extremes(own)
  const isBetween = ({ estimate: { value } }: Measured): boolean =>
    value !== first.estimate.value && value !== last.estimate.value
  const beyond = [
    ...(isBetween(lowest) ? [`lowest ${at(lowest)}`] : []),
    ...(isBetween(highest) ? [`highest ${at(highest)}`] : []),
  ]
  return [`from ${at(first)} to ${at(last)}`, ...beyond].join("; ")
}

function extremes(own: readonly Measured[]): readonly [Measured, Measured] {
  const sorted = own.toSorted((a, b) => a.estimate.value - b.estimate.value)
  return [sorted[0]!, sorted.at(-1)!]
}

/** False for values that cannot be printed alike: numbers have at least two digits. Printing takes much longer. */
function isNear({ estimate: one }: Measured, { estimate: other }: Measured): boolean {
  return Math.abs(one.value - other.value) <= 0.1 * Math.abs(other.value) + NOISE
}

/** The lowest and the highest value, and their points. */
function range(own: readonly Measured[], write: (valued: Measured) => string, space: Space): string {
  const [lowest, highest] = extremes(own)
  const having = (extreme: Measured): readonly string[] => {
    const value = bare(write(extreme))
    return ofEqual(
      own.filter(other => isNear(other, extreme) && bare(write(other)) === value),
      write,
      space,
    )
  }
  if (bare(write(lowest)) === bare(write(highest))) return having(lowest).join("; ")
  return `lowest ${having(lowest).join(" and ")}; highest ${having(highest).join(" and ")}`
}
