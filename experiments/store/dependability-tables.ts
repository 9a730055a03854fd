/** The result files of dependability: per cell, per run, and the functions R(t) and M(t). */
import { MILLISECOND } from "../../runtime/contract/units.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import { dependabilityOfRun } from "../../analysis/dependability.ts"
import type { OpenEstimate } from "../../analysis/rates.ts"
import { secondsDownAYear } from "../../analysis/year.ts"
import { LEVELS } from "../../scenarios/measures/levels.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { type Plan, runId } from "../model/plan.ts"
import {
  type CellTable,
  intervalColumns,
  intervalValues,
  pointColumns,
  type RunTable,
  type Table,
  type Value,
} from "./tables.ts"

/** `dependability.csv`: one row a cell. */
export function dependabilityTable(plan: Plan, summaries: readonly CellSummary[]): Table {
  const point = pointColumns(plan)
  const kinds = [...new Set(summaries.flatMap(({ dependability: { served } }) => Object.keys(served)))]
  const estimates = [
    "availability",
    "majority_up_share",
    "down_s_per_year",
    "mttf_ms",
    "mtbf_ms",
    "mttr_ms",
    "share_violated",
    "share_with_lost_writes",
    ...kinds.map(kind => `${kind}s_served`),
    ...LEVELS.map(({ name }) => name),
    "stale_reads",
  ]
  const columns = [
    "cell",
    ...point.columns,
    "runs",
    "runs_with_outage",
    "mean_to_first_outage_ms",
    ...estimates.flatMap(intervalColumns),
    "writes_ok",
    "writes_lost",
    "writes_lost_most",
  ]
  const row = ({ cell, metrics, dependability: found }: CellSummary): readonly Value[] => {
    const { runs, firstOutages, meanToFirstMs, mttfMs, cycles, violated, writes, served, staleReads } = found
    return [
      cell.id,
      ...point.values(cell),
      runs,
      cycles === null ? firstOutages : null,
      meanToFirstMs,
      ...intervalValues(metrics.availability),
      ...intervalValues(metrics.majority_up_share),
      ...intervalValues(downAYear(metrics.availability)),
      ...openValues(mttfMs),
      ...intervalValues(cycles === null ? metrics.mtbf_ms : cycles.mtbfMs),
      ...intervalValues(cycles === null ? metrics.mttr_ms : cycles.mttrMs),
      ...intervalValues(violated),
      ...intervalValues(writes?.runsWithLoss),
      ...kinds.flatMap(kind => intervalValues(served[kind])),
      ...LEVELS.flatMap(({ name }) => intervalValues(metrics[name])),
      ...intervalValues(staleReads),
      writes?.ok ?? null,
      writes?.lost ?? null,
      writes?.mostLost ?? null,
    ]
  }
  return { columns, rows: Iterator.from(summaries).map(row) }
}

function downAYear(availability: Estimate | null | undefined): Estimate | null {
  if (!availability) return null
  const { value, low, high, runs } = availability
  const ends = { low: high === null ? null : secondsDownAYear(high), high: low === null ? null : secondsDownAYear(low) }
  return { value: secondsDownAYear(value), ...ends, runs }
}

function openValues(estimate: OpenEstimate | null): readonly Value[] {
  return estimate === null ? [null, null, null] : [estimate.value, estimate.low, estimate.high]
}

/** `dependability-runs.csv`: one row a run. */
export const DEPENDABILITY_RUNS_TABLE: RunTable = {
  columns: [
    "run",
    "first_outage_ms",
    "in_service_ms",
    "violated",
    "writes_ok",
    "writes_lost",
    "stale_reads",
    "weight",
    "outages",
    "outage_total_ms",
  ],
  rowsOf: (cell, repeat, record) => {
    if (record.status === "failed") return []
    const id = runId(cell, repeat)
    if (record.cycle !== undefined) {
      const { weight, outages, outSeconds } = record.cycle
      const isViolated = record.findings.some(({ verdict }) => verdict === "violated")
      return [[id, null, null, isViolated ? "yes" : "no", null, null, null, weight, outages, outSeconds * 1_000]]
    }
    const { firstOutageMs, inServiceMs, isViolated, ...kept } = dependabilityOfRun(record, cell.scenario)
    const outMs = record.outages.reduce((sum, { start, end }) => sum + (end - start), 0) / MILLISECOND
    const { length } = record.outages
    const { writesOk, writesLost, staleReads } = kept
    const verdict = isViolated ? "yes" : "no"
    return [[id, firstOutageMs, inServiceMs, verdict, writesOk, writesLost, staleReads, 1, length, outMs]]
  },
}

/** `reliability.csv`: one row for each step of R(t), and of M(t), of each cell. */
export function reliabilityTable(plan: Plan): CellTable {
  const point = pointColumns(plan)
  return {
    columns: ["cell", ...point.columns, "function", "time_ms", ...intervalColumns("share")],
    rowsOf: ({ cell, dependability }) => {
      const of = [cell.id, ...point.values(cell)]
      return (["reliability", "maintainability"] as const).flatMap(name =>
        dependability[name].map(({ x, share, low, high }) => [...of, name, x, share, low, high]),
      )
    },
  }
}
