/** Formats numbers, intervals and points of a sweep for a report. */
import { FAULT_KINDS } from "../runtime/faults/registry.ts"
import type { Dimension } from "../scenarios/cell.ts"
import type { MeasureName } from "../scenarios/measure.ts"
import type { MetricName } from "./metrics.ts"
import { inNines } from "../lib/percent.ts"
import type { Estimate } from "./statistics.ts"
import { own } from "../runtime/lib/own.ts"
import { shortName } from "./words.ts"

/** The written form of a metric's values: `99.20 %`, `4.00`. Spaces before units do not break. */
export type Write = (value: number) => string

/** With all its nines: a group of seven is not just `>99.99 %` available. */
export function percent(share: number): string {
  return `${inNines(share)}\u00a0%`
}

/** Smaller values are floating-point noise. */
const MIN_PLAIN = 1e-6

/** Decimals that suit the size; small values have two significant digits: `0.0083`, where `0.01` would be off by a fifth. */
export function plain(value: number): string {
  const size = Math.abs(value)
  if (size >= MIN_PLAIN && size < 0.1) return value.toFixed(1 - Math.floor(Math.log10(size)))
  return size >= 1_000 ? value.toFixed(0) : size >= 100 ? value.toFixed(1) : value.toFixed(2)
}

/**
 * A percentile of latency, which is known to within 0.1 %: three digits, without trailing zeros, which would suggest more
 * precision.
 */
export function latency(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)))
}

/** The presentation of a metric in a report. */
export interface ShownMetric {
  readonly name: MeasureName
  /** Heading of a column. */
  readonly title: string
  /** Within a sentence. */
  readonly words: string
  readonly write: Write
  /** For a column whose heading has the unit. */
  readonly writeInTable: Write
  /** Differences of shares are in percentage points. */
  readonly writeDifference: Write
}

function metric(name: MeasureName, title: string, words: string, unit = ""): ShownMetric {
  const write: Write = value => `${plain(value)}${unit}`
  return { name, title, words, write, writeInTable: plain, writeDifference: write }
}

function percentile(name: MeasureName, title: string, words: string): ShownMetric {
  const write: Write = value => `${latency(value)}\u00a0ms`
  const writeDifference: Write = value => `${plain(value)}\u00a0ms`
  return { name, title, words, write, writeInTable: latency, writeDifference }
}

/** The columns of the table of figures; everything else is in `summary.csv`. */
export const SHOWN: readonly ShownMetric[] = [
  {
    name: "availability",
    title: "Availability",
    words: "availability",
    write: percent,
    writeInTable: percent,
    writeDifference: value => `${(value * 100).toFixed(2)}\u00a0points`,
  },
  metric("messages_per_operation", "Messages per operation", "protocol messages per operation"),
  metric("bytes_per_operation", "Bytes per operation", "protocol bytes per operation"),
  metric("throughput_per_s", "Operations per second", "successful operations per second"),
  percentile("latency_p50_ms", "Median latency (ms)", "median latency"),
  percentile("latency_p99_ms", "99 % latency (ms)", "99th percentile of latency"),
  metric("outage_total_ms", "Out of service (ms)", "time out of service in a run", "\u00a0ms"),
]

export function shownMetric(name: MetricName): ShownMetric | undefined {
  return SHOWN.find(candidate => candidate.name === name)
}

/** An estimate with its interval: `99.20 % [98.90, 99.40]`; `over 250 ms` if only a lower bound is known. */
export function withInterval(estimate: Estimate | null | undefined, write: Write): string {
  if (!estimate) return "-"
  const { value, low, high, isOver } = estimate
  if (isOver === true) return `over ${write(value)}`
  if (low === null || high === null || low === high) return write(value)
  return `${write(value)} [${bare(write(low))},\u00a0${bare(write(high))}]`
}

/** The number alone, since the preceding value has the unit. */
function bare(written: string): string {
  return written.replace(/\u00a0(?:%|ms|points)$/, "")
}

/** A value of a dimension within a sentence: `with 3 crashes`, `at 10ms link latency`. */
export function inWords({ name }: Dimension, text: string): string {
  if (own(COUNTED, name) !== undefined) return `with ${countedOn({ name, title: "", unit: "" }, text)}`
  const known = own(PHRASES, name)
  return known === undefined ? `at ${shortName(name)} = ${text}` : known(text)
}

const PHRASES: Readonly<Record<string, (text: string) => string>> = {
  nodes: text => `with n = ${text}`,
  f: text => `with f = ${text}`,
  latency: text => `at ${text} link latency`,
  loss: text => `at ${text} loss`,
}

/** Singular and plural for the counts of nodes that a fault hits, and of clients. */
const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  ...Object.fromEntries(
    FAULT_KINDS.flatMap(({ counted }) => (counted === undefined ? [] : [[counted.name, [counted.one, counted.many]]])),
  ),
  "workload.clients": ["client", "clients"],
  "workload.requesters": ["requester", "requesters"],
}

/** A value of a dimension on its own: `2 crashes`, `no crashes`, `rate = 100/s`. */
export function countedOn({ name }: Dimension, text: string): string {
  const words = own(COUNTED, name)
  if (words === undefined) return `${name === "nodes" ? "n" : shortName(name)} = ${text}`
  return text === "0" ? `no ${words[1]}` : `${text} ${text === "1" ? words[0] : words[1]}`
}
