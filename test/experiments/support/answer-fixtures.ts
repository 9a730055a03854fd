// What the sentences of bundled experiments are drawn from, kept as small plain data.
import * as registry from "../../../algorithms/registry.ts"
import { type CaseCounts, type CellSummary, summarize } from "../../../analysis/aggregate.ts"
import { caseOf } from "../../../scenarios/cases.ts"
import { runCycle } from "../../../scenarios/cycle-record.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { CHART_FIGURES, CHART_METRICS } from "../../../analysis/kinds.ts"
import { adjusted, type Difference, differencesAt, pointsOf } from "../../../analysis/comparisons.ts"
import { measure } from "../../../scenarios/measure.ts"
import { METRICS } from "../../../analysis/metrics.ts"
import { isEvery, type Plan, planExperiment } from "../../../experiments/model/plan.ts"
import { answerOf } from "../../../reports/answer/answer.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import type { Estimate } from "../../../analysis/statistics.ts"
import { RunPool } from "../../../runtime/simulation/pool.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"

type Ends = readonly [value: number, low: number | null, high: number | null, runs: number, isOver?: 1]

/** An experiment's spec, the estimates of its cells by id, and the paired differences, by the places of both cells. */
export interface Fixture {
  readonly spec: string
  readonly cells: Readonly<Record<string, Readonly<Record<string, Ends>>>>
  /** What came of cells whose runs go through all cases. */
  readonly cases?: Readonly<Record<string, CaseCounts>>
  readonly differences: readonly (readonly [
    metric: string,
    first: number,
    second: number,
    ends: Ends,
    resolution: number,
    p: number | null,
    adjustedP: number | null,
  ])[]
}

export type Fixtures = Record<string, Fixture>

/** Fixtures are of few runs: what is said is as if there were enough. */
const ENOUGH = { operations: 1e6, ok: 1e6, lost: 0, outages: 1_000, recoveries: 1_000 }

/** The plan of a fixture's experiment, and its figures as reports get them. */
export function figuresIn(name: string, { spec, cells, cases = {}, differences }: Fixture) {
  const plan = planOf(`${name}.yaml`, spec)
  const summaries = plan.cells.map(cell => {
    const own = Object.entries(cells[cell.id]!).map(([key, ends]) => [key, estimateOf(ends)])
    // Summaries have more than sentences are drawn from.
    const counted = cases[cell.id]
    const figures = { cell, metrics: Object.fromEntries(own), figures: Object.fromEntries(own), counts: ENOUGH }
    return counted === undefined ? figures : { ...figures, cases: counted }
  })
  return {
    plan,
    cells: summaries,
    differences: differences.map(([metric, first, second, ends, resolution, p, adjustedP]) => ({
      metric: METRICS.find(({ name: known }) => known === metric)!.name,
      first: plan.cells[first]!,
      second: plan.cells[second]!,
      estimate: estimateOf(ends),
      relative: null,
      resolution,
      p,
      adjustedP,
    })),
  }
}

export function planOf(file: string, spec: string): Plan {
  const experiment = parseExperiment(file, spec, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return planExperiment(experiment)
}

/** Runs an experiment with so many repeats, or all its cases, and keeps the figures that its sentences are drawn from. */
export function fixtureOf(file: string, text: string, repeat: number): Fixture {
  const spec = text.replace(/^repeat: (?!every).*$/m, `repeat: ${repeat}`)
  const pool = new RunPool()
  const plan = planOf(file, spec)
  const cells: CellSummary[] = []
  const found: Difference[] = []
  for (const places of pointsOf(plan.cells)) {
    const point = places.map(place => {
      const cell = plan.cells[place]!
      const records = plan.seeds.slice(0, plan.repeats[place]).map(seed => {
        const { rare } = cell.scenario
        if (rare !== undefined) return runCycle(cell.scenario, rare, seed, registry, { pool })
        const scenario = toScenario(caseOf(cell.scenario, seed), registry)
        return measure(simulate(scenario, seed, { pool }), scenario)
      })
      const { service } = toScenario(cell.scenario, registry)
      return summarize(cell, records, { messageTypes: [], figures: Object.keys(service.figures) })
    })
    found.push(...differencesAt(point))
    for (const [index, summary] of point.entries()) cells[places[index]!] = summary
  }
  const differences = adjusted(found)
  const wanted = columnsAsked(plan, cells, differences)
  return {
    spec,
    cells: Object.fromEntries(cells.map(summary => [summary.cell.id, estimatesOf(summary, wanted)])),
    ...(isEvery(plan.cells)
      ? {
          cases: Object.fromEntries(
            cells.flatMap(({ cell, cases }) => (cases === undefined ? [] : [[cell.id, cases]])),
          ),
        }
      : {}),
    differences: differences.flatMap(({ metric, first, second, estimate, resolution, p, adjustedP }) => {
      if (!wanted.has(metric)) return []
      const [one, other] = [plan.cells.indexOf(first), plan.cells.indexOf(second)]
      return [[metric, one, other, endsOf(estimate), resolution, p, adjustedP] as const]
    }),
  }
}

/** The columns behind the metrics that sentences speak of. */
function columnsAsked(plan: Plan, cells: readonly CellSummary[], differences: readonly Difference[]) {
  const { parts } = answerOf(plan, cells, differences, registry)
  const forms = plan.experiment.answer.flatMap(form =>
    form.kind === "threshold" || form.kind === "points"
      ? form.conditions.map(({ metric }) => metric)
      : form.kind === "against"
        ? [form.metric, form.other]
        : form.kind === "ranking"
          ? [...form.metrics, "violations"]
          : [form.metric],
  )
  return new Set([...parts.map(({ metric }) => metric), ...forms].map(columnOf))
}

/** The column of a metric by the name that charts give it. */
export function columnOf(key: string): string {
  return CHART_METRICS[key]?.metric ?? CHART_FIGURES[key]?.figure ?? key
}

function estimatesOf({ metrics, figures }: CellSummary, wanted: ReadonlySet<string>): Record<string, Ends> {
  const all = [...Object.entries(metrics), ...Object.entries(figures)]
  return Object.fromEntries(
    all.flatMap(([key, estimate]) => (estimate && wanted.has(key) ? [[key, endsOf(estimate)]] : [])),
  )
}

function endsOf({ value, low, high, runs, isOver }: Estimate): Ends {
  const [a, b, c] = [value, low, high].map(end => end && Number(end.toPrecision(7)))
  return isOver === true ? [a ?? 0, b ?? null, c ?? null, runs, 1] : [a ?? 0, b ?? null, c ?? null, runs]
}

function estimateOf([value, low, high, runs, isOver]: Ends): Estimate {
  return isOver === 1 ? { value, low, high, runs, isOver: true } : { value, low, high, runs }
}
