/** What charts can show: metrics, and what is swept as an axis. A new metric or axis is one entry here. */
import type { Dimension } from "../cell.ts"
import type { MeasureName } from "../measure.ts"

export interface ChartMetric {
  readonly metric: MeasureName
  /** Completes "How ...": `available is each algorithm`. */
  readonly question: string
  /** Axis title, with the unit. */
  readonly title: string
  /** A share, shown in per cent from 0 to 100. */
  readonly isShare?: boolean
}

export const CHART_METRICS: Readonly<Record<string, ChartMetric>> = {
  availability: {
    metric: "availability",
    question: "available is each algorithm",
    title: "Availability",
    isShare: true,
  },
  messages: {
    metric: "messages_per_operation",
    question: "many messages does an operation cost",
    title: "Protocol messages per successful operation",
  },
  bytes: {
    metric: "bytes_per_operation",
    question: "many bytes does an operation cost",
    title: "Bytes of protocol messages per successful operation",
  },
  heartbeats: {
    metric: "heartbeats_per_s",
    question: "many heartbeats are sent in the background",
    title: "Heartbeats per second",
  },
  latency: {
    metric: "latency_p50_ms",
    question: "long does an operation take",
    title: "Median latency of an operation (ms)",
  },
  "tail-latency": {
    metric: "latency_p99_ms",
    question: "long do the slowest operations take",
    title: "99th percentile of latency (ms)",
  },
  "mean-latency": {
    metric: "latency_mean_ms",
    question: "long does an operation take on average",
    title: "Mean latency of an operation (ms)",
  },
  throughput: {
    metric: "throughput_per_s",
    question: "much gets done",
    title: "Successful operations per second",
  },
  outage: {
    metric: "outage_total_ms",
    question: "long is the service out",
    title: "Time out of service in a run (ms)",
  },
  lost: {
    metric: "operations_lost",
    question: "many operations are lost",
    title: "Operations lost in a run",
  },
  recovery: {
    metric: "mttr_ms",
    question: "fast does the service recover",
    title: "Mean time to repair (ms)",
  },
  uptime: {
    metric: "mtbf_ms",
    question: "long does the service last between failures",
    title: "Mean time between failures (ms)",
  },
}

export interface ChartAxis {
  /** Completes "... as": `more nodes crash`. */
  readonly question: string
  /** The dimensions it stands for; the first of them that is swept is shown. */
  readonly dimensions: readonly string[]
  /** In place of the dimension's own title. */
  readonly title?: string
}

/** Numbers of nodes that a fault hits, as specs sweep them. */
const FAILURES = [
  "crashes",
  "pauses",
  "isolated",
  "traitors",
  "amnesiacs",
  "tornWrites",
  "slowNodes",
  "slowDisks",
  "failingDisks",
  "wrongClocks",
  "driftingClocks",
]

const AXES: Readonly<Record<string, ChartAxis>> = {
  failures: { question: "more nodes fail", dimensions: FAILURES },
  crashes: { question: "more nodes crash", dimensions: ["crashes"] },
  isolated: { question: "more nodes are cut off", dimensions: ["isolated"] },
  traitors: { question: "more nodes turn traitor", dimensions: ["traitors"] },
  nodes: { question: "the group grows", dimensions: ["nodes"] },
  f: { question: "it provides for more failures", dimensions: ["f"] },
  latency: { question: "links get slower", dimensions: ["latency"] },
  loss: { question: "more messages get lost", dimensions: ["loss"] },
  mtbf: { question: "nodes fail less often", dimensions: ["mtbf"], title: "Mean time between failures of a node" },
  mttr: { question: "repairs take longer", dimensions: ["mttr"], title: "Mean time to repair a node" },
  load: { question: "more is asked for", dimensions: ["workload.rate"], title: "Offered load" },
  rate: { question: "more is asked for", dimensions: ["workload.rate"], title: "Offered load" },
  clients: { question: "more clients ask", dimensions: ["workload.clients"], title: "Clients" },
  drift: { question: "a clock goes wrong", dimensions: ["clockDrift.by"], title: "Clock drift" },
  requesters: { question: "more nodes want to enter", dimensions: ["workload.requesters"], title: "Requesters" },
}

/** The axis under a name; any dimension may be one. */
export function chartAxis(name: string, dimensions: readonly Dimension[]): ChartAxis | undefined {
  const known = Object.hasOwn(AXES, name) ? AXES[name] : undefined
  if (known !== undefined) return known
  const dimension = dimensions.find(candidate => candidate.name === name || candidate.name.endsWith(`.${name}`))
  return dimension && { question: `${lowerFirst(dimension.title)} changes`, dimensions: [dimension.name] }
}

/** The names under which the dimensions of an experiment can be an axis. */
export function axisNames(dimensions: readonly Dimension[]): readonly string[] {
  const swept = dimensions.map(({ name }) => name)
  const known = Object.entries(AXES).flatMap(([name, axis]) =>
    axis.dimensions.some(d => swept.includes(d)) ? [name] : [],
  )
  return [...new Set([...known, ...swept.map(name => name.replace(/^.*\./, ""))])]
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

/** Its title with the unit: `Offered load (per second)`. */
export function axisTitle({ title, unit }: Dimension): string {
  const written = unit === "per_s" ? "per second" : unit
  return written === "" ? title : `${title} (${written})`
}
