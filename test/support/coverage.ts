/** How often intervals hold the long-run value: many small experiments over, and their intervals counted. */
import * as bundledRegistry from "../../algorithms/registry.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { measure, type MeasureName, type RunRecord } from "../../scenarios/measure.ts"
import { estimateOf, METRICS } from "../../analysis/metrics.ts"
import { isPrecise, nextNumber } from "../../analysis/precision.ts"
import type { Precision } from "../../experiments/model/experiment.ts"
import { seedsOf } from "../../experiments/model/plan.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { type Estimate, pairedDifference } from "../../analysis/statistics.ts"
import { POOL } from "./pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"

/** How many of the intervals held the long-run value. */
export interface Coverage {
  readonly metric: string
  readonly longRun: number
  readonly held: number
  /** Experiments whose interval has both ends. */
  readonly intervals: number
  /** Mean half-width, as a share of the long-run value. */
  readonly halfWidth: number
}

export interface CoverageQuestion {
  /** A spec of one cell for each of one or two algorithms. */
  readonly spec: string
  readonly experiments: number
  /** Runs of each experiment; with `precision`, at most. */
  readonly runs: number
  /** Each experiment goes on until its first cell is so precise. */
  readonly precision?: Precision
  readonly seed: number
  readonly metrics: readonly MeasureName[]
}

/**
 * Runs the spec's cells, cuts the runs into experiments, and holds each one's intervals against the value of all runs
 * together, and the intervals of the paired difference of the first two cells against the difference of all.
 */
export function coverageOf({
  spec,
  experiments,
  runs,
  precision,
  seed,
  metrics,
}: CoverageQuestion): readonly Coverage[] {
  const experiment = parseExperiment("coverage.yaml", spec, bundledRegistry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(({ message }) => message).join("\n"))
  const seeds = seedsOf(seed, experiments * runs)
  const [first, second] = experiment.cells.map(cell => {
    const scenario = toScenario(cell.scenario, bundledRegistry)
    return seeds.map(each => measure(simulate(scenario, each, { pool: POOL }), scenario))
  })
  const numbers = Array.from({ length: experiments }, (_, k) =>
    precision === undefined ? runs : runsUntil(precision, first!.slice(k * runs, (k + 1) * runs)),
  )
  const cut = (records: readonly RunRecord[], k: number) => records.slice(k * runs, k * runs + numbers[k]!)
  return metrics.flatMap(name => {
    const metric = METRICS.find(candidate => candidate.name === name)!
    const estimated = (records: readonly RunRecord[]) => estimateOf(metric, records)
    const each = Array.from({ length: experiments }, (_, k) => estimated(cut(first!, k)).estimate)
    const { estimate } = estimated(first!)
    // A percentile among operations that failed is known to be longer than the deadline, and nothing more.
    if (estimate === null || estimate.isOver === true) return []
    const own = counted(name, estimate.value, each)
    const differenceOf = (records: readonly RunRecord[], others: readonly RunRecord[]) => {
      const [a, b] = [estimated(records).sample, estimated(others).sample]
      return a && b && pairedDifference(a, b)
    }
    const difference = second && differenceOf(second, first!)
    if (!second || !difference) return [own]
    const differences = Array.from({ length: experiments }, (_, k) => differenceOf(cut(second, k), cut(first!, k)))
    return [own, counted(`difference of ${name}`, difference.value, differences)]
  })
}

/** How many of an experiment's runs it takes to be so precise; all of them, if they do not suffice. */
function runsUntil(precision: Precision, records: readonly RunRecord[]): number {
  let runs = precision.min
  while (runs < records.length && !isPrecise(records.slice(0, runs), precision)) {
    runs = nextNumber(runs, { repeat: records.length })
  }
  return Math.min(runs, records.length)
}

function counted(metric: string, longRun: number, estimates: readonly (Estimate | null)[]): Coverage {
  const ends = estimates.flatMap(estimate =>
    estimate === null || estimate.low === null || estimate.high === null
      ? []
      : [{ low: estimate.low, high: estimate.high }],
  )
  const half = ends.reduce((sum, { low, high }) => sum + (high - low) / 2, 0) / ends.length
  return {
    metric,
    longRun,
    held: ends.filter(({ low, high }) => low <= longRun && longRun <= high).length,
    intervals: ends.length,
    halfWidth: half / Math.abs(longRun),
  }
}
