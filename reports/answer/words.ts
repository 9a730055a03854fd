/** The words for each metric: its name, and adjectives for more and less of it. */
import { chartMetric } from "../../experiments/plan/schema/answer.ts"
import type { Figured } from "../../analysis/aggregate.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { columnOf, estimateFor } from "../../analysis/kinds.ts"
import { tooFewInWords } from "../../analysis/counts.ts"
import type { MetricName } from "../../analysis/metrics.ts"

export interface Words {
  /** Its name in charts. */
  readonly key: string
  /** Heading of the sentences about it. */
  readonly title: string
  /** The name within a sentence. */
  readonly noun: string
  /** The unit after the value; empty for counts. */
  readonly unit: "%" | "ms" | ""
  /** The adjectives of a comparison in which the first has more, or less. */
  readonly more: string
  readonly less: string
  /** The word for the best value, and the direction of better. */
  readonly best: string
  readonly isMoreBetter: boolean
}

type Line = readonly [title: string, noun: string, unit: Words["unit"], more: string, less: string, best: string]

/** A metric without a line here could be charted and yet be missing from the answer: a test checks that all have one. */
const WORDS: Readonly<Record<string, Line>> = {
  availability: ["Availability", "availability", "%", "more available", "less available", "highest availability"],
  "availability-before": [
    "Availability before any fault",
    "availability before any fault",
    "%",
    "more available",
    "less available",
    "highest availability before any fault",
  ],
  "availability-during": [
    "Availability while a fault lasts",
    "availability while a fault lasts",
    "%",
    "more available",
    "less available",
    "highest availability while a fault lasts",
  ],
  "availability-after": [
    "Availability after a fault",
    "availability after a fault",
    "%",
    "more available",
    "less available",
    "highest availability after a fault",
  ],
  "total-messages": [
    "All messages per operation",
    "messages of any purpose per operation",
    "",
    "more messages",
    "fewer messages",
    "fewest messages of any purpose per operation",
  ],
  "total-bytes": [
    "All bytes per operation",
    "bytes of any purpose per operation",
    "",
    "more bytes",
    "fewer bytes",
    "fewest bytes of any purpose per operation",
  ],
  retransmissions: [
    "Retransmissions per operation",
    "retransmissions per operation",
    "",
    "more retransmissions",
    "fewer retransmissions",
    "fewest retransmissions per operation",
  ],
  "messages-per-attempt": [
    "Messages per operation begun",
    "messages per operation begun",
    "",
    "more messages",
    "fewer messages",
    "fewest messages per operation begun",
  ],
  violations: [
    "Violations",
    "share of runs with a violation",
    "%",
    "more violations",
    "fewer violations",
    "fewest violations",
  ],
  messages: [
    "Messages per operation",
    "messages per operation",
    "",
    "more messages",
    "fewer messages",
    "fewest messages per operation",
  ],
  bytes: ["Bytes per operation", "bytes per operation", "", "more bytes", "fewer bytes", "fewest bytes per operation"],
  heartbeats: [
    "Heartbeats per second",
    "heartbeats per second",
    "",
    "more heartbeats",
    "fewer heartbeats",
    "fewest heartbeats per second",
  ],
  latency: ["Median latency", "median latency", "ms", "slower", "faster", "lowest median latency"],
  "tail-latency": [
    "99th percentile of latency",
    "99th percentile of latency",
    "ms",
    "slower",
    "faster",
    "lowest 99th percentile of latency",
  ],
  "mean-latency": ["Mean latency", "mean latency", "ms", "slower", "faster", "lowest mean latency"],
  throughput: [
    "Operations per second",
    "operations per second",
    "",
    "more operations",
    "fewer operations",
    "most operations per second",
  ],
  outage: ["Time out of service", "time out of service", "ms", "longer", "shorter", "least time out of service"],
  lost: ["Operations lost", "operations lost in a run", "", "more lost", "fewer lost", "fewest operations lost"],
  recovery: ["Time to recover", "mean time to recover", "ms", "slower", "faster", "shortest time to recover"],
  uptime: [
    "Time between failures",
    "mean time between failures",
    "ms",
    "longer in service",
    "shorter in service",
    "longest time between failures",
  ],
  "majority-up": [
    "Time with a majority up",
    "share of time with a majority up",
    "%",
    "longer with a majority",
    "shorter with a majority",
    "longest time with a majority up",
  ],
  "all-served": [
    "Time in which all is served",
    "share of time in which all is served",
    "%",
    "longer all served",
    "shorter all served",
    "longest time in which all is served",
  ],
  "reads-only": [
    "Time in which reads alone are served",
    "share of time in which reads alone are served",
    "%",
    "longer with reads alone",
    "shorter with reads alone",
    "shortest time with reads alone",
  ],
  "stale-reads": [
    "Time of stale reads",
    "share of time in which reads are answered from the past",
    "%",
    "longer with stale reads",
    "shorter with stale reads",
    "shortest time of stale reads",
  ],
  "nothing-served": [
    "Time in which nothing is served",
    "share of time in which nothing is served",
    "%",
    "longer without service",
    "shorter without service",
    "shortest time without service",
  ],
  "writes-lost": [
    "Acknowledged writes lost",
    "acknowledged writes that are lost in a run",
    "",
    "more acknowledged writes lost",
    "fewer acknowledged writes lost",
    "fewest acknowledged writes lost",
  ],
  "first-leader": [
    "Time to the first leader",
    "time to the first leader",
    "ms",
    "slower",
    "faster",
    "shortest time to the first leader",
  ],
  "stable-leader": [
    "Time to the stable leader",
    "time to the stable leader",
    "ms",
    "slower",
    "faster",
    "shortest time to the stable leader",
  ],
  epochs: [
    "Epochs until a node leads",
    "epochs until a node leads",
    "",
    "more epochs",
    "fewer epochs",
    "fewest epochs until a node leads",
  ],
  "split-votes": [
    "Epochs without a leader",
    "epochs without a leader",
    "",
    "more epochs without a leader",
    "fewer epochs without a leader",
    "fewest epochs without a leader",
  ],
  "leader-messages": [
    "Messages until a node leads",
    "messages until a node leads",
    "",
    "more messages",
    "fewer messages",
    "fewest messages until a node leads",
  ],
  fairness: [
    "Jain's index of the entries",
    "Jain's index of the entries",
    "",
    "more even",
    "less even",
    "highest index of Jain",
  ],
  "wait-variation": [
    "Variation of waiting times",
    "coefficient of variation of the waiting times",
    "",
    "more varied",
    "less varied",
    "least varied waiting times",
  ],
  "wait-tail": [
    "Tail of waiting times",
    "95th percentile of the waiting times per median",
    "",
    "a longer tail",
    "a shorter tail",
    "shortest tail of waiting times",
  ],
  bypasses: [
    "Bypasses per wait",
    "bypasses per wait",
    "",
    "more bypasses",
    "fewer bypasses",
    "fewest bypasses per wait",
  ],
  "most-bypassed": [
    "Most bypasses of a wait",
    "most bypasses of one wait",
    "",
    "more bypasses at most",
    "fewer bypasses at most",
    "fewest bypasses at most",
  ],
  "block-after-death": [
    "Time without a grant after a death",
    "longest time without a grant after a client died",
    "ms",
    "blocked for longer",
    "blocked for less",
    "shortest time without a grant after a death",
  ],
  "locked-time": [
    "Longest lock of a transaction",
    "longest time that a transaction had keys locked",
    "ms",
    "locked for longer",
    "locked for less",
    "shortest locks",
  ],
  "run-time": ["Run time", "run time of the computation", "ms", "slower", "faster", "shortest run time"],
  "work-lost": ["Work lost", "work lost", "ms", "more work lost", "less work lost", "least work lost"],
  "longest-rollback": [
    "Farthest rollback",
    "farthest rollback",
    "ms",
    "farther back",
    "less far back",
    "shortest rollbacks",
  ],
  "back-to-start": [
    "Rollbacks to the start",
    "share of rollbacks to the initial state",
    "%",
    "more often back at the start",
    "less often back at the start",
    "fewest rollbacks to the start",
  ],
  "bytes-stored": ["Bytes stored", "bytes written to disks", "", "more bytes", "fewer bytes", "fewest bytes written"],
}

