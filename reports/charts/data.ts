/** The numbers behind lines: one point for each algorithm and x value, in the panel of its other dimensions. */
import { largest } from "../../analysis/extremes.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Cell, Dimension, Registry } from "../../scenarios/cell.ts"
import { behind, tooFew } from "../../analysis/counts.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { type ChartMetric, columnOf, estimateFor } from "../../analysis/kinds.ts"
import { headings, type Panel, panelsOf } from "./panels.ts"
import type { Named } from "./kind.ts"
import { predict } from "./theory.ts"
import { spaced } from "../../analysis/words.ts"

/** A metric on the y axis against a swept dimension, or against the achieved throughput, on the x axis. */
export interface LineChoice extends Named {
  readonly kind: "lines"
  readonly metric: ChartMetric
  /** The dimension on the x axis; if the throughput is there, the dimension along which points are joined. */
  readonly across: Dimension
  readonly isByThroughput: boolean
}

export interface ChartPoint extends Panel {
  readonly x: number | string
  /** The x value as printed, with its unit. */
  readonly xText: string
  /** The interval in x, if x is an estimate. */
  readonly xLow: number | null
  readonly xHigh: number | null
  /** The index in the sweep, along which points are joined. */
  readonly step: number
  readonly algorithm: string
  /** The estimate and its interval; null if the runs give none. */
  readonly value: number | null
  readonly low: number | null
  readonly high: number | null
  readonly runs: number
  /** The runs and operations behind it, in words. */
  readonly behind: string
  /** The reason for a missing value, if there is too little data; else empty. */
  readonly tooFew: string
  /** True if the value is only known to exceed the deadline. */
  readonly isOver: boolean
  /** The marker for figures that are not of a steady state; else empty. */
  readonly unsteady: string
  /** The time in milliseconds after which an operation without success counts as failed; only for latencies. */
  readonly deadline: number | null
  /** The value predicted by theory, if there is one. */
  readonly theory: number | null
}

export interface ChartData {
  readonly points: readonly ChartPoint[]
  /** The x values, in the order of the sweep. */
  readonly xs: readonly (number | string)[]
  /** True if the x values are shares, which are printed in per cent. */
  readonly isInPercent: boolean
  readonly rows: readonly string[]
  readonly columns: readonly string[]
  readonly algorithms: readonly string[]
  /** The formulas drawn, with their algorithms. */
  readonly theories: readonly string[]
}

export function chartData(
  choice: LineChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): ChartData {
  const panelOf = panelsOf([choice.across], plan)
  const drawn: Drawn[] = []
  const all = summaries.flatMap((summary, step): readonly ChartPoint[] => {
    const { cell } = summary
    const { metric } = choice
    const found = estimateFor(metric, summary)
    const few = tooFew(columnOf(metric), summary) ?? ""
    const estimate = few === "" ? found : null
    const theory = choice.isByThroughput
      ? undefined
      : predict(columnOf(metric), cell, registry.algorithms[cell.variant.algorithm]!)
    const throughput = summary.metrics.throughput_per_s
    if (choice.isByThroughput && !throughput) return []
    const x = choice.isByThroughput ? throughput!.value : coordinateOf(cell, choice.across)
    if (theory !== undefined) {
      drawn.push({
        formula: theory.formula,
        label: cell.variant.label,
        x,
        ...(cell.scenario.rare === undefined
          ? { theory: theory.value, value: estimate?.value, isOfMissing: false }
          : { theory: 1 - theory.value, value: estimate && 1 - estimate.value, isOfMissing: true }),
        isSteady: unsteadyOf(summary) === "",
      })
    }
    return [
      {
        x,
        xText: choice.isByThroughput ? "" : textAt(cell, choice.across),
        xLow: choice.isByThroughput ? throughput!.low : null,
        xHigh: choice.isByThroughput ? throughput!.high : null,
        step,
        algorithm: cell.variant.label,
        ...endsOf(estimate),
        behind: behind(summary),
        tooFew: few,
        isOver: estimate?.isOver === true,
        unsteady: unsteadyOf(summary),
        deadline: isLatency(metric) ? summary.deadlineMs : null,
        theory: theory?.value ?? null,
        ...panelOf(cell),
      },
    ]
  })
  // Panels without any measured value are dropped.
  const measured = new Set(
    all.flatMap(({ value, tooFew: few, row, column }) => (value === null && few === "" ? [] : [`${row}\n${column}`])),
  )
  const points = all.filter(({ row, column }) => measured.size === 0 || measured.has(`${row}\n${column}`))
  return {
    points,
    xs: inOrder(points.map(({ x }) => x)),
    isInPercent: !choice.isByThroughput && isShare(choice.across, plan),
    ...headings(points),
    algorithms: plan.experiment.variants.map(({ label }) => label),
    theories: captionsOf(drawn),
  }
}

