/**
 * What is kept of a run: the numbers of its row in `runs.csv`, its verdicts and its outages.
 *
 * Workers measure; so nothing here needs Effect or Node.js, and a record is small plain data.
 */
import type { CompletedRun, RunResult, Scenario } from "../runtime/scenario/scenario.ts"
import type { Outage } from "../runtime/contract/service.ts"
import { shortened } from "../runtime/lib/show.ts"
import { type Micros, MILLISECOND, SECOND } from "../runtime/contract/units.ts"
import { own } from "../runtime/lib/own.ts"

/** A number measured in every run. */
export interface Measure {
  /** Column name, its unit last. */
  readonly name: string
  readonly doc: string
}

/** The measures, in the order of the columns of `runs.csv`. */
export const MEASURES = [
  { name: "attempted", doc: "operations begun" },
  { name: "ok", doc: "operations that succeeded" },
  { name: "failed", doc: "operations that surely did not happen" },
  { name: "unknown", doc: "operations that timed out, and may or may not have happened" },
  { name: "operations_lost", doc: "operations that did not succeed, or may not have: failed and unknown" },
  { name: "availability", doc: "share of availability as the service defines it, 0..1" },
  { name: "availability_before", doc: "the same before any fault struck: of the operations that began then, 0..1" },
  { name: "availability_during", doc: "the same while a fault was in force, 0..1" },
  { name: "availability_after", doc: "the same after a fault, none being in force, 0..1" },
  { name: "messages_protocol", doc: "protocol messages sent between nodes" },
  { name: "messages_heartbeat", doc: "heartbeats sent between nodes" },
  { name: "messages_retransmission", doc: "messages sent again between nodes" },
  { name: "messages_client", doc: "messages between clients and nodes" },
  { name: "messages_total", doc: "all messages sent between nodes: protocol, heartbeats and retransmissions" },
  { name: "bytes_total", doc: "bytes of all messages between nodes" },
  { name: "bytes_protocol", doc: "bytes of protocol messages" },
  { name: "bytes_heartbeat", doc: "bytes of heartbeats" },
  { name: "bytes_retransmission", doc: "bytes of retransmissions" },
  { name: "bytes_client", doc: "bytes of client messages" },
  { name: "messages_per_operation", doc: "protocol messages per successful operation" },
  { name: "bytes_per_operation", doc: "bytes of protocol messages per successful operation" },
  { name: "messages_total_per_operation", doc: "all messages between nodes per successful operation" },
  { name: "retransmissions_per_operation", doc: "messages sent again between nodes per successful operation" },
  { name: "heartbeats_per_operation", doc: "heartbeats per successful operation" },
  { name: "client_messages_per_operation", doc: "messages between clients and nodes per successful operation" },
  { name: "bytes_total_per_operation", doc: "bytes of all messages between nodes per successful operation" },
  { name: "messages_per_attempt", doc: "protocol messages per operation begun, whether it succeeded or not" },
  { name: "heartbeats_per_s", doc: "heartbeats per second of virtual time" },
  { name: "throughput_per_s", doc: "operations that succeeded in the measured time per second of it" },
  { name: "latency_mean_ms", doc: "mean latency of successful operations" },
  { name: "latency_p50_ms", doc: "median latency of all operations; the deadline, if it lies among those that failed" },
  {
    name: "latency_p90_ms",
    doc: "latency that 90 % of all operations keep; the deadline, if it lies among those that failed",
  },
  {
    name: "latency_p99_ms",
    doc: "latency that 99 % of all operations keep; the deadline, if it lies among those that failed",
  },
  {
    name: "latency_p999_ms",
    doc: "latency that 99.9 % of all operations keep; the deadline, if it lies among those that failed",
  },
  { name: "latency_max_ms", doc: "longest latency of a successful operation" },
  { name: "outages", doc: "spans of time in which the service was not available" },
  { name: "repairs", doc: "outages that ended within the run" },
  { name: "outage_total_ms", doc: "time in outages" },
  { name: "outage_longest_ms", doc: "longest outage" },
  { name: "uptime_ms", doc: "time in service: measured time less outages" },
  {
    name: "recovery_ms",
    doc:
      "time without a leader per recovery from it; time in outages per repair, where nodes report no leaders; none if " +
      "nothing recovered",
  },
  { name: "mttr_ms", doc: "mean time to repair: time in outages per repair; none if nothing was repaired" },
  { name: "mtbf_ms", doc: "mean time between failures: time in service per outage" },
  { name: "leaderless_spans", doc: "spans of time without a leader; none if nodes report no leaders" },
  { name: "leaderless_ended", doc: "those of them that ended within the run" },
  { name: "leaderless_total_ms", doc: "time without a leader" },
  {
    name: "deadline_ms",
    doc: "an operation without success for so long has failed; the measured time, where the service sets no deadline",
  },
  {
    name: "in_flight_early",
    doc: "operations in flight on average, from 10 % to 55 % of the measured time; open loop only",
  },
  {
    name: "in_flight_late",
    doc: "operations in flight on average, from 55 % to 100 % of the measured time; open loop only",
  },
  {
    name: "in_flight_growth",
    doc: "growth of the number of operations in flight, late in the measured time against early, as a share of it",
  },
  { name: "delivered", doc: "messages delivered to nodes and clients, warm-up included" },
  { name: "events", doc: "events of all kinds that the simulation handled, warm-up included" },
  { name: "disk_syncs", doc: "times that a node had to make writes durable" },
  { name: "majority_up_share", doc: "share of the measured time in which more than half of all nodes were up, 0..1" },
  { name: "ended_ms", doc: "virtual time at which the run ended" },
] as const satisfies readonly Measure[]

