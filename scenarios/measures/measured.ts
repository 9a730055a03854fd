/** A completed run with values that several measures need. */
import type { Outage } from "../../runtime/contract/service.ts"
import { type Micros, MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import type { CompletedRun, Scenario } from "../../runtime/scenario/scenario.ts"

export interface Measured {
  readonly result: CompletedRun
  readonly outcome: CompletedRun["outcome"]
  readonly messages: CompletedRun["messages"]
  readonly bytes: CompletedRun["bytes"]
  /** From the end of the warm-up to the end of the run. */
  readonly seconds: number
  /** The measured time, in which clients begin operations, in seconds. */
  readonly measuredSeconds: number
  /** All messages between nodes, and their bytes. */
  readonly totalMessages: number
  readonly totalBytes: number
  readonly outages: Lengths
  /** Spans without a leader; absent if nodes report no leaders. */
  readonly leaderless: Lengths | undefined
  /** The time in microseconds after which an unsuccessful operation has failed. */
  readonly deadline: Micros
}

/** Spans of time in milliseconds. */
interface Lengths {
  readonly spans: readonly number[]
  readonly total: number
  /** The number of those that ended within the run. */
  readonly ended: number
}

export function measured(result: CompletedRun, scenario: Scenario): Measured {
  const { messages, bytes, outcome } = result
  return {
    result,
    outcome,
    messages,
    bytes,
    seconds: (result.ended - scenario.warmup) / SECOND,
    // Operations in flight at the end are waited for, but none begins any more.
    measuredSeconds: (Math.min(result.ended, scenario.duration) - scenario.warmup) / SECOND,
    totalMessages: messages.protocol + messages.heartbeat + messages.retransmission,
    totalBytes: bytes.protocol + bytes.heartbeat + bytes.retransmission,
    outages: lengthsOf(outcome.outages, scenario),
    leaderless: outcome.leaderless && lengthsOf(outcome.leaderless, scenario),
    deadline: outcome.deadline ?? scenario.duration - scenario.warmup,
  }
}

function lengthsOf(outages: readonly Outage[], scenario: Scenario): Lengths {
  const spans = outages.map(({ start, end }) => (end - start) / MILLISECOND)
  const ended = outages.filter(outage => isRepaired(outage, scenario)).length
  return { spans, total: spans.reduce((sum, span) => sum + span, 0), ended }
}

/** True if an outage ended with the recovery of the service rather than with the run. */
export function isRepaired({ end }: Outage, { duration }: Pick<Scenario, "duration">): boolean {
  return end < duration
}

/** A percentile of latency in milliseconds; the deadline, if the percentile falls among failed operations. */
export function percentileMs({ outcome, deadline }: Measured, share: number): number {
  const percentile = outcome.latency.percentile(share)
  return (percentile === Infinity ? deadline : percentile) / MILLISECOND
}
