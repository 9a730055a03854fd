/** Statements that answer an experiment's question, as a spec writes them: `largest traitors with availability >= 99 %`. */
import { MILLISECOND, parseDuration, parseShare } from "../../../runtime/contract/units.ts"
import {
  type AnswerForm,
  type Condition,
  type Form,
  type Relation,
  type Restriction,
  THEORY,
} from "../../model/answer-form.ts"
import type { Cell, Dimension } from "../../../scenarios/cell.ts"
import type { AlongForm } from "../../model/along-form.ts"
import { axisNames, CHART_FIGURES, CHART_METRICS, chartAxis, type ChartMetric } from "../../../analysis/kinds.ts"
import { COMPARED } from "../../../analysis/metrics.ts"
import { didYouMean } from "../../../lib/suggestions.ts"

const FORMS =
  "one of: largest <axis> with <metric> >= <value>, smallest <axis> with <metric> <= <value>, " +
  "points with <metric> >= <value>, winner by <metric>, ranking by <metric> (or several), crossover of <metric>, " +
  "effect of <axis> on <metric>, <metric> along <axis>, values of <metric>, <metric> against theory, " +
  "<metric> against <metric>; each may end in: where <axis> = <value>"

/** The sweep that a statement is about, and the axes along which the spec compares. */
interface Sweep {
  readonly dimensions: readonly Dimension[]
  readonly cells: readonly Cell[]
  readonly compare: readonly Pick<AlongForm, "along">[]
}

/** Parses a statement that answers the question. @returns the form, or what is wrong with it */
export function parseAnswer(text: string, sweep: Sweep): AnswerForm | string {
  const [, statement = "", restrictions = ""] = /^(.*?)(?: where (.+))?$/.exec(text.trim().replace(/\s+/g, " "))!
  try {
    const where = restrictions === "" ? [] : restrictions.split(" and ").map(each => restrictionOf(each, sweep))
    return { ...formOf(statement, sweep), where }
  } catch (error) {
    if (error instanceof Unfit) return error.message
    throw error
  }
}

/** A statement that does not fit the grammar or the experiment. */
class Unfit extends Error {
  override readonly name = "Unfit"
}

function restrictionOf(text: string, { dimensions, cells }: Sweep): Restriction {
  const match = /^(\S+) ?= ?(.+)$/.exec(text)
  if (match === null) throw new Unfit(`found "${text}" after where, expected a value of an axis such as crashes = 0`)
  const axis = axisOf(match[1]!, dimensions)
  const values = new Set(cells.flatMap(({ point }) => point[axis]?.rule ?? point[axis]?.text ?? []))
  const value = match[2]!
  if (values.has(value)) return { axis, value }
  throw new Unfit(`found "${value}" for ${match[1]!}, expected one of ${[...values].join(", ")}`)
}

function formOf(text: string, { dimensions, compare }: Sweep): Form {
  const threshold = /^(largest|smallest) (\S+) with (.+)$/.exec(text)
  if (threshold !== null) {
    const [, end, axis, conditions] = threshold
    return {
      kind: "threshold",
      end: end === "largest" ? "largest" : "smallest",
      axis: axisOf(axis!, dimensions),
      conditions: conditions!.split(" and ").map(conditionOf),
    }
  }
  const points = /^points with (.+)$/.exec(text)
  if (points !== null) return { kind: "points", conditions: points[1]!.split(" and ").map(conditionOf) }
  const effect = /^effect of (\S+) on (\S+)$/.exec(text)
  if (effect !== null) {
    return { kind: "effect", axis: axisOf(effect[1]!, dimensions), metric: metricOf(effect[2]!) }
  }
  const compared = /^(winner by|crossover of) (\S+)$/.exec(text)
  if (compared !== null) {
    return { kind: compared[1] === "winner by" ? "winner" : "crossover", metric: comparedMetricOf(compared[2]!) }
  }
  const ranking = /^ranking by (.+)$/.exec(text)
  if (ranking !== null) return { kind: "ranking", metrics: rankedBy(ranking[1]!) }
  const along = /^(\S+) along (\S+)$/.exec(text)
  if (along !== null) {
    const axis = axisOf(along[2]!, dimensions)
    if (!compare.some(form => form.along === axis))
      throw new Unfit(`found "${text}", but nothing is compared along ${along[2]}; say compare: { along: ${along[2]} }`)
    return { kind: "along", axis, metric: comparedMetricOf(along[1]!) }
  }
  const values = /^values of (\S+)$/.exec(text)
  if (values !== null) return { kind: "values", metric: metricOf(values[1]!) }
  const against = /^(\S+) against (\S+)$/.exec(text)
  if (against !== null) {
    const [, metric, other] = against
    if (other === THEORY) return { kind: "against", metric: metricOf(metric!), other: THEORY }
    return { kind: "against", metric: metricOf(metric!), other: alikeMetric(other!, metric!) }
  }
  throw new Unfit(`found "${text}", expected ${FORMS}`)
}

