/** The best algorithm in a metric: where, and by how much. */
import { type Difference, isShown } from "../../analysis/comparisons.ts"
import type { Cell } from "../../scenarios/cell.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { type Figures, joined } from "./context.ts"
import type { Best, EstimateAt, Told, Winner } from "./finding.ts"
import { size, writtenDifference } from "./numbers.ts"
import { comparedIn, countedPoints, describePoint, describePoints, pointKey, type Space } from "./points.ts"
import { estimateIn, type Words, wordsFor } from "./words.ts"

/** An algorithm at a point. */
export interface Entry {
  readonly label: string
  readonly key: string
  readonly cell: Cell
  readonly estimate: Estimate
}

/** The best at one point. */
interface BestAt {
  /** The algorithms that none is shown to beat: no two of them are shown to differ. */
  readonly algorithms: readonly string[]
  readonly cell: Cell
  /** The smallest lead of any of them over any other; null if one of these leads is not shown. */
  readonly lead: EstimateAt | null
}

/** For each service with several algorithms: the best ones, those with the most points first. */
export function tellWinner(figures: Figures, metric: string): readonly Told[] {
  const words = wordsFor(metric)
  const services = [...new Set(figures.algorithms.map(({ service }) => service))]
  const found = services.flatMap(service => {
    const bests = bestsOf(figures, metric, service)
    return bests.length === 0 ? [] : [{ service, bests }]
  })
  return found.map(({ service, bests }) => {
    const space = comparedIn(
      figures.space,
      bests.map(({ cell }) => cell),
      figures.dimensions,
    )
    const of = found.length > 1 || services.length > 1 ? `, ${service}` : ""
    const groups = [...Map.groupBy(bests, ({ algorithms }) => algorithms.join("\n")).values()].toSorted(
      (a, b) => b.length - a.length,
    )
    const clauses = clausesAround(groups, words, space) ?? groups.map(group => clauseOf(group, words, space))
    const best = words.best.slice(0, 1).toUpperCase() + words.best.slice(1)
    const finding: Winner = { kind: "winner", metric, service, bests: groups.map(bestOf) }
    return { sentence: `${best}${of}: ${clauses.join("; ")}.`, finding }
  })
}

function bestsOf(figures: Figures, metric: string, service: string): readonly BestAt[] {
  const { isMoreBetter } = wordsFor(metric)
  const own = figures.algorithms.filter(algorithm => algorithm.service === service)
  const entries = own.flatMap(({ key, label, summaries }) =>
    summaries.flatMap((summary): readonly Entry[] => {
      const estimate = estimateIn(metric, summary)
      return estimate === null ? [] : [{ key, label, cell: summary.cell, estimate }]
    }),
  )
  const differences = figures.pointsIn(metric)
  return [...Map.groupBy(entries, ({ cell }) => pointKey(cell))].flatMap(([point, at]) =>
    at.length < 2 ? [] : [bestAt(at, differences.get(point) ?? [], isMoreBetter)],
  )
}

/**
 * By the paired differences: the estimates of two algorithms may be over different runs, of which only the common ones can be
 * compared. A percentile over the deadline cannot be compared, and ranks behind all that are below it.
 */
function bestAt(entries: readonly Entry[], differences: readonly Difference[], isMoreBetter: boolean): BestAt {
  const lead = (one: Entry, other: Entry): Estimate | null =>
    one === other ? null : leadIn(differences, one.key, other.key, isMoreBetter)
  const best = entries.filter(one =>
    entries.every(other => lead(other, one) === null && !isFarBehind(one.estimate, other.estimate)),
  )
  const next = entries.filter(
    one => !best.includes(one) && !best.every(({ estimate }) => isFarBehind(one.estimate, estimate)),
  )
  const leads = best.flatMap(one => next.map(other => lead(one, other)))
  const least = leads.reduce((a, b) => (a === null || b === null ? null : b.value < a.value ? b : a), leads[0] ?? null)
  const { cell } = entries[0]!
  return {
    algorithms: best.map(({ label }) => label).toSorted((a, b) => a.localeCompare(b, "en")),
    cell,
    lead: least && { point: pointKey(cell), estimate: least },
  }
}

