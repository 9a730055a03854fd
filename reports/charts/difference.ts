/** Paired differences along the sweep, with their intervals: against a reference value, or between all pairs. */
import type { AlongSeen } from "../../analysis/along-seen.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { ChartMetric } from "../../analysis/kinds.ts"
import { spaced } from "../../analysis/words.ts"
import type { Experiment } from "../../experiments/model/experiment.ts"
import { hasIntervals, type Plan } from "../../experiments/model/plan.ts"
import type { Dimension, Registry } from "../../scenarios/cell.ts"
import { notesOf } from "./captions.ts"
import { encodings } from "./encodings.ts"
import { type Picture, titleLines } from "./frame.ts"
import { chartKind, type Named } from "./kind.ts"
import { axisAmong, inTitle, METRIC_NAMES, metricNamed, splitName } from "./naming.ts"
import { headings, panelsOf } from "./panels.ts"
import { PLAIN_NUMBERS } from "./scales.ts"

const ENDING = "-difference"

export interface DifferenceChoice extends Named {
  readonly kind: "difference"
  readonly metric: ChartMetric
  readonly across: Dimension
}

export const difference = chartKind<DifferenceChoice>({
  kind: "difference",
  forms: ["<metric>-difference-by-<axis>"],
  choose: (name, dimensions) => {
    const [what, axisName] = splitName(name)
    if (!what.endsWith(ENDING)) return undefined
    const metric = metricNamed(what.slice(0, -ENDING.length))
    const axis = axisAmong(axisName, dimensions)
    if (metric === undefined || axis === undefined) return undefined
    const title = `How ${metric.question}, compared along ${inTitle(axis.dimension)}?`
    return { kind: "difference", name, metric, across: axis.dimension, title }
  },
  suggestions: dimensions =>
    dimensions.flatMap(({ name }) => METRIC_NAMES.map(metric => `${metric}${ENDING}-by-${name.split(".").at(-1)}`)),
  draw: drawDifference,
})

/** The reason why an experiment that compares nothing along its axis cannot have such a chart. */
export function undrawable({ across }: DifferenceChoice, { compare }: Pick<Experiment, "compare">): string | undefined {
  if (compare.some(({ along }) => along === across.name)) return undefined
  const axis = across.name.split(".").at(-1)
  return `shows differences, but nothing is compared along ${axis}; say compare: { along: ${axis} }`
}

interface DifferencePoint {
  readonly x: string
  readonly xText: string
  readonly algorithm: string
  readonly value: number
  readonly low: number | null
  readonly high: number | null
  readonly runs: number
  /** The smallest difference by which the first is worse than the margin allows. */
  readonly margin: number | null
  readonly verdict: string
  readonly row: string
  readonly column: string
}

function drawDifference(
  choice: DifferenceChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const { metric, across, title } = choice
  const isShare = metric.isShare === true
  const panelOf = panelsOf([across], plan)
  const form = plan.experiment.compare.find(({ along }) => along === across.name)
  const name = "metric" in metric ? metric.metric : metric.figure
  const points = summaries.flatMap(({ cell, along = [] }) =>
    along
      .filter(each => each.along === across.name && each.metric === name)
      .map(each => ({ ...pointOf(each, cell.variant.label, isShare, form?.reference), ...panelOf(cell) })),
  )
  const names = plan.experiment.variants.map(({ label }) => label)
  const xs = [...new Set(points.map(({ x }) => x))]
  const margins = [...new Set(form?.margins.filter(margin => margin.metric === name).map(({ text }) => text) ?? [])]
  const reading = [
    "paired by run",
    ...(hasIntervals(plan) ? ["bars: 95 % confidence"] : []),
    ...(form?.reference === undefined ? [] : [`0: as with ${inHeadingOf(across, form.reference)}`]),
  ].join("; ")
  const better = metric.isMoreBetter === true ? "above 0 is better" : "below 0 is better"
  return {
    title,
    notes: [
      ...notesOf(title, plan, registry, reading),
      ...(margins.length === 0 ? [] : [`Red: worse by the margin of ${margins.join(", ")}; ${better}.`]),
    ],
    values: points,
    ...headings(points.length === 0 ? [{ row: "", column: "" }] : points),
    names,
    caption:
      "The same algorithm at two values of the sweep, all else equal, run by run with the same faults and delays as far as both " +
      "have them; intervals are over runs.",
    layers: ({ width, height }) => {
      const { color, shape } = encodings(plan.experiment.variants, registry, { isForPrint })
      const x = {
        field: "x",
        type: "ordinal" as const,
        sort: xs,
        title: titleLines(across.title, width),
        axis: { labelAngle: xs.some(label => label.length > 8) ? -25 : 0 },
      }
      const yTitle = titleLines(`Difference: ${lowered(metric.title)}${isShare ? " (points)" : ""}`, height)
      const y = (field: "value" | "low" | "margin") => ({
        field,
        type: "quantitative" as const,
        title: yTitle,
        scale: { zero: true, nice: true },
        axis: { labelExpr: PLAIN_NUMBERS, tickCount: 6 },
      })
      const beside = { xOffset: { field: "algorithm", type: "nominal" as const, scale: { domain: names } } }
      return [
        { mark: { type: "rule", color: "#333", strokeWidth: 1.2, aria: false }, encoding: { y: { datum: 0 } } },
        {
          transform: [{ filter: "datum.margin !== null" }],
          mark: {
            type: "tick",
            color: "#b42318",
            thickness: 2,
            size: Math.max(14, (width / xs.length / names.length) * 0.6),
          },
          encoding: { x, y: y("margin"), ...beside },
        },
        {
          transform: [{ filter: "datum.low !== null && datum.high !== null" }],
          mark: { type: "rule", strokeWidth: 1.6 },
          encoding: { x, y: y("low"), y2: { field: "high" }, color, ...beside },
        },
        {
          mark: { type: "point", filled: true, opacity: 1, size: 60 },
          encoding: { x, y: y("value"), color, shape, ...beside, tooltip: tooltip(metric, isShare) },
        },
      ]
    },
  }
}

function pointOf(
  { estimate, values, margin }: AlongSeen,
  algorithm: string,
  isShare: boolean,
  reference: string | undefined,
): Omit<DifferencePoint, "row" | "column"> {
  const scaled = (value: number | null): number | null => (value === null ? null : value * (isShare ? 100 : 1))
  const text = spaced(values.first)
  const x = reference === undefined ? `${text} against ${spaced(values.second)}` : text
  return {
    x,
    xText: x,
    algorithm,
    value: scaled(estimate.value)!,
    low: scaled(estimate.low),
    high: scaled(estimate.high),
    runs: estimate.runs,
    margin: scaled(margin?.bound ?? null),
    verdict: margin?.verdict ?? "",
  }
}

function inHeadingOf({ name, title }: Dimension, value: string): string {
  return `${(name.split(".").at(-1) ?? title).trim()} = ${spaced(value)}`
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

function tooltip(metric: ChartMetric, isShare: boolean) {
  const format = ",.4~r"
  const unit = isShare ? " (points)" : ""
  return [
    { field: "algorithm", type: "nominal" as const, title: "Algorithm" },
    { field: "xText", type: "nominal" as const, title: "Compared" },
    { field: "value", type: "quantitative" as const, title: `${metric.title}${unit}`, format },
    { field: "low", type: "quantitative" as const, title: "95 % from", format },
    { field: "high", type: "quantitative" as const, title: "95 % to", format },
    { field: "runs", type: "quantitative" as const, title: "Pairs" },
    { field: "verdict", type: "nominal" as const, title: "By the margin" },
  ]
}