/** A metric that can be compared with another one: both are shares, or both times, or neither. */
function alikeMetric(name: string, other: string): string {
  const [kind, expected] = [name, other].map(each => kindOfMetric(chartMetric(metricOf(each))!))
  if (kind === expected) return name
  throw new Unfit(`found ${other}, ${expected}, against ${name}, ${kind}; expected two metrics of one kind`)
}

function kindOfMetric({ isShare, title }: ChartMetric): string {
  return isShare === true ? "a share" : title.includes("(ms)") ? "a time" : "a number"
}

/** The metrics of a ranking, each once: `availability, latency`. */
function rankedBy(text: string): readonly string[] {
  const metrics = text.split(", ").map(comparedMetricOf)
  const twice = metrics.find((metric, place) => metrics.indexOf(metric) < place)
  if (twice === undefined) return metrics
  throw new Unfit(`found ${twice} twice, expected each metric of a ranking once`)
}

function conditionOf(text: string): Condition {
  const match = /^([a-z-]+) ?(>=|<=|=|>|<) ?(.+)$/.exec(text)
  if (match === null) throw new Unfit(`found "${text}", expected a condition such as availability >= 99 %`)
  const [, name, , written] = match
  const metric = metricOf(name!)
  const bound = boundOf(written!.replace(/ /g, ""), chartMetric(metric)!)
  if (bound === undefined) {
    const form = chartMetric(metric)!.isShare === true ? "a share such as 99 %" : "a number, of times one such as 50 ms"
    throw new Unfit(`found "${written}" after ${name}, expected ${form}`)
  }
  return { metric, relation: relationOf(match[2]!), bound }
}

function relationOf(written: string): Relation {
  return written === ">=" || written === "<=" || written === ">" || written === "<" ? written : "="
}

/** A value of a metric as a spec writes it, in the metric's own unit. */
export function boundOf(written: string, { isShare, title }: ChartMetric): number | undefined {
  if (isShare === true) return parseShare(written)
  if (/^\d+(\.\d+)?$/.test(written)) return Number(written)
  const duration = title.includes("(ms)") ? parseDuration(written) : undefined
  return duration === undefined ? undefined : duration / MILLISECOND
}

function axisOf(name: string, dimensions: readonly Dimension[]): string {
  const found = sweptAs(name, dimensions)
  if ("name" in found) return found.name
  throw new Unfit(`found "${name}" for an axis, ${found.problem}`)
}

/** The dimension that this axis name stands for, or why there is none. */
export function sweptAs(name: string, dimensions: readonly Dimension[]): Dimension | { readonly problem: string } {
  const axis = chartAxis(name, dimensions)
  const found = axis && dimensions.find(dimension => axis.dimensions.includes(dimension.name))
  if (found !== undefined) return found
  const axes = axisNames(dimensions)
  const expected = axes.length === 0 ? "but nothing is swept" : `expected something swept: ${axes.join(", ")}`
  return { problem: `${expected}${didYouMean(name, axes)}` }
}

/** A metric by its name in charts. */
export function chartMetric(name: string): ChartMetric | undefined {
  if (Object.hasOwn(CHART_METRICS, name)) return CHART_METRICS[name]
  return Object.hasOwn(CHART_FIGURES, name) ? CHART_FIGURES[name] : undefined
}

/** The name of a metric in charts. */
export function chartMetricName(metric: ChartMetric): string {
  const all = [...Object.entries(CHART_METRICS), ...Object.entries(CHART_FIGURES)]
  return all.find(([, candidate]) => candidate === metric)![0]
}

function metricOf(name: string): string {
  if (chartMetric(name) !== undefined) return name
  const names = [...Object.keys(CHART_METRICS), ...Object.keys(CHART_FIGURES)]
  throw new Unfit(`found "${name}" for a metric, expected one of ${names.join(", ")}${didYouMean(name, names)}`)
}

/** The names of the metrics that are compared run by run. */
export function comparedMetrics(): readonly string[] {
  return Object.entries(CHART_METRICS).flatMap(([key, own]) => (COMPARED.has(own.metric) ? [key] : []))
}

/** A metric that is compared run by run. */
function comparedMetricOf(name: string): string {
  const metric = chartMetric(metricOf(name))!
  if ("metric" in metric && COMPARED.has(metric.metric)) return name
  const names = comparedMetrics()
  throw new Unfit(
    `found "${name}", in which algorithms are not compared run by run; expected one of ${names.join(", ")}`,
  )
}
