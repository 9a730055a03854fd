// Who and what a sentence is about: names of algorithms, and metrics by their nouns.
import { fail } from "./places.ts"
import type { Tables } from "./tables.ts"

/** Nouns of metrics within sentences, and the names that charts give them. */
const NOUNS: Readonly<Record<string, string>> = {
  availability: "availability",
  "availability before any fault": "availability-before",
  "availability while a fault lasts": "availability-during",
  "availability after a fault": "availability-after",
  "share of runs with a violation": "violations",
  "messages per operation": "messages",
  "bytes per operation": "bytes",
  "messages of any purpose per operation": "total-messages",
  "all messages per operation": "total-messages",
  "bytes of any purpose per operation": "total-bytes",
  "retransmissions per operation": "retransmissions",
  "messages per operation begun": "messages-per-attempt",
  "heartbeats per second": "heartbeats",
  "median latency": "latency",
  "99th percentile of latency": "tail-latency",
  "mean latency": "mean-latency",
  "operations per second": "throughput",
  "time out of service": "outage",
  "operations lost in a run": "lost",
  "mean time to recover": "recovery",
  "mean time between failures": "uptime",
  "share of time with a majority up": "majority-up",
  "share of time in which all is served": "all-served",
  "share of time in which reads alone are served": "reads-only",
  "share of time in which reads are answered from the past": "stale-reads",
  "share of time in which nothing is served": "nothing-served",
  "acknowledged writes that are lost in a run": "writes-lost",
  "time to the first leader": "first-leader",
  "time to the stable leader": "stable-leader",
  "epochs until a node leads": "epochs",
  "epochs without a leader": "split-votes",
  "messages until a node leads": "leader-messages",
  "Jain's index of the entries": "fairness",
  "coefficient of variation of the waiting times": "wait-variation",
  "95th percentile of the waiting times per median": "wait-tail",
  "bypasses per wait": "bypasses",
  "most bypasses of one wait": "most-bypassed",
  "longest time without a grant after a client died": "block-after-death",
  "longest time that a transaction had keys locked": "locked-time",
  "run time of the computation": "run-time",
  "work lost": "work-lost",
  "farthest rollback": "longest-rollback",
  "share of rollbacks to the initial state": "back-to-start",
  "bytes written to disks": "bytes-stored",
}

export function metricOf(noun: string): string {
  const lower = noun.slice(0, 1).toLowerCase() + noun.slice(1)
  const other = { "time to recover": "recovery", "time between failures": "uptime", violations: "violations" }[lower]
  return NOUNS[lower] ?? other ?? fail(`no metric is called "${noun}"`)
}

export function isNoun(noun: string): boolean {
  return NOUNS[noun] !== undefined
}

/** Labels of algorithms, the longest first, so that none is taken for the beginning of another. */
export function labelsIn({ rows }: Tables): readonly string[] {
  return [...new Set(rows.map(({ algorithm }) => algorithm))].toSorted((a, b) => b.length - a.length)
}

/** Reads `A, B and C`: the labels at the beginning of a text, and what comes after them. */
export function takeLabels(
  text: string,
  tables: Tables,
): { readonly labels: readonly string[]; readonly rest: string } {
  const labels: string[] = []
  let rest = text
  for (;;) {
    const found = labelsIn(tables).find(label => rest.startsWith(label))
    if (found === undefined) return { labels, rest }
    labels.push(found)
    rest = rest.slice(found.length)
    const joint = /^(?:, | and | or )/.exec(rest)?.[0]
    if (joint === undefined || !labelsIn(tables).some(label => rest.slice(joint.length).startsWith(label))) {
      return { labels, rest }
    }
    rest = rest.slice(joint.length)
  }
}
