// The tables that sentences are held against: estimates of cells and paired differences, as in summary.csv and comparisons.csv.
import type { CaseCounts, CellSummary } from "../../../../analysis/aggregate.ts"
import type { AlongDifference } from "../../../../analysis/along.ts"
import type { Cell } from "../../../../scenarios/cell.ts"
import { CHART_FIGURES, CHART_METRICS } from "../../../../analysis/kinds.ts"
import type { Difference } from "../../../../analysis/comparisons.ts"
import type { Plan } from "../../../../experiments/model/plan.ts"
import type { Estimate } from "../../../../analysis/statistics.ts"
import { MILLISECOND } from "../../../../runtime/contract/units.ts"
import { linkDelayBound } from "../../../../runtime/network/latency.ts"

/** A point of the sweep: the value of each dimension, by the name that sentences give it. */
export type Place = Readonly<Record<string, string>>

export interface Row {
  readonly algorithm: string
  readonly service: string
  readonly place: Place
  /** Numbers along the dimensions, where they are numbers. */
  readonly size: Readonly<Record<string, number>>
  /** The things that formulas depend on. */
  readonly scale: {
    /** Nodes. */
    readonly n: number
    /** The longest delay of a link, and the time of a disk write, in milliseconds. */
    readonly d: number
    readonly s: number
    /** Share of time that a node is down which crashes and is repaired; 0 if none does. */
    readonly p: number
    /** Operations asked for in a millisecond, and the time that each takes in the critical section, in milliseconds. */
    readonly a: number
    readonly stay: number
    inMs(parameter: string): number
  }
  /** What came of all cases of the point, where they are gone through. */
  readonly cases?: CaseCounts
  estimate(metric: string): Estimate | null
}

export interface Pair {
  readonly metric: string
  readonly first: string
  readonly second: string
  readonly place: Place
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly runs: number
  readonly isShown: boolean
}

/** A difference along the sweep, as in comparisons-along.csv. */
export interface Along extends Pair {
  readonly axis: string
  /** The two values. */
  readonly value1: string
  readonly value2: string
  readonly relative: number | null
  readonly margin: { readonly text: string; readonly low: number | null; readonly high: number | null } | null
  readonly resolution: number
}

export interface Tables {
  readonly rows: readonly Row[]
  readonly pairs: readonly Pair[]
  readonly along: readonly Along[]
  /** Dimensions with their values in the order of the sweep. */
  readonly axes: ReadonlyMap<string, readonly string[]>
}

const NAMES: Readonly<Record<string, string>> = { nodes: "n", "clockDrift.by": "clockDrift" }

function axisNamed(name: string): string {
  return NAMES[name] ?? name.replace(/^(parameters|workload|clientCrash|rollingRestart)\./, "")
}

function placeOf({ point }: Cell): Place {
  const names = Object.entries(point).map(([name, { text, rule }]) => [axisNamed(name), rule ?? text])
  return Object.fromEntries(names)
}

/** An algorithm's label as sentences write it: `Raft, commands` as `Raft (commands)`. */
function nameOf({ variant: { label } }: Cell): string {
  const comma = label.indexOf(", ")
  return comma < 0 || label.includes("(") ? label : `${label.slice(0, comma)} (${label.slice(comma + 2)})`
}

/** The column in which a metric is, by the name that charts give it. */
export function columnOf(metric: string): string {
  return CHART_METRICS[metric]?.metric ?? CHART_FIGURES[metric]?.figure ?? metric
}

export function tablesOf(
  plan: Plan,
  cells: readonly Pick<CellSummary, "cell" | "metrics" | "figures" | "cases">[],
  differences: readonly Difference[],
  differencesAlong: readonly AlongDifference[] = [],
): Tables {
  const rows = cells.map(({ cell, metrics, figures, cases }): Row => {
    const columns: Readonly<Record<string, Estimate | null | undefined>> = { ...figures, ...metrics }
    return {
      algorithm: nameOf(cell),
      service: cell.variant.service,
      place: placeOf(cell),
      size: Object.fromEntries(
        Object.entries(cell.point).flatMap(([name, { value }]) =>
          typeof value === "number" ? [[axisNamed(name), value] as const] : [],
        ),
      ),
      scale: {
        n: cell.scenario.nodes,
        d: linkDelayBound(cell.scenario.network) / MILLISECOND,
        s: cell.scenario.disk.syncLatency / MILLISECOND,
        p: downOf(cell),
        a: Number(cell.scenario.workload["rate"]) / 1_000,
        stay: Number(cell.scenario.workload["hold"]) / MILLISECOND,
        inMs: parameter => Number(cell.scenario.parameters[parameter]) / MILLISECOND,
      },
      ...(cases === undefined ? {} : { cases }),
      estimate: metric => columns[columnOf(metric)] ?? null,
    }
  })
  const pairOf = ({ metric, first, second, estimate, resolution, adjustedP }: Difference): Pair => {
    const { value, low, high, runs } = estimate
    // Significance, once more: Holm's p below 5 %, and more than rounding can make.
    const isShown = adjustedP !== null && adjustedP < 0.05 && Math.abs(value) > resolution + 1e-9
    const [one, other] = [nameOf(first), nameOf(second)]
    return { metric, first: one, second: other, place: placeOf(first), value, low, high, runs, isShown }
  }
  const pairs = differences.map(pairOf)
  const along = differencesAlong.map((difference): Along => {
    const { values, relative, judged, resolution } = difference
    const axis = axisNamed(difference.along)
    const margin = judged && { text: judged.margin.text, low: judged.excess.low, high: judged.excess.high }
    const own = { axis, value1: values.first, value2: values.second, relative, margin, resolution }
    return { ...pairOf(difference), ...own }
  })
  const axes = new Map<string, string[]>()
  for (const cell of plan.cells) {
    for (const [name, text] of Object.entries(placeOf(cell))) {
      const values = axes.get(name) ?? []
      if (!values.includes(text)) values.push(text)
      axes.set(name, values)
    }
  }
  return { rows, pairs, along, axes }
}

/** A place as text, to be compared and put in sets. */
export function keyOf(place: Place): string {
  return JSON.stringify(Object.entries(place).toSorted(([a], [b]) => a.localeCompare(b, "en")))
}

function downOf({ scenario: { faults } }: Cell): number {
  const renewals = faults.flatMap(({ schedule }) => (schedule?.kind === "renewal" ? [schedule] : []))
  return renewals.reduce((_, { mtbf, mttr }) => mttr / (mtbf + mttr), 0)
}
