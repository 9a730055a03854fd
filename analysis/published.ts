/** Figures of an experiment compared with published ones. */
import type { Experiment } from "../experiments/model/experiment.ts"
import type { PublishedSeries, PublishedValue } from "../experiments/model/published.ts"
import type { Cell } from "../scenarios/cell.ts"
import { own } from "../runtime/lib/own.ts"
import type { CellSummary } from "./aggregate.ts"
import { CHART_FIGURES, CHART_METRICS } from "./kinds.ts"

/** A published value and the experiment's own at the same point. */
export interface Beside {
  readonly series: PublishedSeries
  readonly cell: Cell
  readonly published: number
  /** In the metric's own unit; null if the runs have none. */
  readonly own: number | null
  /** The relative distance from the published value; null if there is none. */
  readonly deviation: number | null
  /** True if it is at most the tolerance. */
  readonly isWithin: boolean
}

/** All published values for which a cell has the point, in the order of the spec. */
export function besidePublished(
  { published }: Pick<Experiment, "published">,
  cells: readonly CellSummary[],
): readonly Beside[] {
  return published.flatMap(series =>
    series.values.flatMap(value =>
      cells.filter(({ cell }) => isMeant(series, value, cell)).map(summary => besideOf(series, value, summary)),
    ),
  )
}

function isMeant({ by }: PublishedSeries, { at }: PublishedValue, { variant, point }: Cell): boolean {
  if (by !== undefined && variant.label !== by) return false
  return Object.entries(at).every(([name, label]) => (point[name]?.rule ?? point[name]?.text) === label)
}

function besideOf(series: PublishedSeries, { value: published }: PublishedValue, summary: CellSummary): Beside {
  const value = ownValue(series, summary)
  const deviation = value === null ? null : value / published - 1
  const isWithin = deviation !== null && Math.abs(deviation) <= series.tolerance
  return { series, cell: summary.cell, published, own: value, deviation, isWithin }
}

function ownValue({ of, share }: PublishedSeries, { metrics, figures, quantiles }: CellSummary): number | null {
  if (share !== undefined) return quantiles.find(each => each.of === of && each.share === share)?.ms ?? null
  const figure = own(CHART_FIGURES, of)?.figure
  const metric = own(CHART_METRICS, of)?.metric
  const estimate = figure !== undefined ? figures[figure] : metric !== undefined ? metrics[metric] : null
  return estimate?.value ?? null
}

/** `+4.0 %`: the relative distance from the published value. */
export function writtenDeviation(deviation: number): string {
  if (isAgreement(deviation)) return "0.0\u00a0%"
  return `${deviation > 0 ? "+" : ""}${(deviation * 100).toFixed(1)}\u00a0%`
}

/** True if the written distance is zero. */
export function isAgreement(deviation: number): boolean {
  return Number((deviation * 100).toFixed(1)) === 0
}