export type MeasureName = (typeof MEASURES)[number]["name"]

/** A check that did not hold. */
export interface Finding {
  readonly check: string
  /** `unchecked` if nobody wanted to know; `undecided` if it could not be found out. */
  readonly verdict: "violated" | "undecided" | "unchecked"
  /** Virtual time of the violation, in microseconds; absent otherwise. */
  readonly at?: number
  /** The witness, or why nothing was decided. */
  readonly text: string
}

export interface CompletedRecord {
  readonly status: "completed"
  /** In the order of `MEASURES`; null where a run has no value, e.g. the latency of no operation. */
  readonly values: readonly (number | null)[]
  /** Protocol messages of each type that the algorithm declares. */
  readonly byType: Readonly<Record<string, number>>
  /** Each of the service's figures; null where the run has no value. */
  readonly figures: Readonly<Record<string, number | null>>
  /** Checks that were violated, undecided or unchecked; all others hold. */
  readonly findings: readonly Finding[]
  readonly outages: readonly Outage[]
  /** Spans of time without a leader; absent if nodes report no leaders. */
  readonly leaderless?: readonly Outage[]
  /** Histograms of the latency of all operations as text, by kind of operation (see `Histogram.encode`). */
  readonly latencies: Readonly<Record<string, string>>
  /** The same by client and by region, where there are few; absent if neither is kept apart. */
  readonly groups?: Readonly<Record<string, string>>
  readonly digest: string
}

export interface FailedRecord {
  readonly status: "failed"
  /** What went wrong, at which virtual time (microseconds), while handling which event, in which state of the node. */
  readonly reason: string
  /** Null if that is not known. */
  readonly at: number | null
  readonly event: string
  readonly state: string
  /** Events just before it, where they are known. */
  readonly before?: readonly string[]
  /** It had to be stopped from outside: run again, it would not end, or take all memory. */
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
  const values = measuresOf(result, scenario)
  return {
    status: "completed",
    values: MEASURES.map(({ name }) => finite(values[name])),
    byType: Object.fromEntries(
      Object.keys(scenario.algorithm.receive).map(type => [type, own(result.protocolByType, type) ?? 0]),
    ),
    figures: Object.fromEntries(
      Object.keys(scenario.service.figures).map(name => [name, finite(own(outcome.figures, name) ?? Number.NaN)]),
    ),
    findings: findingsOf(result, scenario),
    outages: outcome.outages,
    ...(outcome.leaderless === undefined ? {} : { leaderless: outcome.leaderless }),
    latencies: latenciesOf(result),
    ...groupsOf(result),
    digest: result.digest,
  }
}

