/**
 * Notes on a sweep: what a reader must know before comparing its figures. They report unequal conditions, points with little
 * data, and misleading points.
 */
import { largest } from "./extremes.ts"
import type { CellSummary } from "./aggregate.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import type { Plan } from "../experiments/model/plan.ts"
import { plain } from "./format.ts"
import { downAYear } from "./year.ts"
import { own } from "../runtime/lib/own.ts"

/** The share of rounds without an election from which on a note mentions them. */
const MANY_DECLINED = 0.1
/** Learners that lag the first decision by more link delays than this did not learn it from a round of messages. */
const MAX_DELAYS = 2
/** An operation takes up to six link delays (asked of a follower, who names the leader); with a shorter deadline it may fail. */
const MIN_DEADLINE_DELAYS = 10
/** If the ratio of the runs' medians exceeds this, given enough runs and operations, they are a mixture of distributions. */
const MAX_RATIO = 1.5
const MIN_RUNS = 5
const MIN_OPERATIONS = 20
/** Minimum number of recoveries for a meaningful mean. */
export const MIN_RECOVERIES = 5

/** The notes, a sentence for each kind with the points that it is about; empty if there is nothing to note. */
export function notesOn(plan: Plan, cells: readonly CellSummary[]): readonly string[] {
  const isAboutRecovery = plan.experiment.charts.some(name => name.startsWith("recovery"))
  const notes = [
    fromCycles,
    unsteady,
    mixture,
    declined,
    lateLearners,
    vacuous,
    ...(isAboutRecovery ? [fewRecoveries] : []),
  ]
  return notes.flatMap(note => {
    const labelsOf = new Map<string, string[]>()
    for (const { key, label } of plan.experiment.variants) {
      const its = cells.filter(({ cell }) => cell.variant.key === key)
      const text = its.length === 0 ? undefined : note(its)
      if (text !== undefined) labelsOf.set(text, [...(labelsOf.get(text) ?? []), label])
    }
    return [...labelsOf].map(([text, labels]) => `${labels.join("; ")}: ${text}.`)
  })
}

type Note = (summaries: readonly CellSummary[]) => string | undefined

/** `at rate = 2400/s`, `at 3 of 8 points, the first of them rate = 2000/s`, `at all 8 points`. */
function placeOf(found: readonly CellSummary[], all: readonly CellSummary[]): string {
  const { cell } = found[0]!
  const isVaried = ([name, { text }]: readonly [string, { readonly text: string }]): boolean =>
    all.some(other => other.cell.point[name]?.text !== text)
  const first = Object.entries(cell.point)
    .filter(isVaried)
    .map(([name, { text }]) => `${name.replace(/^.*\./, "")} = ${text}`)
    .join(", ")
  if (all.length === 1) return "here"
  if (found.length === all.length) return `at all ${all.length} points`
  return found.length === 1 ? `at ${first}` : `at ${found.length} of ${all.length} points, the first of them ${first}`
}

/** Explains the estimation of rare events, and translates nines into time. */
const fromCycles: Note = summaries => {
  const estimated = summaries.filter(({ cell, metrics }) => cell.scenario.rare !== undefined && metrics.availability)
  if (estimated.length === 0) return undefined
  const spelled = estimated.map(({ cell, metrics }) => {
    const place = Object.entries(cell.point).map(([name, { text }]) => `${name.replace(/^.*\./, "")} = ${text}`)
    return `${downAYear(metrics.availability!.value)}${place.length === 0 ? "" : ` at ${place.join(", ")}`}`
  })
  const cycles = [...new Set(estimated.map(({ runs }) => runs.toLocaleString("en")))].join(" or ")
  return (
    `availability is estimated from ${cycles} cycles of failure and repair at each point, in which further failures are drawn more often ` +
    `than they come, and weighed by how often they do (importance sampling). Out of service in a year with failures as frequent ` +
    `as here: ${spelled.join("; ")}`
  )
}

/** True if operations may miss their deadline without any overload: it is short for the delays of links. */
function isHurried({ cell: { scenario, linkDelay } }: CellSummary): boolean {
  const { deadline } = scenario.workload
  return typeof deadline === "number" && deadline < MIN_DEADLINE_DELAYS * linkDelay
}

