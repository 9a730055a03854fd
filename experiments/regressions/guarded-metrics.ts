/**
 * The metrics that `quorate run --baseline` guards: one table with the direction and the tolerance of each.
 *
 * A row names the columns of `runs.csv` from which a metric is computed, so guarding a new figure takes one line here.
 */

/** The columns of `runs.csv` from which a metric is computed. */
export type MetricSource =
  /** The mean of a column over the runs. */
  | { readonly mean: string }
  /** The sum of some columns over all runs, divided by the sum of another. */
  | { readonly sum: readonly string[]; readonly per: string }
  /** The share of runs with this outcome. */
  | { readonly share: "failed" | "violated" | "undecided" }

export interface GuardedMetric {
  /** The name in `--tolerance`. */
  readonly name: string
  /** The name in sentences. */
  readonly title: string
  readonly worse: "less" | "more"
  /** `points`: the metric is a share, and a change is a difference of shares; `relative`: a change is a share of the old value. */
  readonly change: "points" | "relative"
  readonly unit: "" | " ms" | "/s" | " B"
  readonly source: MetricSource
  /** The column of `summary.csv`, for baselines without `runs.csv`; absent: such baselines lack the metric. */
  readonly summary?: string
}

/** The default tolerance for a metric getting worse: points for shares, otherwise a share of the old value. */
export const TOLERANCE = 0.01

/** The guarded metrics, in the order in which changes are reported. */
export const GUARDED: readonly GuardedMetric[] = [
  {
    name: "failures",
    title: "share of failed runs",
    worse: "more",
    change: "points",
    unit: "",
    source: { share: "failed" },
  },
  {
    name: "violations",
    title: "share of runs with a violation",
    worse: "more",
    change: "points",
    unit: "",
    source: { share: "violated" },
    summary: "share_violated",
  },
  {
    name: "undecided",
    title: "share of runs with an undecided check",
    worse: "more",
    change: "points",
    unit: "",
    source: { share: "undecided" },
  },
  {
    name: "availability",
    title: "availability",
    worse: "less",
    change: "points",
    unit: "",
    source: { mean: "availability" },
    summary: "availability",
  },
  {
    name: "messages",
    title: "message cost",
    worse: "more",
    change: "relative",
    unit: "",
    source: { sum: ["messages_protocol"], per: "ok" },
    summary: "messages_per_operation",
  },
  {
    name: "all-messages",
    title: "messages of all purposes per operation",
    worse: "more",
    change: "relative",
    unit: "",
    source: { sum: ["messages_total"], per: "ok" },
    summary: "messages_total_per_operation",
  },
  {
    name: "all-bytes",
    title: "bytes of all purposes per operation",
    worse: "more",
    change: "relative",
    unit: " B",
    source: { sum: ["bytes_total"], per: "ok" },
    summary: "bytes_total_per_operation",
  },
  {
    name: "client-messages",
    title: "client messages per operation",
    worse: "more",
    change: "relative",
    unit: "",
    source: { sum: ["messages_client"], per: "ok" },
    summary: "client_messages_per_operation",
  },
  {
    name: "syncs",
    title: "disk syncs per operation",
    worse: "more",
    change: "relative",
    unit: "",
    source: { sum: ["disk_syncs"], per: "ok" },
  },
  {
    name: "latency",
    title: "median latency",
    worse: "more",
    change: "relative",
    unit: " ms",
    source: { mean: "latency_p50_ms" },
    summary: "latency_p50_ms",
  },
  {
    name: "tail-latency",
    title: "99th percentile of latency",
    worse: "more",
    change: "relative",
    unit: " ms",
    source: { mean: "latency_p99_ms" },
    summary: "latency_p99_ms",
  },
  {
    name: "throughput",
    title: "throughput",
    worse: "less",
    change: "relative",
    unit: "/s",
    source: { mean: "throughput_per_s" },
    summary: "throughput_per_s",
  },
  {
    name: "recovery",
    title: "mean time to recover",
    worse: "more",
    change: "relative",
    unit: " ms",
    source: { mean: "recovery_ms" },
    summary: "recovery_ms",
  },
  {
    name: "outage",
    title: "time out of service in a run",
    worse: "more",
    change: "relative",
    unit: " ms",
    source: { mean: "outage_total_ms" },
    summary: "outage_total_ms",
  },
]

/** The amount by which each metric may get worse, by its name. */
export type Tolerances = Readonly<Record<string, number>>

/** The same tolerance for all metrics except those named. */
export function tolerances(all: number = TOLERANCE, own: Tolerances = {}): Tolerances {
  return Object.fromEntries(GUARDED.map(({ name }) => [name, own[name] ?? all]))
}
