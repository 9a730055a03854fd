/** The parts of charts' names: metrics, and swept dimensions as axes. */
import { CHART_FIGURES, CHART_METRICS, chartAxis, type ChartMetric } from "../../analysis/kinds.ts"
import type { Dimension } from "../../scenarios/cell.ts"

/** The names of everything that charts can show. */
export const METRIC_NAMES: readonly string[] = [...Object.keys(CHART_METRICS), ...Object.keys(CHART_FIGURES)]

/** A metric or figure by its name in charts. */
export function metricNamed(name: string): ChartMetric | undefined {
  if (Object.hasOwn(CHART_METRICS, name)) return CHART_METRICS[name]
  return Object.hasOwn(CHART_FIGURES, name) ? CHART_FIGURES[name] : undefined
}

/** A dimension by the name of its axis, with the axis's title. */
export function axisAmong(name: string, dimensions: readonly Dimension[]) {
  const axis = chartAxis(name, dimensions)
  const found = axis && dimensions.find(dimension => axis.dimensions.includes(dimension.name))
  if (axis === undefined || found === undefined) return undefined
  return { dimension: axis.title === undefined ? found : { ...found, title: axis.title }, question: axis.question }
}

/** The dimension that raises the throughput: the offered load, or else the last swept one. */
export function loadDimension(dimensions: readonly Dimension[]): Dimension | undefined {
  for (const name of ["load", "clients", "requesters"]) {
    const axis = axisAmong(name, dimensions)
    if (axis !== undefined) return axis.dimension
  }
  return dimensions.at(-1)
}

/** `Nodes, n` as `nodes`. */
export function inTitle({ title }: Dimension): string {
  return title.slice(0, 1).toLowerCase() + title.slice(1).replace(/, [a-z]$/, "")
}

/** Splits `availability-by-nodes` into its metric and its axis. */
export function splitName(name: string): readonly [string, string] {
  const place = name.indexOf("-by-")
  return place < 0 ? [name, ""] : [name.slice(0, place), name.slice(place + "-by-".length)]
}