const unsteady: Note = summaries => {
  const failing = summaries.filter(({ steadiness }) => steadiness === "growing")
  const hurried = failing.filter(isHurried)
  const growing = failing.filter(summary => !isHurried(summary))
  const unclear = summaries.filter(({ steadiness, runs }) => steadiness === "unclear" && runs > 1)
  const told = [
    growing.length === 0
      ? ""
      : `more arrives than it can carry ${placeOf(growing, summaries)}: the queue grows for as long as the run lasts, and the ` +
        "figures there are those of a run of this length",
    hurried.length === 0
      ? ""
      : `operations fail ${placeOf(hurried, summaries)} although nothing is faulty: their deadline is shorter than ` +
        `${MIN_DEADLINE_DELAYS} link delays, so that this need not be overload`,
    unclear.length === 0
      ? ""
      : `whether the state is steady is not clear ${placeOf(unclear, summaries)}: the runs are too few or too short`,
  ].filter(Boolean)
  return told.length === 0 ? undefined : told.join("; ")
}

const mixture: Note = summaries => {
  const mixed = summaries.filter(({ cell, steadiness, medians, counts, runs }) => {
    const isCalm = cell.scenario.faults.length === 0 && steadiness !== "growing" && steadiness !== "unclear"
    if (!isCalm || medians === null || runs < MIN_RUNS || counts.ok / runs < MIN_OPERATIONS) return false
    return medians.high > MAX_RATIO * medians.low
  })
  if (mixed.length === 0) return undefined
  const { low, high } = mixed[0]!.medians!
  return (
    `${placeOf(mixed, summaries)} the median latency of a run is anything from ${plain(low)} to ${plain(high)} ms, by what differs ` +
    "from run to run, such as who leads: the median of all is that of a mixture"
  )
}

const declined: Note = summaries => {
  const rounds = totalOf("rounds", summaries)
  const without = totalOf("declined", summaries)
  if (rounds === 0 || without / rounds < MANY_DECLINED) return undefined
  const were = without === 1 ? "was" : "were"
  return (
    `${without} of ${rounds} requests for an election ${were} made of the node that led and stayed, so that none was held: its ` +
    `figures are of the other ${rounds - without}`
  )
}

/** A service's figure summed over all runs: means times runs are whole numbers. */
function totalOf(figure: string, summaries: readonly CellSummary[]): number {
  return summaries.reduce((sum, { figures }) => {
    const estimate = own(figures, figure)
    return sum + (estimate ? Math.round(estimate.value * estimate.runs) : 0)
  }, 0)
}

const lateLearners: Note = summaries => {
  const late = summaries.flatMap(summary => {
    const { figures, cell, metrics } = summary
    const [first, last] = [own(figures, "first_decision"), own(figures, "last_decision")]
    const hasHeartbeats = (metrics.heartbeats_per_s?.value ?? 0) > 0
    if (!first || !last || cell.linkDelay === 0 || !hasHeartbeats) return []
    const delays = ((last.value - first.value) * MILLISECOND) / cell.linkDelay
    return delays > MAX_DELAYS ? [{ summary, delays }] : []
  })
  if (late.length === 0) return undefined
  const most = largest(late.map(({ delays }) => delays))
  return (
    `the last node learns of a decision up to ${most.toFixed(1)} link delays after the first ` +
    `(${placeOf(
      late.map(({ summary }) => summary),
      summaries,
    )}), with a heartbeat rather than at once: its latency is mostly that`
  )
}

const vacuous: Note = summaries => {
  const lonely = summaries.filter(({ figures }) => (own(figures, "vacuous")?.value ?? 0) > 0)
  if (lonely.length === 0) return undefined
  const count = totalOf("vacuous", summaries)
  const [instances, were] = count === 1 ? ["instance", "was"] : ["instances", "were"]
  return (
    `${count} ${instances} ${placeOf(lonely, summaries)} had fewer than two loyal nodes up, nobody to agree with, and ${were} ` +
    "not begun"
  )
}

const fewRecoveries: Note = summaries => {
  const few = summaries.filter(({ counts: { outages, recoveries } }) => outages > 0 && recoveries < MIN_RECOVERIES)
  if (few.length === 0) return undefined
  return `fewer than ${MIN_RECOVERIES} recoveries are behind its time to recover ${placeOf(few, summaries)}`
}
