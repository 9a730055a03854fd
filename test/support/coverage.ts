/** How often intervals hold the long-run value: many small experiments over, and their intervals counted. */
import * as bundledRegistry from "../../algorithms/registry.ts"
import { differencesAlong } from "../../analysis/along.ts"
import { type ComparableSummary, summarize } from "../../analysis/aggregate.ts"
import { differencesAt } from "../../analysis/comparisons.ts"
import { firstLook, isPrecise, type Look, nextLook } from "../../analysis/precision.ts"
import type { RecoveryStep } from "../../analysis/recovery.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import type { Experiment, Precision } from "../../experiments/model/experiment.ts"
import { seedsOf } from "../../experiments/model/plan.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { type Cell, toScenario } from "../../scenarios/cell.ts"
import { measure, type RunRecord } from "../../scenarios/measure.ts"
import { POOL } from "./pool.ts"

/** How many of the intervals of a figure held its long-run value. */
export interface Coverage {
  /** A metric, a figure, a message type, or a difference in a metric. */
  readonly of: string
  readonly longRun: number
  readonly held: number
  /** Experiments whose interval has both ends. */
  readonly intervals: number
  /** Mean half-width, as a share of the long-run value. */
  readonly halfWidth: number
}

/** The runs of the cells of a spec, each cell of another algorithm, or of another value that the spec compares. */
export interface Runs {
  readonly experiment: Experiment
  readonly cells: readonly Cell[]
  readonly records: readonly (readonly RunRecord[])[]
}

/** Runs the cells of a spec. @param runs runs of each cell */
export function runsOf(spec: string, runs: number, seed: number): Runs {
  const experiment = parseExperiment("coverage.yaml", spec, bundledRegistry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(({ message }) => message).join("\n"))
  const { cells } = experiment
  const seeds = seedsOf(seed, runs)
  const records = cells.map(cell => {
    const scenario = toScenario(cell.scenario, bundledRegistry)
    return seeds.map(each => measure(simulate(scenario, each, { pool: POOL }), scenario))
  })
  return { experiment, cells, records }
}

export interface CoverageQuestion {
  readonly experiments: number
  /** Runs of each experiment; with `precision`, at most. */
  readonly runs: number
  /** Each experiment goes on until its first cell is so precise. */
  readonly precision?: Precision
}

/**
 * Cuts runs into experiments, and holds every interval of each, and of its paired differences, against the value of all
 * runs together.
 */
export function coverageOf(
  { experiment, cells, records }: Runs,
  { experiments, runs, precision }: CoverageQuestion,
): readonly Coverage[] {
  const summariesOf = (from: number, to: number): readonly ComparableSummary[] =>
    cells.map((cell, k) => summarize(cell, records[k]!.slice(from, to), vocabularyOf(cell)))
  const longRun = intervalsOf(experiment, summariesOf(0, Infinity))
  const found = Array.from({ length: experiments }, (_, k) => {
    const from = k * runs
    const number = precision === undefined ? runs : runsUntil(precision, records[0]!.slice(from, from + runs))
    return intervalsOf(experiment, summariesOf(from, from + number))
  })
  return [...longRun].flatMap(([of, { value, isOver }]) => {
    // A percentile among operations that failed is known to be longer than the deadline, and nothing more.
    const each = found.flatMap(intervals => intervals.get(of) ?? [])
    return isOver === true ? [] : counted(of, value, each)
  })
}

function vocabularyOf({ scenario }: Cell) {
  const algorithm = bundledRegistry.algorithms[scenario.algorithm]!
  return { messageTypes: Object.keys(algorithm.receive), figures: [] }
}

/** All intervals of an experiment by name: those of its first cell, and those of the differences from the others. */
function intervalsOf(
  { compare, dimensions }: Experiment,
  summaries: readonly ComparableSummary[],
): ReadonlyMap<string, Estimate> {
  const [{ metrics, byType, recoveryCurve }] = summaries as readonly [ComparableSummary]
  const own = [...Object.entries(metrics), ...Object.entries(byType)]
  const shares = RECOVERED_WITHIN.map(
    ms => [`share recovered within ${ms} ms`, shareWithin(ms, recoveryCurve)] as const,
  )
  // Cells at different points of the sweep are not compared with each other as algorithms are.
  const between = compare.length > 0 ? [] : differencesAt(summaries)
  const differences = between.map(({ metric, estimate }) => [`difference of ${metric}`, estimate] as const)
  const along = differencesAlong(compare, dimensions, summaries).flatMap(difference => {
    const { metric, values, estimate, judged } = difference
    const name = `${metric}, ${values.first} less ${values.second}`
    return judged === null
      ? [[name, estimate] as const]
      : ([
          [name, estimate],
          [`excess of ${name}`, judged.excess],
        ] as const)
  })
  return new Map(
    [...own, ...shares, ...differences, ...along].flatMap(([name, estimate]) => (estimate ? [[name, estimate]] : [])),
  )
}

/** Times at which the distribution of recovery times is looked at, in milliseconds. */
const RECOVERED_WITHIN = [200, 300]

/** The share of outages that were over within a time, as the curve has it there. */
function shareWithin(ms: number, curve: readonly RecoveryStep[]): Estimate | null {
  const step = curve.findLast(({ x }) => x <= ms)
  return step === undefined ? null : { value: step.share, low: step.low, high: step.high, runs: 0 }
}

/** How many of an experiment's runs it takes to be so precise; all of them, if they do not suffice. */
function runsUntil(precision: Precision, records: readonly RunRecord[]): number {
  let look: Look = firstLook(Math.min(precision.min, records.length))
  for (;;) {
    const { runs } = look
    const next = nextLook(look, () => isPrecise(records.slice(0, runs), precision), { repeat: records.length })
    if (next === null) return runs
    look = next
  }
}

function counted(of: string, longRun: number, estimates: readonly Estimate[]): readonly Coverage[] {
  const ends = estimates.flatMap(({ low, high }) => (low === null || high === null ? [] : [{ low, high }]))
  // What never varies has nothing to hold.
  if (ends.every(({ low, high }) => low === high)) return []
  const half = ends.reduce((sum, { low, high }) => sum + (high - low) / 2, 0) / ends.length
  const coverage = {
    of,
    longRun,
    held: ends.filter(({ low, high }) => low <= longRun && longRun <= high).length,
    intervals: ends.length,
    halfWidth: half / Math.abs(longRun),
  }
  return [coverage]
}
