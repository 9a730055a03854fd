/**
 * The exact costs of each algorithm: messages, times and survived faults of its runs of a few fixed scenarios and seeds.
 *
 * A run is a pure function of scenario and seed, so these numbers are the same on every machine and at every time: any
 * difference is a change of behaviour. The scenarios are specs, in `bench/costs/`; an algorithm from outside takes part in
 * all scenarios of the services that it offers.
 */
import { handlerNames } from "../runtime/contract/parts.ts"
import { readdirSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import * as bundledRegistry from "../algorithms/registry.ts"
import { PACKAGE_ROOT } from "../lib/assets.ts"
import { type Cell, type Registry, toScenario } from "../scenarios/cell.ts"
import { type CompletedRecord, measure, type MeasureName } from "../scenarios/measure.ts"
import { runOfCell, valueOf } from "../analysis/metrics.ts"
import { type Plan, planExperiment, runId } from "../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../experiments/plan/spec.ts"
import { Histogram } from "../runtime/lib/histogram.ts"
import type { Scenario } from "../runtime/scenario/scenario.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import { RunPool } from "../runtime/simulation/pool.ts"
import { simulate } from "../runtime/simulation/simulation.ts"

/** The costs of one algorithm at one point of one scenario, over all of its seeds. */
export interface Costs {
  /** E.g. `log-steady/nodes=5`. */
  readonly scenario: string
  /** As specs name it. */
  readonly algorithm: string
  /** By metric, e.g. `messages_protocol`, `messages.AppendEntries`, `latency_p99_ms`; null: no value. */
  readonly metrics: Readonly<Record<string, number | null>>
}

/** Measures that are summed over the runs. */
const TOTALS = [
  "messages_protocol",
  "messages_heartbeat",
  "messages_retransmission",
  "messages_client",
  "bytes_protocol",
  "bytes_heartbeat",
  "bytes_retransmission",
  "bytes_client",
  "attempted",
  "ok",
  "failed",
  "unknown",
  "disk_syncs",
  "outages",
] as const satisfies readonly MeasureName[]

const SCENARIOS = join(PACKAGE_ROOT, "bench", "costs")

/**
 * Measures the costs of all algorithms.
 *
 * @param registry the algorithms that are known @param joining algorithms that join every scenario of a service they offer,
 * unless it sweeps parameters
 * @param folder specs of the scenarios; tests have fewer
 */
export function measureCosts(
  registry: Registry = bundledRegistry,
  joining: readonly string[] = [],
  folder = SCENARIOS,
): readonly Costs[] {
  return scenarioFiles(folder).flatMap(file => costsOfScenario(file, registry, joining))
}

/** The names of all algorithms that {@link measureCosts} measures. */
export function weighed(registry: Registry, joining: readonly string[]): ReadonlySet<string> {
  const cells = scenarioFiles().flatMap(file => planOf(file, registry, joining).cells)
  return new Set(cells.map(({ variant }) => variant.algorithm))
}

function scenarioFiles(folder = SCENARIOS): readonly string[] {
  const files = readdirSync(folder).filter(file => file.endsWith(".yaml"))
  return files.toSorted().map(file => join(folder, file))
}

/** The first run of each algorithm from outside, and of each service that it is measured by. */
export function firstRuns(registry: Registry, joining: readonly string[]) {
  const first = new Map<string, { readonly scenario: Scenario; readonly seed: number; readonly id: string }>()
  for (const file of scenarioFiles()) {
    const { cells, seeds } = planOf(file, registry, joining)
    for (const cell of cells) {
      const { algorithm, service } = cell.scenario
      const key = `${algorithm} ${service}`
      if (!joining.includes(algorithm) || first.has(key)) continue
      first.set(key, { scenario: toScenario(cell.scenario, registry), seed: seeds[0]!, id: runId(cell, 1) })
    }
  }
  return [...first.values()]
}

function planOf(file: string, registry: Registry, joining: readonly string[]): Plan {
  const text = readFileSync(file, "utf8")
  const service = /^service: (\S+)$/m.exec(text)?.[1] ?? ""
  // A sweep of parameters is about the algorithm that has them.
  const joined = /^sweep:.*\bparameters\./m.test(text) ? [] : joining
  const added = joined.filter(name => registry.serviceFor(registry.algorithms[name]!, service) !== undefined)
  const experiment = parseExperiment(file, text, registry, { modules: [], added })
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return planExperiment(experiment)
}

function costsOfScenario(file: string, registry: Registry, joining: readonly string[]): readonly Costs[] {
  const { cells, seeds } = planOf(file, registry, joining)
  const measured = new Set(cells.map(({ id, variant }) => variant.algorithm + id.slice(variant.key.length)))
  if (measured.size < cells.length) throw new Error(`${file}: an algorithm is there twice at a point`)
  return cells.map(cell => {
    const point = cell.id.slice(cell.variant.key.length)
    const metrics = costsOfCell(cell, seeds, registry)
    return { scenario: basename(file, ".yaml") + point, algorithm: cell.variant.algorithm, metrics }
  })
}

function costsOfCell(cell: Cell, seeds: readonly number[], registry: Registry): Costs["metrics"] {
  const scenario = toScenario(cell.scenario, registry)
  const pool = new RunPool()
  const records = seeds.map(seed => measure(simulate(scenario, seed, { pool }), scenario))
  const completed = records.map(runOfCell).filter(run => run !== null)
  const runs = completed.map(({ record }) => record)
  const latency = new Histogram()
  for (const run of completed) latency.merge(run.latency)
  const total = (name: MeasureName): number => runs.reduce((sum, run) => sum + (valueOf(run, name) ?? 0), 0)
  const types = handlerNames(scenario.algorithm, "receive")
  return {
    ...Object.fromEntries(TOTALS.map(name => [name, total(name)])),
    ...Object.fromEntries(types.map(type => [`messages.${type}`, sumOf(runs, run => run.byType[type] ?? 0)])),
    ...latencies(latency),
    availability: ratioOf(total("availability"), runs.length),
    recovery_ms: ratioOf(total("outage_total_ms"), total("repairs")),
    failed_runs: records.length - runs.length,
    violations: sumOf(runs, run => run.findings.filter(({ verdict }) => verdict === "violated").length),
  }
}

/** Virtual latency of successful operations, all runs together. */
function latencies(all: Histogram): Costs["metrics"] {
  if (all.count === 0)
    return { latency_mean_ms: null, latency_p50_ms: null, latency_p99_ms: null, latency_max_ms: null }
  return {
    latency_mean_ms: all.mean / MILLISECOND,
    latency_p50_ms: all.percentileOfRecorded(0.5) / MILLISECOND,
    latency_p99_ms: all.percentileOfRecorded(0.99) / MILLISECOND,
    latency_max_ms: all.max / MILLISECOND,
  }
}

function sumOf(runs: readonly CompletedRecord[], value: (run: CompletedRecord) => number): number {
  return runs.reduce((sum, run) => sum + value(run), 0)
}

function ratioOf(above: number, below: number): number | null {
  return below === 0 ? null : above / below
}
