/**
 * Which charts an experiment may ask for, by name:
 *
 * - `<metric>-by-<axis>`: lines; `<metric>-by-throughput`: against what was achieved, as the load rises
 * - `<metric>-over-<axis>-and-<axis>`: a heat map
 * - `message-types-by-<axis>`: bars of the types of messages
 * - `recovery-ecdf`, `latency-ecdf`: how times are distributed
 * - `outage-timeline`: when each run was out of service
 */
import type { Dimension } from "../../scenarios/cell.ts"
import { didYouMean } from "../../lib/problems.ts"
import { shortName } from "../../analysis/words.ts"
import { axisNames, CHART_FIGURES, CHART_METRICS, chartAxis, type ChartMetric } from "../../analysis/kinds.ts"

interface Named {
  /** As in the spec, and in file names. */
  readonly name: string
  /** `How available is each algorithm as more nodes crash?` */
  readonly title: string
}

/** A metric (up) against something swept (across), or against the throughput achieved. */
export interface LineChoice extends Named {
  readonly kind: "lines"
  readonly metric: ChartMetric
  /** The dimension across; with the throughput across, the one along which the points are joined. */
  readonly across: Dimension
  readonly isByThroughput: boolean
}

/** A metric as colour, over two things swept. */
export interface HeatMapChoice extends Named {
  readonly kind: "heat-map"
  readonly metric: ChartMetric
  readonly across: Dimension
  readonly up: Dimension
}

/** Messages of each type, stacked. */
export interface MessageTypesChoice extends Named {
  readonly kind: "message-types"
  readonly across: Dimension
}

/** The empirical distribution of times. */
export interface DistributionChoice extends Named {
  readonly kind: "ecdf"
  readonly of: "recovery" | "latency"
}

/** Outages over time, a line a run. */
export interface TimelineChoice extends Named {
  readonly kind: "timeline"
}

/** A chart by name, made definite for an experiment. */
export type ChartChoice = LineChoice | HeatMapChoice | MessageTypesChoice | DistributionChoice | TimelineChoice

/** Charts that need nothing swept. */
const WHOLE: Readonly<Record<string, (name: string) => ChartChoice>> = {
  "recovery-ecdf": name => ({ kind: "ecdf", name, of: "recovery", title: "How fast does the service recover?" }),
  "latency-ecdf": name => ({ kind: "ecdf", name, of: "latency", title: "How long do operations take?" }),
  "outage-timeline": name => ({ kind: "timeline", name, title: "When is the service out?" }),
}

/** The chart with a name, or what is wrong with the name. */
export function chooseChart(
  name: string,
  dimensions: readonly Dimension[],
): ChartChoice | { readonly problem: string } {
  const choice = Object.hasOwn(WHOLE, name)
    ? WHOLE[name]!(name)
    : (heatMap(name, dimensions) ?? byAxis(name, dimensions))
  return choice ?? { problem: problemWith(name, dimensions) }
}

function heatMap(name: string, dimensions: readonly Dimension[]): HeatMapChoice | undefined {
  const match = /^(.+?)-over-(.+)-and-(.+)$/.exec(name)
  const metric = match === null ? undefined : metricNamed(match[1]!)
  const [across, up] = [match?.[2], match?.[3]].map(axis => axisAmong(axis ?? "", dimensions)?.dimension)
  if (metric === undefined || across === undefined || up === undefined || across.name === up.name) return undefined
  const title = `How ${metric.question}, by ${inTitle(across)} and ${inTitle(up)}?`
  return { kind: "heat-map", name, metric, across, up, title }
}

function byAxis(name: string, dimensions: readonly Dimension[]): ChartChoice | undefined {
  const [metricName, axisName] = splitName(name)
  const metric = metricNamed(metricName)
  if (axisName === "throughput" && metric !== undefined) {
    const across = loadDimension(dimensions)
    if (across === undefined) return undefined
    return {
      kind: "lines",
      name,
      metric,
      across,
      isByThroughput: true,
      title: `How ${metric.question} as more gets done?`,
    }
  }
  const axis = axisAmong(axisName, dimensions)
  if (axis === undefined) return undefined
  const { dimension: across, question } = axis
  if (metric !== undefined) {
    return {
      kind: "lines",
      name,
      metric,
      across,
      isByThroughput: false,
      title: `How ${metric.question} as ${question}?`,
    }
  }
  if (metricName !== "message-types") return undefined
  return { kind: "message-types", name, across, title: `Which messages does an operation cost as ${question}?` }
}

