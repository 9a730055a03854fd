/** The difference of two algorithms in a metric: its direction, its points, its size, and its changes of sign. */
import type { Cell } from "../../scenarios/cell.ts"
import { type Difference, isShown } from "../../analysis/comparisons.ts"
import type { Figures } from "./context.ts"
import type { Comparison, EstimateAt, Told } from "./finding.ts"
import { size, writtenDifference } from "./numbers.ts"
import {
  comparedIn,
  countedPoints,
  describePoint,
  describePoints,
  labelOn,
  namePoint,
  pointKey,
  type Space,
  spaceOf,
} from "./points.ts"
import { type Words, wordsFor } from "./words.ts"

/** The words for a metric, and for the effect of a difference. */
export interface DifferenceWords extends Words {
  /** The effect in words, after the number: ` (11 min a month)`; empty if there is none. */
  effect?(difference: Difference): string
}

/** The comparisons in a metric, largest differences first. */
export function comparisonsIn(figures: Figures, metric: string): readonly Told[] {
  return figures
    .pairsIn(metric)
    .map(pair => ({ pair, largest: largestOf(pair)! }))
    .toSorted((a, b) => distance(b.largest) - distance(a.largest))
    .map(({ pair }) => tellPair(figures, metric, pair, false))
}

function distance({ estimate }: Difference): number {
  return Math.abs(estimate.value)
}

function largestOf(differences: readonly Difference[]): Difference | null {
  return differences.reduce<Difference | null>((a, b) => (a !== null && distance(a) >= distance(b) ? a : b), null)
}

/** A pair of algorithms, in words. @param isAlone true if the sentence must name the metric */
export function tellPair(figures: Figures, metric: string, pair: readonly Difference[], isAlone: boolean): Told {
  const space = comparedIn(
    figures.space,
    pair.map(({ first }) => first),
    figures.dimensions,
  )
  const uncompared = uncomparedIn(figures, metric, pair)
  const finding = { ...compare(metric, pair, space), uncompared: uncompared.map(pointKey) }
  const words = wordsFor(metric)
  const who = `${finding.first} against ${finding.second}${isAlone ? `, ${words.noun}` : ""}`
  const not = uncompared.length === 0 ? "" : `; not compared ${describePoints(uncompared, figures.space)}`
  return { sentence: `${who}: ${inWords(finding, pair, words, space)}${not}.`, finding }
}

/** Points at which one of the two has a value, but there is no difference. */
function uncomparedIn(figures: Figures, metric: string, pair: readonly Difference[]): readonly Cell[] {
  const [{ first, second }] = [pair[0]!]
  const compared = new Set(pair.map(difference => pointKey(difference.first)))
  const measured = figures.algorithms
    .filter(({ key }) => key === first.variant.key || key === second.variant.key)
    .flatMap(algorithm => figures.valuesOf(algorithm, metric))
    .flatMap(({ cell, estimate }) => (estimate === null ? [] : [cell]))
  return spaceOf(measured, figures.dimensions).cells.filter(cell => !compared.has(pointKey(cell)))
}

export function compare(metric: string, pair: readonly Difference[], space: Space): Omit<Comparison, "uncompared"> {
  const shown = pair.filter(isShown)
  const [more, less] = [shown.filter(isMore), shown.filter(difference => !isMore(difference))]
  const [{ first, second }] = [pair[0]!]
  const largest = largestOf(pair)!
  const points = (differences: readonly Difference[]) => differences.map(difference => pointKey(difference.first))
  return {
    kind: "comparison",
    metric,
    first: first.variant.label,
    second: second.variant.label,
    more: points(more),
    less: points(less),
    unshown: points(pair.filter(difference => !isShown(difference))),
    largest: { ...at(largest)!, isShown: isShown(largest) },
    mostMore: at(largestOf(more)),
    mostLess: at(largestOf(less)),
    changes: changesIn(pair, space).map(([from, to]) => [pointKey(from.first), pointKey(to.first)]),
    // A single run has no interval.
    isSame: pair.every(({ estimate: { value, low, high, runs } }) =>
      [value, ...(runs === 1 ? [] : [low, high])].every(end => end === 0),
    ),
  }
}

function isMore({ estimate: { value } }: Difference): boolean {
  return value > 0
}

function at(difference: Difference | null): EstimateAt | null {
  return difference && { point: pointKey(difference.first), estimate: difference.estimate }
}

/** Consecutive shown differences along an axis, all else fixed, with different signs. */
function changesIn(pair: readonly Difference[], { dimensions }: Space): readonly (readonly [Difference, Difference])[] {
  return dimensions.flatMap(axis => {
    const rows = Map.groupBy(pair.filter(isShown), ({ first }) =>
      dimensions.flatMap(other => (other === axis ? [] : labelOn(first, other))).join("\n"),
    )
    return [...rows.values()].flatMap(row =>
      row.flatMap((from, place): (readonly [Difference, Difference])[] => {
        const to = row[place + 1]
        return to !== undefined && isMore(from) !== isMore(to) ? [[from, to]] : []
      }),
    )
  })
}

