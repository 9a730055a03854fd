/** The runs, operations and recoveries behind an estimate, and the estimates that have too few of them. */
import type { CellSummary } from "./aggregate.ts"
import { MIN_RECOVERIES } from "./notes.ts"
import { own } from "../runtime/lib/own.ts"

/** The counts behind the estimates of a cell. */
type Counted = Pick<CellSummary, "cell" | "counts" | "cases">

/** The word for operations of a service. */
const OPERATIONS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  "leader-election": ["election", "elections"],
  agreement: ["decision", "decisions"],
  "mutual-exclusion": ["entry", "entries"],
}

/** Minimum number of operations behind an estimate: enough that one of them lies beyond a percentile. */
const MIN_OPERATIONS: Readonly<Record<string, number>> = {
  latency_p90_ms: 10,
  latency_p99_ms: 100,
  latency_p999_ms: 1_000,
}
const MIN_OF_ANY = 5

const OF_RECOVERIES = new Set(["recovery_ms", "mttr_ms"])
const OF_LATENCY = /^latency_(?:p\d+|mean)_ms$/
const PER_OPERATION = /_per_operation$/

/**
 * The reason why a metric of a cell, or a figure of its service, has too little data, e.g. `too few: 3 elections`; else
 * undefined.
 */
export function tooFew(name: string, summary: Counted): string | undefined {
  const lack = lackIn(name, summary)
  return lack && `too few: ${counted(lack.count, lack.names)}`
}

/** The same in a sentence, e.g. `too few elections`. */
export function tooFewInWords(name: string, summary: Counted): string | undefined {
  const lack = lackIn(name, summary)
  return lack && `too few ${lack.names[1]}`
}

function lackIn(name: string, summary: Counted) {
  const { counts, cases } = summary
  // All cases together are not a sample: their figures are exact, however few there are.
  if (cases !== undefined) return undefined
  if (OF_RECOVERIES.has(name)) {
    const { recoveries } = counts
    return recoveries > 0 && recoveries < MIN_RECOVERIES ? { count: recoveries, names: RECOVERIES } : undefined
  }
  const isOfSuccesses = PER_OPERATION.test(name) || name === "latency_mean_ms"
  if (!isOfSuccesses && !OF_LATENCY.test(name)) return undefined
  const count = isOfSuccesses ? counts.ok : counts.operations
  const least = own(MIN_OPERATIONS, name) ?? MIN_OF_ANY
  return count > 0 && count < least ? { count, names: operationsOf(summary) } : undefined
}

/** E.g. `20 runs, 17 of 400 elections, 5 outages (4 ended)`. */
export function behind(summary: CellSummary): string {
  const { runs, failed, counts } = summary
  return [
    counted(runs - failed, ["run", "runs"]),
    operationsBehind(summary),
    ...(counts.outages === 0 ? [] : [outagesBehind(summary)]),
  ].join(", ")
}

/** Successful operations out of those started: `40,000 operations`, `17 of 400 elections`. */
function operationsBehind(summary: CellSummary): string {
  const { ok, operations } = summary.counts
  const names = operationsOf(summary)
  return ok === operations ? counted(ok, names) : `${ok.toLocaleString("en")} of ${counted(operations, names)}`
}

/** Spans without a leader, or without service, and how many of them ended. */
function outagesBehind({ counts: { outages, recoveries }, recoveryOf }: CellSummary): string {
  const names = recoveryOf === "leader" ? (["span without leader", "spans without leader"] as const) : OUTAGES
  return `${counted(outages, names)}${recoveries === outages ? "" : ` (${recoveries.toLocaleString("en")} ended)`}`
}

const RECOVERIES = ["recovery", "recoveries"] as const
const OUTAGES = ["outage", "outages"] as const

function operationsOf({ cell }: Counted): readonly [one: string, many: string] {
  return own(OPERATIONS, cell.scenario.service) ?? ["operation", "operations"]
}

function counted(count: number, [one, many]: readonly [string, string]): string {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`
}