/** True if one is only known to be over the deadline, and the other is below it. */
export function isFarBehind(one: Estimate, other: Estimate): boolean {
  return one.isOver === true && other.isOver !== true && other.high !== null && (one.low ?? one.value) > other.high
}

/** The lead of one algorithm over the other; null if none is shown. */
export function leadIn(
  differences: readonly Difference[],
  one: string,
  other: string,
  isMoreBetter: boolean,
): Estimate | null {
  const found = differences.find(difference => {
    const keys = [difference.first.variant.key, difference.second.variant.key]
    return keys.includes(one) && keys.includes(other) && isShown(difference)
  })
  if (found === undefined) return null
  const hasMore = found.first.variant.key === one ? found.estimate.value > 0 : found.estimate.value < 0
  return hasMore === isMoreBetter ? size(found.estimate) : null
}

function leadsOf(group: readonly BestAt[]): readonly BestAt[] {
  const leads = group.filter(({ lead }) => lead !== null)
  return leads.toSorted((a, b) => a.lead!.estimate.value - b.lead!.estimate.value)
}

function bestOf(group: readonly BestAt[]): Best {
  const leads = leadsOf(group)
  return {
    algorithms: group[0]!.algorithms,
    points: group.map(({ cell }) => pointKey(cell)),
    leads: leads.length === 0 ? null : [leads[0]!.lead!, leads.at(-1)!.lead!],
  }
}

/**
 * Clauses for an algorithm that is among the best everywhere, and alone at some points: where it is alone, and with which
 * others it shares the rest. Null if there is none, or if the groups are few enough to list.
 */
function clausesAround(groups: readonly (readonly BestAt[])[], words: Words, space: Space): readonly string[] | null {
  const alone = groups.find(([best]) => best!.algorithms.length === 1)
  const others = groups.filter(group => group !== alone)
  const [algorithm] = alone?.[0]?.algorithms ?? []
  if (alone === undefined || algorithm === undefined || others.length < 2) return null
  const shared = others.flat()
  if (shared.some(({ algorithms }) => !algorithms.includes(algorithm))) return null
  const rivals = [...new Set(shared.flatMap(({ algorithms }) => algorithms))].filter(label => label !== algorithm)
  return [
    `${algorithm} at all ${countedPoints(space)}`,
    clauseOf(alone, words, space).replace(algorithm, () => "alone"),
    `not told apart from ${rivals.length > 1 ? "some of " : ""}${joined(rivals)} at the other ${shared.length}`,
  ]
}

/** `Raft at rate = 2000/s or 2400/s, ahead of the next by 14.42 ms [1.16, 27.7] to 70.51 ms [63.9, 77.1]`. */
function clauseOf(group: readonly BestAt[], words: Words, space: Space): string {
  const [{ algorithms }] = [group[0]!]
  const where = describePoints(
    group.map(({ cell }) => cell),
    space,
  )
  const at = where === "" ? "" : ` ${where}`
  const who = algorithms.length > 1 ? `${joined(algorithms, "or")}, not told apart,` : algorithms[0]!
  const leads = leadsOf(group)
  if (leads.length < group.length) return `${who}${at}`.replace(/,$/, "")
  const write = ({ lead }: BestAt): string => writtenDifference(words, lead!.estimate)
  const [least, most] = [leads[0]!, leads.at(-1)!]
  const by = write(least) === write(most) ? write(least) : `${write(least)} to ${write(most)} ${placeOf(most, space)}`
  return `${`${who}${at}`.replace(/,$/, "")}, ahead of the next by ${by}`
}

function placeOf({ cell }: BestAt, space: Space): string {
  const point = describePoint(cell, space)
  return space.dimensions.length > 1 ? `at ${point}` : point
}