function metricNamed(name: string): ChartMetric | undefined {
  if (Object.hasOwn(CHART_METRICS, name)) return CHART_METRICS[name]
  return Object.hasOwn(CHART_FIGURES, name) ? CHART_FIGURES[name] : undefined
}

/** A dimension under the name of an axis, with the axis's title. */
function axisAmong(name: string, dimensions: readonly Dimension[]) {
  const axis = chartAxis(name, dimensions)
  const found = axis && dimensions.find(dimension => axis.dimensions.includes(dimension.name))
  if (axis === undefined || found === undefined) return undefined
  return { dimension: axis.title === undefined ? found : { ...found, title: axis.title }, question: axis.question }
}

/** What raises the throughput: the load offered, or else whatever is swept last. */
function loadDimension(dimensions: readonly Dimension[]): Dimension | undefined {
  for (const name of ["load", "clients", "requesters"]) {
    const axis = axisAmong(name, dimensions)
    if (axis !== undefined) return axis.dimension
  }
  return dimensions.at(-1)
}

/** What is wrong with a chart's name, if anything. */
export function chartProblem(name: string, dimensions: readonly Dimension[]): string | undefined {
  const choice = chooseChart(name, dimensions)
  return "problem" in choice ? choice.problem : undefined
}

function problemWith(name: string, dimensions: readonly Dimension[]): string {
  const metrics = [...Object.keys(CHART_METRICS), ...Object.keys(CHART_FIGURES)]
  const axes = axisNames(dimensions)
  const whole = Object.keys(WHOLE)
  if (axes.length === 0) {
    const hint = didYouMean(name, whole)
    return `found "${name}", but nothing is swept to chart against; expected one of ${whole.join(", ")}${hint}`
  }
  const [metricName, axisName] = splitName(name)
  const isKnown = metricName === "message-types" || metricNamed(metricName) !== undefined
  const unswept = isKnown && chartAxis(axisName, dimensions) !== undefined ? `, but ${axisName} is not swept` : ""
  const across = [...axes, "throughput"]
  const hint = didYouMean(name, [
    ...whole,
    ...axes.map(axis => `message-types-by-${axis}`),
    ...metrics.flatMap(metric => across.map(axis => `${metric}-by-${axis}`)),
    ...metrics.flatMap(metric =>
      axes.flatMap(first =>
        axes.flatMap(second => {
          const map = `${metric}-over-${first}-and-${second}`
          return heatMap(map, dimensions) === undefined ? [] : [map]
        }),
      ),
    ),
  ])
  return (
    `found "${name}"${unswept}, expected <metric>-by-<axis>, <metric>-by-throughput, <metric>-over-<axis>-and-<axis>, ` +
    `message-types-by-<axis>, ${whole.join(", ")}, with a metric of ${metrics.join(", ")} and an axis of ` +
    `${axes.join(", ")}${hint}`
  )
}

/** The charts of an experiment that names none: availability and message cost against what it sweeps first. */
export function defaultCharts(dimensions: readonly Dimension[]): readonly string[] {
  const first = dimensions.find(({ name }) => name !== "f") ?? dimensions[0]
  if (first === undefined) return []
  return ["availability", "messages"].map(metric => `${metric}-by-${shortName(first.name)}`)
}

/** `Nodes, n` as `nodes`. */
function inTitle({ title }: Dimension): string {
  return title.slice(0, 1).toLowerCase() + title.slice(1).replace(/, [a-z]$/, "")
}

function splitName(name: string): readonly [string, string] {
  const place = name.indexOf("-by-")
  return place < 0 ? [name, ""] : [name.slice(0, place), name.slice(place + "-by-".length)]
}
