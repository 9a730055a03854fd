/**
 * All algorithms ranked by a metric, with the ranks that the runs leave undecided.
 *
 * An algorithm ranks after those that are shown to be better, and before those that are shown to be worse; in between, its rank
 * is undecided. Differences are adjusted for their number (Holm), so that all ranks hold at once in 95 of 100 experiments. An
 * algorithm that violated a check is not ranked.
 */
import type { Difference } from "../../analysis/comparisons.ts"
import type { Figured } from "../../analysis/aggregate.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { counted } from "../../lib/counted.ts"
import { type Figures, joined } from "./context.ts"
import type { RankedPlace, RankedPoint, Ranking, Told } from "./finding.ts"
import { describePoints, pointKey, spaceOf } from "./points.ts"
import { isFarBehind, leadIn } from "./winner.ts"
import { estimateIn, wordsFor } from "./words.ts"

/** An algorithm at a point. */
interface Entry {
  readonly key: string
  readonly label: string
  readonly summary: Figured
  readonly estimate: Estimate | null
}

/** A sentence for each service, and for the points with the same order. */
export function tellRanking(figures: Figures, metric: string): readonly Told[] {
  const services = [...new Set(figures.algorithms.map(({ service }) => service))]
  return services.flatMap(service => {
    const found = rankingsOf(figures, metric, service)
    const space = spaceOf(
      found.map(({ cell }) => cell),
      figures.dimensions,
    )
    const of = services.length > 1 ? `, ${service}` : ""
    const alike = Map.groupBy(found, ({ ranked }) => inWords(ranked))
    return [...alike].map(([places, group]): Told => {
      const where = describePoints(
        group.map(({ cell }) => cell),
        space,
      )
      const finding: Ranking = { kind: "ranking", metric, service, points: group.map(({ ranked }) => ranked) }
      const at = where === "" ? "" : ` ${where}`
      return { sentence: `Ranking${of}${at} by ${wordsFor(metric).best}: ${places}.`, finding }
    })
  })
}

function rankingsOf(figures: Figures, metric: string, service: string) {
  const own = figures.algorithms.filter(algorithm => algorithm.service === service)
  const entries = own.flatMap(({ key, label, summaries }) =>
    summaries.map((summary): Entry => ({ key, label, summary, estimate: estimateIn(metric, summary) })),
  )
  const differences = figures.pointsIn(metric)
  return [...Map.groupBy(entries, ({ summary }) => pointKey(summary.cell))].flatMap(([point, at]) => {
    if (at.length < 2) return []
    const ranked: RankedPoint = { point, ...rankedAt(at, differences.get(point) ?? [], wordsFor(metric).isMoreBetter) }
    return [{ cell: at[0]!.summary.cell, ranked }]
  })
}

function rankedAt(
  entries: readonly Entry[],
  differences: readonly Difference[],
  isMoreBetter: boolean,
): Omit<RankedPoint, "point"> {
  const unranked = entries.flatMap(({ label, summary }) => {
    const { value = 0, runs = 0 } = estimateIn("violations", summary) ?? {}
    return value > 0 ? [{ algorithm: label, violated: Math.round(value * runs), runs }] : []
  })
  const sound = entries.filter(({ label }) => !unranked.some(({ algorithm }) => algorithm === label))
  const isShownBetter = (one: Entry, other: Entry): boolean =>
    one !== other && isBetter(one, other, differences, isMoreBetter)
  const places = sound.map((entry): RankedPlace => {
    const { label, estimate } = entry
    const better = sound.filter(other => isShownBetter(other, entry)).length
    const worse = sound.filter(other => isShownBetter(entry, other)).length
    return { algorithm: label, estimate, from: 1 + better, to: sound.length - worse }
  })
  const worst = isMoreBetter ? -Infinity : Infinity
  const distance = ({ estimate }: RankedPlace): number => (estimate?.value ?? worst) * (isMoreBetter ? -1 : 1)
  const inOrder = places.toSorted((a, b) => a.from + a.to - b.from - b.to || compare(distance(a), distance(b)))
  return { places: inOrder, unranked }
}

/** Compares numbers, infinities included. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** True if one is shown to be better than another, or if only it has a value. */
function isBetter(one: Entry, other: Entry, differences: readonly Difference[], isMoreBetter: boolean): boolean {
  if (one.estimate === null || other.estimate === null) return one.estimate !== null && other.estimate === null
  return leadIn(differences, one.key, other.key, isMoreBetter) !== null || isFarBehind(other.estimate, one.estimate)
}

/** `1 Chain; 2 to 4 Active, CRAQ and Raft; no place: Multi-Paxos (violations in 3 of 20 runs)`. */
function inWords({ places, unranked }: Omit<RankedPoint, "point">): string {
  const alike = Map.groupBy(places, placeInWords)
  const ranks = [...alike].map(([place, group]) => `${place} ${joined(group.map(({ algorithm }) => algorithm))}`)
  const without = unranked.map(
    ({ algorithm, violated, runs }) => `${algorithm} (violations in ${violated} of ${counted(runs, "run")})`,
  )
  return [...ranks, ...(without.length === 0 ? [] : [`no place: ${joined(without)}`])].join("; ")
}

/** `3`, or `3 to 5` if the runs leave it open. */
export function placeInWords({ from, to }: RankedPlace): string {
  return from === to ? `${from}` : `${from} to ${to}`
}
