/** What an experiment reports of each cell, estimated from its runs. */
import { type CompletedRecord, MEASURES, type MeasureName } from "./measure.ts"
import { type Estimate, mean, ratio } from "./statistics.ts"

export interface Metric {
  /** Column in `summary.csv`; its interval is in `<name>_low` and `<name>_high`. */
  readonly name: MeasureName
  readonly doc: string
  /** Estimates it from the completed runs of a cell; null if they say nothing about it. */
  estimate(runs: readonly CompletedRecord[]): Estimate | null
}

const PLACE: Readonly<Record<string, number>> = Object.fromEntries(MEASURES.map(({ name }, index) => [name, index]))

/** A measured number of a run; null where the run has no value. */
export function valueOf(run: CompletedRecord, name: MeasureName): number | null {
  return run.values[PLACE[name]!] ?? null
}

/** The metrics, in the order of the columns of `summary.csv`. */
export const METRICS: readonly Metric[] = [
  meanOf("availability", { min: 0, max: 1 }),
  ratioOf("messages_per_operation", "messages_protocol", "ok"),
  ratioOf("bytes_per_operation", "bytes_protocol", "ok"),
  meanOf("heartbeats_per_s"),
  meanOf("throughput_per_s"),
  meanOf("latency_mean_ms"),
  meanOf("latency_p50_ms"),
  meanOf("latency_p90_ms"),
  meanOf("latency_p99_ms"),
  meanOf("latency_p999_ms"),
  meanOf("latency_max_ms"),
  meanOf("outages"),
  meanOf("outage_total_ms"),
  meanOf("outage_longest_ms"),
  ratioOf("mttr_ms", "outage_total_ms", "outages"),
  ratioOf("mtbf_ms", "uptime_ms", "outages"),
  meanOf("disk_syncs"),
]

/** Metrics in which algorithms are compared run by run, on common random numbers. */
export const COMPARED = [
  "availability",
  "messages_per_operation",
  "bytes_per_operation",
  "throughput_per_s",
  "latency_p50_ms",
  "latency_p99_ms",
  "outage_total_ms",
] as const satisfies readonly MeasureName[]

function docOf(name: MeasureName): string {
  return MEASURES[PLACE[name]!]!.doc
}

function meanOf(name: MeasureName, bounds: { readonly min?: number; readonly max?: number } = { min: 0 }): Metric {
  return {
    name,
    doc: `${docOf(name)}; mean over the runs that have it, with Student's interval`,
    estimate: runs =>
      mean(
        runs.flatMap(run => valueOf(run, name) ?? []),
        bounds,
      ),
  }
}

function ratioOf(name: MeasureName, above: MeasureName, below: MeasureName): Metric {
  return {
    name,
    doc: `${docOf(name)}; ${above} of all runs / ${below} of all runs, with Student's interval on the linearized ratio`,
    estimate: runs => ratio(runs.map(run => ({ above: valueOf(run, above) ?? 0, below: valueOf(run, below) ?? 0 }))),
  }
}
