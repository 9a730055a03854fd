/**
 * A scenario fixes everything about a run but its seed; a run is a pure function of scenario and seed.
 *
 * Scenarios hold the algorithm and the service themselves; everything else in them is plain data.
 */
import type { Algorithm } from "./algorithm.ts"
import type { Fault } from "./fault.ts"
import type { Service, ServiceOutcome } from "./service.ts"
import type { Micros } from "./units.ts"

export interface Scenario {
  readonly algorithm: Algorithm
  readonly service: Service
  /** Number of nodes, n >= 1. */
  readonly nodes: number
  /** Values of the algorithm's parameters, complete. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Values of the service's workload settings, complete. */
  readonly workload: Readonly<Record<string, unknown>>
  readonly network: Network
  readonly disk: DiskSettings
  readonly faults: readonly Fault[]
  /** Clients begin after the warm-up; nothing before it is measured. */
  readonly warmup: Micros
  /** Clients begin no new operation after this time; the run ends when none is in flight any more. */
  readonly duration: Micros
  /** A run that needs more events than this fails: an algorithm that floods the network. Default 200 million. */
  readonly eventBudget?: number
}

/** Links between nodes deliver every message independently of the others: none waits for an earlier one. */
export interface Network {
  readonly latency: Latency
  /** Latency between clients and nodes; default: that between nodes. */
  readonly clientLatency?: Latency
  /** Share of messages between nodes that are lost, 0..1. */
  readonly loss: number
  /** Share of messages between nodes that arrive twice, 0..1. */
  readonly duplication: number
}

/** One-way delay of a link, in microseconds. */
export type Latency =
  | { readonly model: "constant"; readonly delay: Micros }
  | { readonly model: "uniform"; readonly min: Micros; readonly max: Micros }
  /** Truncated at 0 and at the mean plus four deviations. */
  | { readonly model: "normal"; readonly mean: Micros; readonly deviation: Micros }
  | { readonly model: "lognormal"; readonly median: Micros; readonly sigma: number }
  /** A floor plus an exponential tail of the given mean. */
  | { readonly model: "exponential"; readonly floor: Micros; readonly mean: Micros }
  | { readonly model: "pareto"; readonly scale: Micros; readonly shape: number }

export interface DiskSettings {
  /** Time from a write to its being durable, in microseconds; writes during a sync share the next one. */
  readonly syncLatency: Micros
}

export type { Fault, Target } from "./fault.ts"

/** Messages sent, kept apart by purpose; see `COUNTING_RULES`. */
export interface MessageCounts {
  readonly protocol: number
  readonly heartbeat: number
  readonly retransmission: number
  readonly client: number
}

/** What a run that came to its end measured. All counts are since the end of the warm-up. */
export interface CompletedRun {
  readonly status: "completed"
  readonly messages: MessageCounts
  readonly bytes: MessageCounts
  /** Messages between nodes by type, all purposes together. */
  readonly messagesByType: Readonly<Record<string, number>>
  /** Protocol messages by type; they sum to `messages.protocol`. */
  readonly protocolByType: Readonly<Record<string, number>>
  /** Messages delivered to live nodes and clients since the run began, warm-up included. */
  readonly delivered: number
  /** Events of all kinds handled since the run began. */
  readonly events: number
  /** Times that writes of a handler had to be made durable. */
  readonly diskSyncs: number
  /** Virtual time at which the run ended. */
  readonly ended: Micros
  /** A fingerprint of the whole course of events: equal for equal runs. */
  readonly digest: string
  readonly outcome: ServiceOutcome
}

/** A run whose algorithm failed: it threw, or it spent its event budget. */
export interface FailedRun {
  readonly status: "failed"
  readonly reason: string
  /** Virtual time of the failure. */
  readonly at: Micros
  /** Events of all kinds handled until then. */
  readonly events: number
  /** The event being handled, in words. */
  readonly event: string
  /** The state of the node that handled it, as JSON. */
  readonly state: string
}

export type RunResult = CompletedRun | FailedRun