/** The words for a metric by its name in charts. */
export function wordsFor(key: string): Words {
  const line = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined
  const metric = chartMetric(key)
  const [title, noun, unit, more, less, best] = line ?? bare(metric?.title.replace(/ \(ms\)$/, "") ?? key)
  return { key, title, noun, unit, more, less, best, isMoreBetter: metric?.isMoreBetter === true }
}

/** True if a metric has words of its own. */
export function hasWords(key: string): boolean {
  return Object.hasOwn(WORDS, key)
}

function bare(title: string): Line {
  const noun = title.slice(0, 1).toLowerCase() + title.slice(1)
  return [title, noun, "", "more", "less", `least ${noun}`]
}

/** The name under which a metric is compared; `undefined` for a service's figure. */
export function comparedName(key: string): MetricName | undefined {
  const metric = chartMetric(key)
  return metric !== undefined && "metric" in metric ? metric.metric : undefined
}

/** The name of a metric or a figure in theory's predictions. */
export function predictedName(key: string): string | undefined {
  const metric = chartMetric(key)
  return metric && columnOf(metric)
}

/** The estimate of a metric in one cell; null if it has none, or too little data for one. */
export function estimateIn(key: string, summary: Figured): Estimate | null {
  return toldIn(key, summary).estimate
}

/** The same, with the reason why there is none where there is too little data: `too few operations`. */
export function toldIn(key: string, summary: Figured): { readonly estimate: Estimate | null; readonly lack?: string } {
  const metric = chartMetric(key)
  if (metric === undefined) return { estimate: null }
  const estimate = estimateFor(metric, summary) ?? null
  const lack = estimate === null ? undefined : tooFewInWords(columnOf(metric), summary)
  return lack === undefined ? { estimate } : { estimate: null, lack }
}
