/** The kinds of charts that an experiment may ask for. A new kind of chart is one line here. */
import type { SummaryPart } from "../../analysis/aggregate.ts"
import { axisNames, chartAxis } from "../../analysis/kinds.ts"
import { shortName } from "../../analysis/words.ts"
import { didYouMean } from "../../lib/problems.ts"
import type { Experiment } from "../../experiments/model/experiment.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Cell, Dimension } from "../../scenarios/cell.ts"
import { difference, undrawable } from "./difference.ts"
import { distributions } from "./distributions.ts"
import { heatMap } from "./heat-map.ts"
import type { ChartKind } from "./kind.ts"
import { levels } from "./levels.ts"
import { lines } from "./lines.ts"
import { messageTypes } from "./message-types.ts"
import { METRIC_NAMES, splitName } from "./naming.ts"
import { overTime } from "./over-time.ts"
import { pointsShown } from "./panels.ts"
import { survival } from "./survival.ts"
import { timeline } from "./timeline.ts"

const KINDS = [lines, heatMap, messageTypes, distributions, survival, timeline, overTime, levels, difference] as const

export const CHART_KINDS: readonly ChartKind[] = KINDS

type ChoiceOf<Kind> = Kind extends ChartKind<infer Choice> ? Choice : never

/** A chart by name, resolved for an experiment. */
export type ChartChoice = ChoiceOf<(typeof KINDS)[number]>

/** The chart with a name, or what is wrong with the name. */
export function chooseChart(
  name: string,
  dimensions: readonly Dimension[],
): ChartChoice | { readonly problem: string } {
  for (const kind of KINDS) {
    const choice = kind.choose(name, dimensions)
    if (choice !== undefined) return choice
  }
  return { problem: problemWith(name, dimensions) }
}

/** The parts of a cell's summary that charts draw in addition to estimates. */
export function partsDrawn(plan: Plan): (cell: Cell) => ReadonlySet<SummaryPart> {
  const { charts, dimensions } = plan.experiment
  const kinds = charts.map((name): string | undefined => {
    const choice = chooseChart(name, dimensions)
    return "problem" in choice ? undefined : choice.kind
  })
  const drawn = CHART_KINDS.flatMap(({ kind, parts = [], panelsOfPoint }) => {
    if (parts.length === 0 || !kinds.includes(kind)) return []
    return [{ parts, isShown: panelsOfPoint ? pointsShown(plan, panelsOfPoint(plan)).isShown : () => true }]
  })
  return cell => new Set(drawn.flatMap(({ parts, isShown }) => (isShown(cell) ? parts : [])))
}

/** The problem with a chart's name, if there is one. */
export function chartProblem(
  name: string,
  dimensions: readonly Dimension[],
  compare: Experiment["compare"],
): string | undefined {
  const choice = chooseChart(name, dimensions)
  if ("problem" in choice) return choice.problem
  const problem = choice.kind === "difference" ? undrawable(choice, { compare }) : undefined
  return problem === undefined ? undefined : `found "${name}", which ${problem}`
}

function problemWith(name: string, dimensions: readonly Dimension[]): string {
  const axes = axisNames(dimensions)
  const forms = CHART_KINDS.flatMap(kind => kind.forms)
  const whole = forms.filter(form => !form.includes("<"))
  if (axes.length === 0) {
    const hint = didYouMean(name, whole)
    return `found "${name}", but nothing is swept to chart against; expected one of ${whole.join(", ")}${hint}`
  }
  const [metricName, axisName] = splitName(name)
  const isKnown = metricName === "message-types" || METRIC_NAMES.includes(metricName)
  const unswept = isKnown && chartAxis(axisName, dimensions) !== undefined ? `, but ${axisName} is not swept` : ""
  const suggestions = CHART_KINDS.flatMap(kind => kind.suggestions?.(dimensions) ?? [])
  return (
    `found "${name}"${unswept}, expected ${forms.join(", ")}, with a metric of ${METRIC_NAMES.join(", ")} and an axis of ` +
    `${axes.join(", ")}${didYouMean(name, [...whole, ...suggestions])}`
  )
}

/** The charts of an experiment that names none: availability and message cost against its first swept dimension. */
export function defaultCharts(dimensions: readonly Dimension[]): readonly string[] {
  const first = dimensions.find(({ name }) => name !== "f") ?? dimensions[0]
  if (first === undefined) return []
  return ["availability", "messages"].map(metric => `${metric}-by-${shortName(first.name)}`)
}