/** The differences in words: which are shown, and at which points. */
export function inWords(
  finding: Pick<Comparison, "more" | "less" | "unshown" | "isSame" | "largest">,
  pair: readonly Difference[],
  words: DifferenceWords,
  space: Space,
): string {
  const { more, less, unshown, isSame } = finding
  if (isSame) return "the same in every run"
  if (more.length + less.length === 0) return nothingShown(pair, words, space)
  const sides = [
    { points: more, clauses: sideOf(pair, more, words.more, words, space) },
    { points: less, clauses: sideOf(pair, less, words.less, words, space) },
  ]
  // In the order of the sweep, so that the sentence goes from one end to the other.
  const order = pair.map(({ first }) => pointKey(first))
  const inOrder = sides.toSorted((a, b) => order.indexOf(a.points[0] ?? "") - order.indexOf(b.points[0] ?? ""))
  const clauses = [
    ...inOrder.flatMap(side => side.clauses),
    ...(unshown.length === 0 ? [] : [`no difference is shown ${elsewhere(pair, unshown, space)}`]),
    ...unshownLargest(finding, pair, words, space),
    ...changes(pair, space),
  ]
  return clauses.join("; ")
}

/** The points without a shown difference: named if one dimension is swept, otherwise called the rest. */
function elsewhere(pair: readonly Difference[], unshown: readonly string[], space: Space): string {
  if (space.dimensions.length <= 1) return placed(pair, unshown, space)
  return unshown.length === 1 ? "at the other point" : `at the other ${unshown.length} points`
}

function placed(pair: readonly Difference[], points: readonly string[], space: Space): string {
  const among = new Set(points)
  const cells = pair.flatMap(({ first }) => (among.has(pointKey(first)) ? [first] : []))
  return describePoints(cells, space)
}

/** `faster with 5 or 10 clients, by up to 70.90 ms [60.10, 81.70] with 5 clients`. */
function sideOf(
  pair: readonly Difference[],
  points: readonly string[],
  comparative: string,
  words: DifferenceWords,
  space: Space,
): readonly string[] {
  const among = new Set(points)
  const own = pair.filter(({ first }) => among.has(pointKey(first)))
  const most = largestOf(own)
  if (most === null) return []
  const number = writtenDifference(words, size(most.estimate))
  const by = `${number}${words.effect?.(most) ?? ""}`
  const where = placed(pair, points, space)
  if (own.length === 1) return [`${comparative}${where === "" ? "" : ` ${where}`} by ${by}`]
  const isEven = own.every(({ estimate }) => writtenDifference(words, size(estimate)) === number)
  return [`${comparative} ${where}, by ${isEven ? by : `up to ${by} ${describePointOf(most, space)}`}`]
}

function describePointOf({ first }: Difference, space: Space): string {
  const point = describePoint(first, space)
  return space.dimensions.length > 1 ? `at ${point}` : point
}

function nothingShown(pair: readonly Difference[], words: DifferenceWords, space: Space): string {
  const largest = largestOf(pair)!
  const by = `${writtenDifference(words, largest.estimate, true)}${words.effect?.(largest) ?? ""}`
  if (pair.length === 1) {
    const where = placed(pair, [pointKey(largest.first)], space)
    return `no difference is shown${where === "" ? "" : ` ${where}`}: ${by}`
  }
  return `no difference is shown at any of the ${countedPoints(space)}; the largest is ${by} ${describePointOf(largest, space)}`
}

/** The largest difference of all compared points, if it is not among those shown. */
function unshownLargest(
  { largest: { isShown: isLargestShown } }: Pick<Comparison, "largest">,
  pair: readonly Difference[],
  words: DifferenceWords,
  space: Space,
): readonly string[] {
  if (isLargestShown) return []
  const largest = largestOf(pair)!
  const by = `${writtenDifference(words, largest.estimate, true)}${words.effect?.(largest) ?? ""}`
  return [`the largest difference, ${by} ${describePointOf(largest, space)}, is not shown`]
}

/** More changes of sign are only in the data; the points of either sign are named anyway. */
const MAX_CHANGES = 2

function changes(pair: readonly Difference[], space: Space): readonly string[] {
  const found = changesIn(pair, space)
  if (found.length === 0 || found.length > MAX_CHANGES) return []
  const spans = found.map(([from, to]) => `between ${namePoint(from.first, space)} and ${namePoint(to.first, space)}`)
  return [`the sign changes ${spans.join(" and ")}`]
}

/** True for a pair whose shown difference changes sign. */
export function changesSign(finding: Told["finding"]): boolean {
  return finding.kind === "comparison" && finding.more.length > 0 && finding.less.length > 0
}
