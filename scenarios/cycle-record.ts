/**
 * The record of a cycle. Observed values are replaced by the cycle's contribution to the estimate, so that means over
 * the runs of a cell, their confidence intervals, and paired differences are those of the long run.
 *
 * Other measures are dropped if they could be mistaken for a long-run mean: failures are drawn more often than they
 * occur.
 */
import { SECOND } from "../runtime/contract/units.ts"
import { simulate, type SimulationOptions } from "../runtime/simulation/simulation.ts"
import { type CellScenario, type Registry, toScenario } from "./cell.ts"
import { type Cycle, cycleOf, cyclesPerSecond } from "./cycles.ts"
import { measure, MEASURES, type MeasureName, type RunRecord } from "./measure.ts"
import type { RareEvents } from "./rare-events.ts"

/** Measures of a cycle that are kept as observed. */
const AS_SEEN: ReadonlySet<MeasureName> = new Set([
  "attempted",
  "ok",
  "failed",
  "unknown",
  "deadline_ms",
  "delivered",
  "events",
  "disk_syncs",
  "ended_ms",
])

/** Runs the cycle drawn from a seed. */
export function runCycle(
  cell: CellScenario,
  rare: RareEvents,
  seed: number,
  registry: Registry,
  options: SimulationOptions = {},
): RunRecord {
  const cycle = cycleOf(cell, rare, seed)
  const scenario = toScenario(cycle.scenario, registry)
  return recordOfCycle(measure(simulate(scenario, seed, options), scenario), cell, rare, cycle)
}

/** @param record the measurements of the cycle's run */
function recordOfCycle(record: RunRecord, cell: CellScenario, rare: RareEvents, cycle: Cycle): RunRecord {
  if (record.status === "failed") return record
  const { scenario, weight } = cycle
  const valueOf = (name: MeasureName): number =>
    record.values[MEASURES.findIndex(one => one.name === name)] ?? Number.NaN
  const perSecond = cyclesPerSecond(cell, rare)
  const measuredSeconds = (scenario.duration - scenario.warmup) / SECOND
  const lostShare = (lostSeconds: number): number => 1 - perSecond * weight * lostSeconds
  const { rate } = cell.workload
  // By the rate, if there is one, so that the number of operations that a run happened to begin carries no weight.
  const lostSeconds =
    typeof rate === "number" && rate > 0
      ? (valueOf("attempted") - valueOf("ok")) / rate
      : (1 - valueOf("availability")) * measuredSeconds
  const estimates: Readonly<Partial<Record<MeasureName, number>>> = {
    availability: lostShare(lostSeconds),
    majority_up_share: lostShare((1 - valueOf("majority_up_share")) * measuredSeconds),
  }
  return {
    status: "completed",
    values: MEASURES.map(({ name }, place) => estimates[name] ?? (AS_SEEN.has(name) ? record.values[place]! : null)),
    byType: {},
    figures: {},
    findings: record.findings,
    outages: [],
    latencies: {},
    cycle: {
      weight,
      outages: record.outages.length,
      outSeconds: record.outages.reduce((sum, { start, end }) => sum + (end - start) / SECOND, 0),
    },
    digest: record.digest,
  }
}
