/** Which charts an experiment may ask for. */
import type { Dimension } from "../cell.ts"
import { didYouMean } from "../spec/problems.ts"
import { axisNames, CHART_METRICS, chartAxis, type ChartMetric } from "./kinds.ts"

/** A chart by name, made definite for an experiment. */
export interface ChartChoice {
  readonly name: string
  readonly metric: ChartMetric
  /** The dimension across. */
  readonly across: Dimension
  /** `How available is each algorithm as more nodes crash?` */
  readonly title: string
}

/** The chart with a name, or what is wrong with the name. */
export function chooseChart(
  name: string,
  dimensions: readonly Dimension[],
): ChartChoice | { readonly problem: string } {
  const [metricName, axisName] = splitName(name)
  const metric = Object.hasOwn(CHART_METRICS, metricName) ? CHART_METRICS[metricName] : undefined
  const axis = chartAxis(axisName, dimensions)
  const across = axis && dimensions.find(dimension => axis.dimensions.includes(dimension.name))
  if (metric !== undefined && axis !== undefined && across !== undefined) {
    return { name, metric, across, title: `How ${metric.question} as ${axis.question}?` }
  }
  const metrics = Object.keys(CHART_METRICS)
  const axes = axisNames(dimensions)
  if (axes.length === 0)
    return { problem: `found "${name}", but nothing is swept, so there is nothing to chart against` }
  const hint = didYouMean(
    name,
    metrics.flatMap(m => axes.map(a => `${m}-by-${a}`)),
  )
  const expected = `<metric>-by-<axis> with a metric of ${metrics.join(", ")} and an axis of ${axes.join(", ")}`
  if (metric !== undefined && axis !== undefined)
    return { problem: `found "${name}", but ${axisName} is not swept; expected ${expected}` }
  return { problem: `found "${name}", expected ${expected}${hint}` }
}

/** What is wrong with a chart's name, if anything. */
export function chartProblem(name: string, dimensions: readonly Dimension[]): string | undefined {
  const choice = chooseChart(name, dimensions)
  return "problem" in choice ? choice.problem : undefined
}

/** The charts of an experiment that names none: availability and message cost against what it sweeps first. */
export function defaultCharts(dimensions: readonly Dimension[]): readonly string[] {
  const first = dimensions.find(({ name }) => name !== "f") ?? dimensions[0]
  if (first === undefined) return []
  return ["availability", "messages"].map(metric => `${metric}-by-${first.name.replace(/^.*\./, "")}`)
}

function splitName(name: string): readonly [string, string] {
  const place = name.indexOf("-by-")
  return place < 0 ? [name, ""] : [name.slice(0, place), name.slice(place + "-by-".length)]
}
