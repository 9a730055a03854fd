/** From the records of runs to one summary a cell. */
import { MILLISECOND } from "../runtime/units.ts"
import type { Cell } from "./cell.ts"
import type { MeasureName, RunRecord } from "./measure.ts"
import {
  cellRuns,
  type CellRuns,
  COMPARED,
  inMilliseconds,
  meanInMilliseconds,
  mergedLatency,
  METRICS,
  PERCENTILES,
  valueOf,
} from "./metrics.ts"
import { type Window, windowsOf } from "./recovery.ts"
import { type Estimate, mean, proportion, ratio, type Sample } from "./statistics.ts"

/** The estimate of every metric of one cell. */
export interface CellSummary {
  readonly cell: Cell
  /** Runs in all, and those in which the algorithm failed. */
  readonly runs: number
  readonly failed: number
  /** Completed runs in which a check was violated, or could not be decided. */
  readonly violated: number
  readonly undecided: number
  /** The share of completed runs in which a check was violated. */
  readonly shareViolated: Estimate | null
  readonly metrics: Readonly<Partial<Record<MeasureName, Estimate | null>>>
  /** How each of the `COMPARED` metrics depends on the runs, for paired differences. */
  readonly samples: Readonly<Partial<Record<MeasureName, Sample | null>>>
  /** Latencies of all operations, and of each kind where there are several. */
  readonly latencies: readonly LatencySummary[]
  /** The distribution of all latencies, at some of its steps. */
  readonly latencyCurve: readonly LatencyStep[]
  /** When the service was out, in which run. */
  readonly windows: readonly Window[]
  /** The service's figures. */
  readonly figures: Readonly<Record<string, Estimate | null>>
  /** Protocol messages of each type per successful operation; they sum to the message cost. */
  readonly byType: Readonly<Record<string, Estimate | null>>
}

/** Latencies of the successful operations of one kind, in milliseconds. */
export interface LatencySummary {
  /** `all`, or what the service calls the kind, e.g. `read`. */
  readonly kind: string
  readonly operations: number
  readonly mean: Estimate | null
  /** In the order of `PERCENTILES`. */
  readonly percentiles: readonly (Estimate | null)[]
  readonly max: number | null
}

/** A step of the distribution function of latencies: the share of operations that took at most `x` milliseconds. */
export interface LatencyStep {
  readonly x: number
  readonly share: number
  readonly low: null
  readonly high: null
}

/** What the algorithm and the service of a cell call their message types and figures. */
export interface Vocabulary {
  readonly messageTypes: readonly string[]
  readonly figures: readonly string[]
}

export function summarize(cell: Cell, records: readonly RunRecord[], vocabulary: Vocabulary): CellSummary {
  const completed = records.filter(record => record.status === "completed")
  const having = (verdict: "violated" | "undecided"): number =>
    completed.filter(({ findings }) => findings.some(finding => finding.verdict === verdict)).length
  const inRuns = cellRuns(records)
  const estimated = METRICS.map(metric => [metric.name, metric.estimate(inRuns)] as const)
  return {
    cell,
    runs: records.length,
    failed: records.length - completed.length,
    violated: having("violated"),
    undecided: having("undecided"),
    shareViolated: proportion(having("violated"), completed.length),
    metrics: Object.fromEntries(estimated.map(([name, found]) => [name, found?.estimate ?? null])),
    samples: Object.fromEntries(
      estimated.flatMap(([name, found]) => (COMPARED.has(name) ? [[name, found?.sample ?? null]] : [])),
    ),
    latencies: latenciesOf(inRuns),
    latencyCurve: latencyCurve(inRuns),
    windows: windowsOf(records, cell.scenario),
    figures: Object.fromEntries(
      vocabulary.figures.map(name => [name, mean(completed.flatMap(({ figures }) => figures[name] ?? []))]),
    ),
    byType: Object.fromEntries(
      vocabulary.messageTypes.map(type => [
        type,
        ratio(completed.map(run => ({ above: run.byType[type] ?? 0, below: valueOf(run, "ok") ?? 0 }))),
      ]),
    ),
  }
}

function latenciesOf({ runs, latency }: CellRuns): readonly LatencySummary[] {
  const kinds = new Set(runs.flatMap(run => Object.keys(run?.latencies ?? {})))
  const each = kinds.size < 2 ? [] : [...kinds].map(kind => [kind, mergedLatency(runs, kind)] as const)
  return [["all", latency] as const, ...each].map(([kind, merged]) => {
    return {
      kind,
      operations: merged.all.count,
      mean: meanInMilliseconds(merged)?.estimate ?? null,
      percentiles: PERCENTILES.map(share => inMilliseconds(merged, share)?.estimate ?? null),
      max: merged.all.count === 0 ? null : merged.all.max / MILLISECOND,
    }
  })
}

/** Shares at which the distribution of latencies is shown: each half per cent, and the tail. */
const CURVE = [...Array.from({ length: 199 }, (_, k) => (k + 1) / 200), 0.998, 0.999, 1]

function latencyCurve({ latency: { all } }: CellRuns): readonly LatencyStep[] {
  if (all.count === 0) return []
  const steps = CURVE.map(share => ({ x: all.percentile(share) / MILLISECOND, share, low: null, high: null }))
  return [{ x: all.min / MILLISECOND, share: 0, low: null, high: null }, ...steps]
}
