/**
 * The record of a run: the numbers of its row in `runs.csv`, its verdicts and its outages.
 *
 * Workers import this: nothing here needs Effect or Node.js, and a record is small plain data.
 */
import { handlerNames } from "../runtime/contract/parts.ts"
import type { CompletedRun, RunResult, Scenario } from "../runtime/scenario/scenario.ts"
import type { Outage, ServiceOutcome } from "../runtime/contract/service.ts"
import { shortened } from "../runtime/lib/show.ts"
import { isRepaired, measured } from "./measures/measured.ts"
import { MEASURES, type MeasureName } from "./measures/registry.ts"
import { own } from "../runtime/lib/own.ts"

export { isRepaired, MEASURES, type MeasureName }

/** A check that did not hold. */
export interface Finding {
  readonly check: string
  /** `unchecked` if the check was not requested; `undecided` if the outcome could not be determined. */
  readonly verdict: "violated" | "undecided" | "unchecked"
  /** Virtual time of the violation, in microseconds; absent otherwise. */
  readonly at?: number
  /** The witness, or why it is undecided. */
  readonly text: string
}

/**
 * The outages of a cycle of failure and repair, and its likelihood ratio: its true probability over that with which it
 * is drawn.
 */
export interface CycleSeen {
  readonly weight: number
  readonly outages: number
  readonly outSeconds: number
}

export interface CompletedRecord {
  readonly status: "completed"
  /** In the order of `MEASURES`; null if a run has no value, e.g. the latency of no operation. */
  readonly values: readonly (number | null)[]
  /** Protocol messages of each type that the algorithm declares. */
  readonly byType: Readonly<Record<string, number>>
  /** Each of the service's figures; null if the run has no value. */
  readonly figures: Readonly<Record<string, number | null>>
  /** Checks that were violated, undecided or unchecked; all others hold. */
  readonly findings: readonly Finding[]
  readonly outages: readonly Outage[]
  /** Spans of time without a leader; absent if nodes report no leaders. */
  readonly leaderless?: readonly Outage[]
  /** The spans in which a store did not serve everything, and its stale reads; absent for other services. */
  readonly degraded?: NonNullable<ServiceOutcome["degraded"]>
  /** Histograms of the latency of all operations as text, by kind of operation (see `Histogram.encode`). */
  readonly latencies: Readonly<Record<string, string>>
  /** The same by client and by region, if there are few; absent if neither is recorded. */
  readonly groups?: Readonly<Record<string, string>>
  /** The cycle, in estimates of rare events (`cycle-record.ts`); the estimates among `values` already include its weight. */
  readonly cycle?: CycleSeen
  readonly digest: string
}

export interface FailedRecord {
  readonly status: "failed"
  /** The failure: its reason, virtual time (microseconds), the event being handled, and the state of the node. */
  readonly reason: string
  /** Null if unknown. */
  readonly at: number | null
  readonly event: string
  readonly state: string
  /** Events just before it, if known. */
  readonly before?: readonly string[]
  /** True if it had to be stopped from outside: repeated, it would not end, or exhaust the memory. */
  readonly stopped?: true
}

export type RunRecord = CompletedRecord | FailedRecord

/** Measures a run. */
export function measure(result: RunResult, scenario: Scenario): RunRecord {
  if (result.status === "failed") {
    const { status, reason, at, event, state, before } = result
    return { status, reason, at, event, state, before }
  }
  const { outcome } = result
  const run = measured(result, scenario)
  return {
    status: "completed",
    values: MEASURES.map(({ of }) => finite(of(run))),
    byType: Object.fromEntries(
      handlerNames(scenario.algorithm, "receive").map(type => [type, own(result.protocolByType, type) ?? 0]),
    ),
    figures: Object.fromEntries(
      Object.keys(scenario.service.figures).map(name => [name, finite(own(outcome.figures, name) ?? Number.NaN)]),
    ),
    findings: findingsOf(result, scenario),
    outages: outcome.outages,
    ...(outcome.leaderless === undefined ? {} : { leaderless: outcome.leaderless }),
    ...(outcome.degraded === undefined ? {} : { degraded: outcome.degraded }),
    latencies: latenciesOf(result),
    ...groupsOf(result),
    digest: result.digest,
  }
}

/** The kind of operation of a service that has only one. */
export const ONLY_KIND = "operation"

function latenciesOf({ outcome }: CompletedRun): Readonly<Record<string, string>> {
  const byKind = outcome.latencyByKind ?? { [ONLY_KIND]: outcome.latency }
  return Object.fromEntries(Object.entries(byKind).map(([kind, histogram]) => [kind, histogram.encode()]))
}

function groupsOf({ outcome: { latencyByGroup = {} } }: CompletedRun): Pick<CompletedRecord, "groups"> {
  const groups = Object.entries(latencyByGroup).map(([group, histogram]) => [group, histogram.encode()] as const)
  return groups.length === 0 ? {} : { groups: Object.fromEntries(groups) }
}

function findingsOf({ outcome }: CompletedRun, scenario: Scenario): readonly Finding[] {
  return Object.entries(outcome.verdicts).flatMap(([check, verdict]): readonly Finding[] => {
    if (verdict.verdict === "violated") {
      return [{ check, verdict: "violated", at: verdict.at, text: shortened(verdict.witness) }]
    }
    if (verdict.verdict === "holds") return []
    const isWanted = !isSwitchedOff(check, scenario)
    return [{ check, verdict: isWanted ? "undecided" : "unchecked", text: shortened(verdict.reason) }]
  })
}

function isSwitchedOff(check: string, { workload }: Scenario): boolean {
  return check === "linearizable" && workload["linearizability"] === "off"
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}

/** The name shared by failures of the same kind: the reason without its numbers, except in references to papers (§5.4). */
export function failureName(reason: string): string {
  return reason.replaceAll(/(?<![§.\d])\d+/g, "#")
}
