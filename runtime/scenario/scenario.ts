/**
 * A scenario determines everything about a run except its seed; a run is a pure function of scenario and seed.
 *
 * Scenarios hold the algorithm and the service themselves; everything else in them is plain data.
 */
import type { Algorithm, NodeId } from "../contract/algorithm.ts"
import type { Fault } from "../faults/fault.ts"
import type { Network } from "../network/network.ts"
import type { Service, ServiceOutcome } from "../contract/service.ts"
import type { Micros } from "../contract/units.ts"
import type { Intervention } from "./interventions.ts"
import type { Script } from "./script.ts"

export interface Scenario {
  readonly algorithm: Algorithm
  readonly service: Service
  /** Number of nodes, n >= 1: members of the group, without the processes of the algorithm's roles. */
  readonly nodes: number
  /** Values of the algorithm's parameters, complete. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** Values of the service's workload settings, complete. */
  readonly workload: Readonly<Record<string, unknown>>
  readonly network: Network
  readonly disk: DiskSettings
  readonly faults: readonly Fault[]
  /** Every step of the run, replacing the actions of network, timers and clients; see `script.ts`. Default: none. */
  readonly script?: Script
  /** Manual interventions, see `interventions.ts`; empty if there are none yet. Default: the run is not interactive. */
  readonly interventions?: readonly Intervention[]
  /**
   * The initial leader, as if elected just before; default: none, so that the warm-up begins with an election. It still
   * leads when measuring begins, unless it is deposed in the warm-up.
   */
  readonly leader?: NodeId
  /** The initial log of each node: for each entry, a no-op, its epoch. Default: empty. See `Beginning`. */
  readonly initial?: readonly (readonly number[])[]
  /** Clients begin after the warm-up; nothing before it is measured. */
  readonly warmup: Micros
  /** Clients begin no new operation after this time; the run ends when none is in flight any more. */
  readonly duration: Micros
  /** A run with more events than this fails: its algorithm floods the network. Default 200 million. */
  readonly eventBudget?: number
}

export interface DiskSettings {
  /** Time from a write until it is durable, in microseconds; writes during a sync share the next one. */
  readonly syncLatency: Micros
}

export type { Fault, Target } from "../faults/fault.ts"

/** Messages sent, by purpose; see `COUNTING_RULES`. */
export interface MessageCounts {
  readonly protocol: number
  readonly heartbeat: number
  readonly retransmission: number
  readonly client: number
}

/** The measurements of a completed run. Counts start at the end of the warm-up. */
export interface CompletedRun {
  readonly status: "completed"
  readonly messages: MessageCounts
  readonly bytes: MessageCounts
  /** Messages between nodes by type, all purposes together. */
  readonly messagesByType: Readonly<Record<string, number>>
  /**
   * Messages sent and received by the processes of each role, for all purposes; absent if the algorithm has no roles.
   * They are also counted under their purpose.
   */
  readonly messagesByRole?: Readonly<Record<string, number>>
  /** Protocol messages by type; they sum to `messages.protocol`. */
  readonly protocolByType: Readonly<Record<string, number>>
  /** Messages delivered to live nodes and clients since the run began, including the warm-up. */
  readonly delivered: number
  /** Events of all kinds handled since the run began. */
  readonly events: number
  /** The number of times that a handler's writes had to be made durable. */
  readonly diskSyncs: number
  /** Share of the measured time, 0..1, in which more than half of all nodes were up (and not paused). */
  readonly majorityUpShare: number
  /** Virtual time at which the run ended. */
  readonly ended: Micros
  /** A fingerprint of all events and message contents: equal for equal runs. */
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
  /** The event being handled, and those just before it, in words, the latest last. */
  readonly event: string
  readonly before: readonly string[]
  /** The state of the node that handled it, as JSON. */
  readonly state: string
}

export type RunResult = CompletedRun | FailedRun