function measuresOf(result: CompletedRun, scenario: Scenario): Readonly<Record<MeasureName, number>> {
  const { messages, bytes, outcome } = result
  const { ok, completed, latency } = outcome
  const seconds = (result.ended - scenario.warmup) / SECOND
  // Operations under way at the end are waited for, but none begins any more.
  const inService = (Math.min(result.ended, scenario.duration) - scenario.warmup) / SECOND
  const { spans, total: down, ended: repairs } = lengthsOf(outcome.outages, scenario)
  const total = messages.protocol + messages.heartbeat + messages.retransmission
  const totalBytes = bytes.protocol + bytes.heartbeat + bytes.retransmission
  const leaderless = outcome.leaderless && lengthsOf(outcome.leaderless, scenario)
  const deadline = outcome.deadline ?? scenario.duration - scenario.warmup
  const inTime = (percentile: Micros): number => (percentile === Infinity ? deadline : percentile) / MILLISECOND
  return {
    attempted: outcome.attempted,
    ok,
    failed: outcome.failed,
    unknown: outcome.unknown,
    operations_lost: outcome.failed + outcome.unknown,
    availability: outcome.availability,
    availability_before: outcome.phases?.before ?? Number.NaN,
    availability_during: outcome.phases?.during ?? Number.NaN,
    availability_after: outcome.phases?.after ?? Number.NaN,
    messages_protocol: messages.protocol,
    messages_heartbeat: messages.heartbeat,
    messages_retransmission: messages.retransmission,
    messages_client: messages.client,
    messages_total: total,
    bytes_total: totalBytes,
    bytes_protocol: bytes.protocol,
    bytes_heartbeat: bytes.heartbeat,
    bytes_retransmission: bytes.retransmission,
    bytes_client: bytes.client,
    messages_per_operation: messages.protocol / ok,
    bytes_per_operation: bytes.protocol / ok,
    messages_total_per_operation: total / ok,
    retransmissions_per_operation: messages.retransmission / ok,
    heartbeats_per_operation: messages.heartbeat / ok,
    client_messages_per_operation: messages.client / ok,
    bytes_total_per_operation: totalBytes / ok,
    messages_per_attempt: messages.protocol / outcome.attempted,
    heartbeats_per_s: messages.heartbeat / seconds,
    throughput_per_s: completed / inService,
    latency_mean_ms: latency.mean / MILLISECOND,
    latency_p50_ms: inTime(latency.percentile(0.5)),
    latency_p90_ms: inTime(latency.percentile(0.9)),
    latency_p99_ms: inTime(latency.percentile(0.99)),
    latency_p999_ms: inTime(latency.percentile(0.999)),
    latency_max_ms: latency.max / MILLISECOND,
    outages: spans.length,
    repairs,
    outage_total_ms: down,
    outage_longest_ms: Math.max(0, ...spans),
    uptime_ms: inService * 1_000 - down,
    recovery_ms: leaderless === undefined ? down / repairs : leaderless.total / leaderless.ended,
    mttr_ms: down / repairs,
    mtbf_ms: spans.length === 0 ? Number.NaN : (inService * 1_000 - down) / spans.length,
    leaderless_spans: leaderless?.spans.length ?? Number.NaN,
    leaderless_ended: leaderless?.ended ?? Number.NaN,
    leaderless_total_ms: leaderless?.total ?? Number.NaN,
    deadline_ms: deadline / MILLISECOND,
    in_flight_early: outcome.inFlight?.early ?? Number.NaN,
    in_flight_late: outcome.inFlight?.late ?? Number.NaN,
    in_flight_growth: outcome.inFlight === undefined ? Number.NaN : outcome.inFlight.late / outcome.inFlight.early - 1,
    delivered: result.delivered,
    events: result.events,
    disk_syncs: result.diskSyncs,
    majority_up_share: result.majorityUpShare,
    ended_ms: result.ended / MILLISECOND,
  }
}

/** Outages in milliseconds. */
function lengthsOf(outages: readonly Outage[], scenario: Scenario) {
  const spans = outages.map(({ start, end }) => (end - start) / MILLISECOND)
  const ended = outages.filter(outage => isRepaired(outage, scenario)).length
  return { spans, total: spans.reduce((sum, span) => sum + span, 0), ended }
}

/** Whether an outage ended because the service recovered, and not because the run was over. */
export function isRepaired({ end }: Outage, { duration }: Pick<Scenario, "duration">): boolean {
  return end < duration
}

/** The kind of the operations of a service that has only one. */
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

/** What failures of the same kind have in common: the reason without its numbers, references to papers (§5.4) apart. */
export function failureName(reason: string): string {
  return reason.replaceAll(/(?<![§.\d])\d+/g, "#")
}
