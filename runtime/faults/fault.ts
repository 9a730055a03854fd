/**
 * Faults as data: what the runtime does to nodes, links, clocks and disks, to whom, and when.
 *
 * Crash, pause, amnesia and partition are four different things: a crash loses the memory, a pause loses nothing, amnesia
 * loses memory and disk, and a partition leaves every node running.
 *
 * Faults that overlap count: what two crashes, pauses, cuts or failures of a disk hold is free when both are over.
 */
import type { NodeId } from "../contract/algorithm.ts"
import type { Behaviour } from "./byzantine.ts"
import type { Micros } from "../contract/units.ts"
import type { Link } from "../network/network.ts"

export type Fault = Effect & Timing

export type FaultKind = Effect["kind"]

export type FaultPhase = "begins" | "ends"

/** Which nodes a fault hits. */
export type Target =
  | { readonly nodes: readonly NodeId[] }
  /** So many nodes, drawn from the faults stream: the same ones for every algorithm. */
  | { readonly random: number }
  /** The node that most live nodes believe to lead when the fault strikes; no node if there is none. */
  | { readonly leader: true }

/** Which links a fault hits: those named, or else all links of the target nodes, or else every link. */
export interface Scope {
  readonly links?: readonly Link[]
  /** Only messages from the first node of each named link to the second are hit, not those on the way back. */
  readonly oneWay?: boolean
  readonly target?: Target
}

/** What a fault does while it lasts. */
export type Effect =
  /** The process dies: volatile state and all that was not durable are lost, the durable disk is kept. */
  | { readonly kind: "crash"; readonly target: Target }
  /** Nodes that are down boot from their disks, whatever brought them down, and whatever would keep them down longer. */
  | { readonly kind: "restart"; readonly target: Target }
  /**
   * The process is stopped and keeps its memory, as by SIGSTOP. Its kernel goes on receiving: messages and requests wait
   * in the socket's buffer (taken to be large enough), timers that run out wait too, and when it goes on the process
   * handles all of them at once, in the order in which they came. A crash ends it: the process that boots is another.
   */
  | { readonly kind: "pause"; readonly target: Target }
  /** A crash that takes the disk along: the node restarts as it first booted. */
  | { readonly kind: "amnesia"; readonly target: Target }
  /**
   * A crash in the middle of writing: of the writes that were not durable, the earliest survive, a random number of
   * them (`kept` of them, 0..1, where it is drawn already). Each write survives whole or not at all; one `save` is one.
   */
  | { readonly kind: "tornWrite"; readonly target: Target; readonly kept?: number }
  /** The node takes at least this long to handle a message or request, one after the other. */
  | { readonly kind: "slow"; readonly target: Target; readonly serviceTime: Micros }
  /** Cuts all links of the target nodes, or only those towards them or away from them; those to clients excepted. */
  | { readonly kind: "isolate"; readonly target: Target; readonly direction?: Direction }
  | {
      readonly kind: "partition"
      /** All links between nodes of different sides are cut; nodes in no side form a side of their own. */
      readonly sides: readonly Side[]
      /** Nodes that reach everybody, and are reached by everybody. */
      readonly bridge?: readonly NodeId[]
      /** Nodes of a side do not reach those of later sides; the way back works. */
      readonly oneWay?: boolean
    }
  /** Links are down: nothing arrives over them, not even what is on its way. */
  | ({ readonly kind: "cut" } & Scope)
  /** A share of the messages, 0..1, is lost. */
  | ({ readonly kind: "loss"; readonly share: number } & Scope)
  /** A share of the messages arrives damaged: the checksum tells, and the receiver drops them. */
  | ({ readonly kind: "corruption"; readonly share: number } & Scope)
  /** A share of the messages arrives twice. */
  | ({ readonly kind: "duplication"; readonly share: number } & Scope)
  /** A share of the messages is held back for up to `by`, so that later ones overtake them. */
  | ({ readonly kind: "reordering"; readonly share: number; readonly by: Micros } & Scope)
  /** Every message sent meanwhile takes `by` longer. */
  | ({ readonly kind: "delay"; readonly by: Micros } & Scope)
  /** The clock jumps by `by` (which may be negative), and back when the fault is over. Timers run on unchanged. */
  | { readonly kind: "clockOffset"; readonly target: Target; readonly by: Micros }
  /** The clock, and with it every timer, runs faster by the share `by`: 0.01 gains 10 ms a second, -0.01 loses them. */
  | { readonly kind: "clockDrift"; readonly target: Target; readonly by: number }
  /** Making writes durable takes at least this long. */
  | { readonly kind: "slowDisk"; readonly target: Target; readonly syncLatency: Micros }
  /**
   * Nothing can be made durable: the sync that follows a write fails, and the node crashes rather than go on with a disk
   * that may have lost the write. Nodes that crashed so restart when the fault is over, or at once if it
   * is over by then.
   */
  | { readonly kind: "failingDisk"; readonly target: Target }
  /**
   * An operator has the leader make `members` the group's voters, and asks again until it is done, the fault is over, or
   * another membership is wanted. Only where the algorithm takes requests to change its membership (Raft does).
   */
  | { readonly kind: "membership"; readonly members: readonly NodeId[] }
  /** The target nodes become traitors, and remain so. */
  | { readonly kind: "byzantine"; readonly target: Target; readonly behaviour: Behaviour }

export const DIRECTIONS = ["in", "out"] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The nodes of one side of a partition, or how many nodes, drawn at random, it has. */
export type Side = readonly NodeId[] | { readonly random: number }

/** When a fault strikes, and how long it lasts. */
export interface Timing {
  /** When it strikes; with a schedule, when that begins. */
  readonly at: Micros
  /**
   * The span from `at` on within which it strikes, or its schedule begins, at a random time: uniformly distributed, from
   * the faults stream, and so the same for every algorithm. Default 0.
   */
  readonly within?: Micros
  /** How long it lasts; default: to the end of the run. */
  readonly for?: Micros
  readonly schedule?: Schedule
}

/** How a fault repeats. Nothing strikes at or after `until` (default: the end of the run), and all is over by then. */
export type Schedule = Periodic | Renewal | Conditional

/** Strikes at once and then `every` so often, at most `times` times. */
export interface Periodic {
  readonly kind: "every"
  readonly every: Micros
  readonly times?: number
  readonly until?: Micros
}

/**
 * Every target node (or named link) fails and is repaired independently of the others: it is up for `mtbf` and down for
 * `mttr` in the mean, and so down for mttr / (mtbf + mttr) of the time. Spans are exponential, or all of the same
 * length, in which case the first failure of each comes at a random time within `mtbf`.
 */
export interface Renewal {
  readonly kind: "renewal"
  readonly mtbf: Micros
  readonly mttr: Micros
  readonly spans: Spans
  readonly until?: Micros
}

export const SPANS = ["exponential", "fixed"] as const
export type Spans = (typeof SPANS)[number]

/** Strikes `after` the condition came true, each time it does, at most `times` times. */
export interface Conditional {
  readonly kind: "when"
  readonly when: Condition
  readonly after: Micros
  readonly times?: number
  readonly until?: Micros
  /** The number of the stream that its draws come from. Given by the timeline, so that other faults change nothing in it. */
  readonly stream?: number
}

export const CONDITIONS = ["leader elected"] as const

/**
 * What a fault can wait for.
 *
 * - `leader elected`: a node begins to believe that it leads; a leader that is there when the schedule begins counts as
 *   elected then. A fault of "the leader" hits that node, whether or not it still leads.
 */
export type Condition = (typeof CONDITIONS)[number]