/** True if percentiles of latency are shown, in which failed operations count as longer than the deadline. */
function isLatency(metric: ChartMetric): boolean {
  return "metric" in metric && /^latency_p\d+_ms$/.test(metric.metric)
}

function unsteadyOf({ steadiness, runs }: CellSummary): string {
  if (steadiness === "growing") return "the queue grows for as long as the run lasts"
  return steadiness === "unclear" && runs > 1 ? "not clear: too few or too short runs" : ""
}

/** An estimate as fields of a chart's data. */
export function endsOf(estimate: Estimate | null | undefined): Pick<ChartPoint, "value" | "low" | "high" | "runs"> {
  const { value, low, high, runs } = estimate ?? { value: null, low: null, high: null, runs: 0 }
  return { value, low, high, runs }
}

/** The coordinate of a cell on a dimension; in words if its 0 is not a quantity: `never`, `4 s`. */
export function coordinateOf(cell: Cell, dimension: Dimension): number | string {
  const { name, zero } = dimension
  if (zero !== undefined) return cell.point[name]?.value === 0 ? zero : textAt(cell, dimension)
  return name === "nodes" ? cell.scenario.nodes : (cell.point[name]?.value ?? "")
}

/** The coordinate of a cell on a dimension, for a tooltip: `5`, `10 ms`, `-80 %`. */
export function textAt(cell: Cell, dimension: Dimension): string {
  return dimension.name === "nodes" ? String(cell.scenario.nodes) : spaced(cell.point[dimension.name]?.text ?? "")
}

/** True if the values of a dimension are shares, as their texts show: `-80%`. */
export function isShare({ name }: Dimension, { cells }: Plan): boolean {
  return cells.every(({ point }) => point[name]?.text.endsWith("%") === true && typeof point[name].value === "number")
}

/** Labels an axis of shares in per cent. */
export function labelsInPercent(dimension: Dimension, plan: Plan): { readonly labelExpr?: string } {
  return isShare(dimension, plan) ? { labelExpr: "format(datum.value, '.6~%')" } : {}
}

/** Distinct values: numbers by size, words in the order of the sweep. */
export function inOrder(values: readonly (number | string)[]): readonly (number | string)[] {
  const distinct = [...new Set(values)]
  return distinct.every(value => typeof value === "number") ? distinct.toSorted((a, b) => a - b) : distinct
}

/** A point with a prediction of theory. */
interface Drawn {
  readonly formula: string
  readonly label: string
  readonly x: number | string
  readonly theory: number
  /** The measured value, if there is one. */
  readonly value: number | null | undefined
  /** True if both are distances to 100 %: for availabilities with many nines. */
  readonly isOfMissing: boolean
  /** False if the queue grows, or may: theory is about a steady state. */
  readonly isSteady: boolean
}

/**
 * The formulas with their algorithms, and the distance of the points from them; a formula that holds at one x value only is no
 * line.
 */
function captionsOf(drawn: readonly Drawn[]) {
  const lines = drawn.filter(({ formula, x }) => drawn.some(other => other.formula === formula && other.x !== x))
  return [...new Set(lines.map(({ formula }) => formula))].map(formula => {
    const own = lines.filter(line => line.formula === formula)
    const labels = new Set(own.map(({ label }) => label))
    return `${formula} (${[...labels].join(" · ")})${departureIn(own)}`
  })
}

/** The largest relative distance of the steady measured points from a formula. */
function departureIn(points: readonly Drawn[]): string {
  const departures = points.flatMap(({ theory, value, isSteady }) =>
    value === undefined || value === null || theory === 0 || !isSteady ? [] : [Math.abs(value / theory - 1)],
  )
  if (departures.length === 0) return ""
  const most = largest(departures)
  const which = points.every(({ isSteady }) => isSteady) ? "" : "steady "
  if (most < 0.0005) return `, which all ${which}points meet`
  const of = points.some(({ isOfMissing }) => isOfMissing) ? " of what is missing to 100 %" : ""
  const percent = `${upwards(100 * most)} %${of}`
  return most > 1
    ? `, which ${which}points miss by up to ${percent}`
    : `, which no ${which}point misses by more than ${percent}`
}

/** Two digits, rounded up, so that a stated maximum is never exceeded. */
function upwards(value: number): string {
  const step = 10 ** (Math.floor(Math.log10(value)) - 1)
  return String(Number((Math.ceil(value / step - 1e-9) * step).toPrecision(2)))
}
