/** What an experiment reports of each cell, estimated from its runs. */
import { Histogram } from "../runtime/histogram.ts"
import { MILLISECOND } from "../runtime/units.ts"
import { type CompletedRecord, MEASURES, type MeasureName, type RunRecord } from "./measure.ts"
import { MergedHistogram } from "./percentiles.ts"
import {
  type Bounds,
  type Estimate,
  meanSample,
  ratioSample,
  type Sample,
  studentInterval,
  wilsonInterval,
} from "./statistics.ts"

/** The runs of a cell, in the order of the repeats. */
export interface CellRuns {
  /** Null for runs that failed. */
  readonly runs: readonly (CompletedRecord | null)[]
  /** Latencies of all operations of all runs. */
  readonly latency: MergedHistogram
}

/** An estimate, with what paired differences need of it; a figure without spread over runs has no sample. */
export interface Estimated {
  readonly estimate: Estimate
  readonly sample: Sample | null
}

export interface Metric {
  /** Column in `summary.csv`; its interval is in `<name>_low` and `<name>_high`. */
  readonly name: MeasureName
  /** What it is, how it is estimated and which interval it has. */
  readonly doc: string
  /** Estimates it from the runs of a cell; null if they say nothing about it. */
  estimate(cell: CellRuns): Estimated | null
}

const PLACE: Readonly<Record<string, number>> = Object.fromEntries(MEASURES.map(({ name }, index) => [name, index]))

/** A measured number of a run; null where the run has no value. */
export function valueOf(run: CompletedRecord, name: MeasureName): number | null {
  return run.values[PLACE[name]!] ?? null
}

/** Reads what the metrics need of a cell's records. */
export function cellRuns(records: readonly RunRecord[]): CellRuns {
  const runs = records.map(record => (record.status === "completed" ? record : null))
  return { runs, latency: mergedLatency(runs) }
}

/** Latencies of the operations of one kind, or of all. */
export function mergedLatency(runs: CellRuns["runs"], kind?: string): MergedHistogram {
  return new MergedHistogram(
    runs.map(run => {
      if (run === null) return null
      const texts = kind === undefined ? Object.values(run.latencies) : [run.latencies[kind] ?? ""]
      const [first, ...others] = texts.map(Histogram.decode)
      for (const other of others) first!.merge(other)
      return (first ?? new Histogram()).close()
    }),
  )
}

/** The metrics, in the order of the columns of `summary.csv`. */
export const METRICS: readonly Metric[] = [
  shareOf("availability"),
  ratioOf("messages_per_operation", "messages_protocol", "ok"),
  ratioOf("bytes_per_operation", "bytes_protocol", "ok"),
  meanOf("heartbeats_per_s"),
  meanOf("throughput_per_s"),
  meanOf("operations_lost"),
  meanLatency(),
  percentile("latency_p50_ms", 0.5),
  percentile("latency_p90_ms", 0.9),
  percentile("latency_p99_ms", 0.99),
  percentile("latency_p999_ms", 0.999),
  longestLatency(),
  meanOf("outages"),
  meanOf("repairs"),
  meanOf("outage_total_ms"),
  meanOf("outage_longest_ms"),
  ratioOf("mttr_ms", "outage_total_ms", "repairs"),
  ratioOf("mtbf_ms", "uptime_ms", "outages"),
  meanOf("disk_syncs"),
]

/** Metrics in which algorithms are compared run by run, on common random numbers. */
export const COMPARED: ReadonlySet<MeasureName> = new Set([
  "availability",
  "messages_per_operation",
  "bytes_per_operation",
  "throughput_per_s",
  "latency_mean_ms",
  "latency_p50_ms",
  "latency_p99_ms",
  "outage_total_ms",
])

/** The shares of latencies that are reported for each kind of operation. */
export const PERCENTILES = [0.5, 0.9, 0.99, 0.999] as const

function docOf(name: MeasureName): string {
  return MEASURES[PLACE[name]!]!.doc
}

function valuesOf({ runs }: CellRuns, name: MeasureName): readonly (number | null)[] {
  return runs.map(run => run && valueOf(run, name))
}

function meanOf(name: MeasureName, bounds: Bounds = { min: 0 }): Metric {
  return {
    name,
    doc: `${docOf(name)}; mean over the runs that have it, with Student's interval`,
    estimate: cell => studentEstimate(meanSample(valuesOf(cell, name)), bounds),
  }
}

function shareOf(name: MeasureName): Metric {
  return {
    name,
    doc: `${docOf(name)}; mean over the runs, with Wilson's interval for as many trials as the runs' scatter allows`,
    estimate(cell) {
      const sample = meanSample(valuesOf(cell, name))
      return sample && { sample, estimate: wilsonInterval(sample) }
    },
  }
}

function ratioOf(name: MeasureName, above: MeasureName, below: MeasureName): Metric {
  return {
    name,
    doc: `${docOf(name)}; ${above} of all runs / ${below} of all runs, with Student's interval on the linearized ratio`,
    estimate: ({ runs }) =>
      studentEstimate(
        ratioSample(runs.map(run => run && { above: valueOf(run, above) ?? 0, below: valueOf(run, below) ?? 0 })),
        { min: 0 },
      ),
  }
}

function studentEstimate(sample: Sample | null, bounds: Bounds): Estimated | null {
  return sample && { sample, estimate: studentInterval(sample, bounds) }
}

function meanLatency(): Metric {
  const name = "latency_mean_ms"
  return {
    name,
    doc: `${docOf(name)}, all runs together, with Student's interval on the linearized ratio`,
    estimate: ({ latency }) => meanInMilliseconds(latency),
  }
}

/** The mean of latencies in milliseconds. */
export function meanInMilliseconds(latency: MergedHistogram): Estimated | null {
  const sample = latency.mean()
  return sample && studentEstimate(scaled(sample), { min: 0 })
}

function percentile(name: MeasureName, share: number): Metric {
  return {
    name,
    doc: `${docOf(name)}, from the merged histogram of all runs, with Woodruff's interval over runs`,
    estimate: ({ latency }) => inMilliseconds(latency, share),
  }
}

/** A percentile of latencies in milliseconds. */
export function inMilliseconds(latency: MergedHistogram, share: number): Estimated | null {
  const found = latency.percentile(share)
  if (found === null) return null
  const { value, low, high, runs } = found.estimate
  return {
    estimate: { value: value / MILLISECOND, low: low && low / MILLISECOND, high: high && high / MILLISECOND, runs },
    sample: scaled(found.sample),
  }
}

function longestLatency(): Metric {
  const name = "latency_max_ms"
  return {
    name,
    doc: `${docOf(name)} in any run; an extreme has no interval`,
    estimate: ({ runs, latency: { all } }) =>
      all.count === 0 ? null : { estimate: withoutInterval(all.max / MILLISECOND, runs), sample: null },
  }
}

function withoutInterval(value: number, runs: CellRuns["runs"]): Estimate {
  return { value, low: null, high: null, runs: runs.filter(run => run !== null).length }
}

function scaled({ value, pull }: Sample): Sample {
  return { value: value / MILLISECOND, pull: pull.map(of => of && of / MILLISECOND) }
}
