/**
 * The answer in words: what the figures say about the question.
 *
 * It begins with one to a few sentences that answer it, as the spec's `answer:` asks; then come the ranges and the differences
 * of every charted metric. Each sentence has its finding as data. Algorithms are called different only if a difference is shown
 * (see `comparisons.ts`), and values come with their intervals.
 */
import type { Figured } from "../../analysis/aggregate.ts"
import type { AlongDifference } from "../../analysis/along.ts"
import type { Registry } from "../../scenarios/cell.ts"
import { chooseChart } from "../charts/registry.ts"
import type { Beside } from "../../analysis/published.ts"
import type { Difference } from "../../analysis/comparisons.ts"
import { COMPARED } from "../../analysis/metrics.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import { chartMetricName } from "../../experiments/plan/schema/answer.ts"
import type { AnswerForm } from "../../experiments/model/answer-form.ts"
import type { Experiment } from "../../experiments/model/experiment.ts"
import { alikeCourses, alikeParts } from "./alike.ts"
import { tellAgainst } from "./against.ts"
import { tellAlong } from "./along.ts"
import { tellCases } from "./cases.ts"
import { changesSign, comparisonsIn, tellPair } from "./comparison.ts"
import { Figures, nameIn } from "./context.ts"
import { courseOf, valuesAtOnce } from "./course.ts"
import { tellEffect } from "./effect.ts"
import type { Answer, AnswerPart, Told } from "./finding.ts"
import { nameOf } from "./points.ts"
import { tellPointsWith } from "./points-with.ts"
import { tellPublished } from "./published.ts"
import { tellRanking } from "./ranking.ts"
import { tellThreshold } from "./threshold.ts"
import { tellWinner } from "./winner.ts"
import { comparedName, wordsFor } from "./words.ts"

/** The maximum number of pairs of algorithms with a sentence; the rest are in the table of differences. */
const MAX_PAIRS = 6
/** The maximum number of pairs of values along the sweep with a sentence. */
const MAX_ALONG = 12

/** The answer to the question, and the sentences metric by metric in the order of the charts. */
export function answerOf(
  plan: Plan,
  cells: readonly Figured[],
  differences: readonly Difference[],
  registry: Registry,
  along: readonly AlongDifference[] = [],
  beside: readonly Beside[] = [],
): Answer {
  const figures = new Figures(plan, cells, differences, along)
  const asked = metricsAsked(plan).filter(metric => figures.has(metric))
  const forms =
    plan.experiment.answer.length > 0 ? plan.experiment.answer : defaultForms(asked, figures, plan.experiment.compare)
  const inParts = forms.flatMap(form => {
    return tell(form, figures.where(form.where), registry).map(told => ({ where: form.where, told }))
  })
  const lead = [
    ...tellPublished(figures, beside),
    ...tellCases(figures),
    ...alikeParts(inParts, axis => nameOf(figures.dimension(axis))),
  ]
  // Without anything to compare, the measured values are the answer.
  const answer = lead.length > 0 ? lead : asked.slice(0, 2).flatMap(metric => tellValues(figures, metric))
  const readable = withNames(figures)
  const parts = asked.map(metric => partOf(figures, metric))
  return { lead: answer.map(readable), parts: parts.map(part => ({ ...part, told: part.told.map(readable) })) }
}

/** Formats the names of algorithms for use within a sentence. */
function withNames({ algorithms }: Figures): (told: Told) => Told {
  const labels = algorithms.map(({ label }) => label).filter(label => nameIn(label) !== label)
  const longestFirst = labels.toSorted((a, b) => b.length - a.length)
  const readable = (told: Told): Told => ({
    ...told,
    sentence: longestFirst.reduce((text, label) => text.replaceAll(label, () => nameIn(label)), told.sentence),
    ...(told.also === undefined ? {} : { also: told.also.map(readable) }),
  })
  return readable
}

function tell(form: AnswerForm, figures: Figures, registry: Registry): readonly Told[] {
  switch (form.kind) {
    case "threshold":
      return tellThreshold(figures, form)
    case "points":
      return tellPointsWith(figures, form)
    case "winner":
      return tellWinner(figures, form.metric)
    case "ranking":
      return form.metrics.flatMap(metric => tellRanking(figures, metric))
    case "crossover":
      return tellCrossover(figures, form.metric)
    case "effect":
      return tellEffect(figures, form)
    case "along":
      return tellAlong(figures, form.metric, true, form.axis)
    case "values":
      return tellValues(figures, form.metric)
    case "against":
      return tellAgainst(figures, form, registry)
  }
}

/** The pairs whose shown difference changes sign; all pairs if none does. */
function tellCrossover(figures: Figures, metric: string): readonly Told[] {
  const told = figures.pairsIn(metric).map(pair => tellPair(figures, metric, pair, true))
  const changing = told.filter(({ finding }) => changesSign(finding))
  return changing.length > 0 ? changing : told.slice(0, MAX_PAIRS)
}

/** The values of each algorithm, naming the metric: along the sweep, or together if nothing is swept. */
function tellValues(figures: Figures, metric: string): readonly Told[] {
  if (figures.space.cells.length === 1) return valuesAtOnce(figures, metric)
  return alikeCourses(figures.algorithms.flatMap(algorithm => courseOf(figures, algorithm, metric, true)))
}

/**
 * The statements about the first charted metric, for an experiment that names none: the differences along the sweep if the spec
 * asks for them, else the best algorithm.
 */
function defaultForms(
  asked: readonly string[],
  figures: Figures,
  compare: Experiment["compare"],
): readonly AnswerForm[] {
  const compared = asked.filter(metric => {
    const name = comparedName(metric)
    return name !== undefined && COMPARED.has(name)
  })
  if (compare.length > 0) {
    const axes = [...new Set(compare.map(({ along }) => along))]
    const told = compared.filter(metric => figures.alongIn(metric).length > 0).slice(0, 2)
    return axes.flatMap(axis => told.map(metric => ({ kind: "along" as const, axis, metric, where: [] })))
  }
  const paired = compared.filter(metric => figures.pairsIn(metric).length > 0)
  return paired.slice(0, 2).map(metric => ({ kind: "winner", metric, where: [] }))
}

function partOf(figures: Figures, metric: string): AnswerPart {
  const courses = alikeCourses(figures.algorithms.flatMap(algorithm => courseOf(figures, algorithm, metric)))
  const comparisons = comparisonsIn(figures, metric)
  const along = tellAlong(figures, metric)
  return {
    metric,
    title: wordsFor(metric).title,
    told: [...courses, ...along.slice(0, MAX_ALONG), ...comparisons.slice(0, MAX_PAIRS)],
    omitted: Math.max(0, comparisons.length - MAX_PAIRS) + Math.max(0, along.length - MAX_ALONG),
  }
}

/** The metrics that the experiment's charts show, by name; availability and message cost if they show none. */
function metricsAsked({ experiment: { charts, dimensions } }: Plan): readonly string[] {
  const asked = charts.flatMap((name): readonly string[] => {
    const choice = chooseChart(name, dimensions)
    if (Object.hasOwn(SUMMED_UP, name)) return [SUMMED_UP[name]!]
    return "problem" in choice || !("metric" in choice) ? [] : [chartMetricName(choice.metric)]
  })
  return [...new Set(asked.length === 0 ? ["availability", "messages"] : asked)]
}

/** Charts without a metric of their own are represented by the metric that summarizes them. */
const SUMMED_UP: Readonly<Record<string, string>> = {
  "recovery-ecdf": "recovery",
  "latency-ecdf": "latency",
  "outage-timeline": "outage",
}
