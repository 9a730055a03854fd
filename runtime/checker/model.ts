/**
 * The model that a checker explores: a group of processes, the requests of its clients, its budget of faults, and its invariants.
 *
 * Without a clock there is no time: a message arrives at any later moment or never, an armed timer may fire at any
 * moment, and states that differ only in a duration are the same. So durations among the parameters should be 0.
 */
import type { Algorithm, ClientId, NodeId, Tagged } from "../contract/algorithm.ts"
import type { UntimedClient, Watch } from "../contract/untimed.ts"

export type { Reported, Watch } from "../contract/untimed.ts"

/** A client's request: it reaches its node once, at any time or never. */
export interface Ask {
  readonly to: NodeId
  readonly client: ClientId
  readonly request: Tagged
}

/** The number of times that something may happen on one path, summed over all nodes; Infinity: no limit. */
export interface Budgets {
  /** Timers that fire: by name, or `all` for the sum of those not named. */
  readonly timeouts: Readonly<Record<string, number>>
  /** Crashes of members, each with an immediate restart: a node that is down is like one that receives nothing for a while. */
  readonly crashes: number
  /** The same, and the disk is lost. */
  readonly amnesias: number
  /** Crashes for good: the process never comes back. Default: none. In rounds, all crashes are for good. */
  readonly stops?: number
  /** Messages that are lost. Safety needs none: a message that never arrives is as good as lost. */
  readonly losses: number
  /** Messages that arrive, and arrive once more later. */
  readonly duplicates: number
  /** Ticks that pass, with a clock; default: no limit. */
  readonly ticks?: number
  /** Ticks miscounted, summed over all clocks: for one that passes a clock counts none, or two. Default: none. */
  readonly drift?: number
  /** Retries by impatient clients; default: none. */
  readonly retries?: number
}

export const NO_BUDGETS: Budgets = { timeouts: {}, crashes: 0, amnesias: 0, losses: 0, duplicates: 0 }

/** Time in ticks. Durations among the parameters are whole numbers of ticks. */
export interface ClockModel {
  /** Minimum ticks for which a message is in flight. */
  readonly minDelay: number
  /** Maximum ticks: by then it arrives or is lost. Absent: it may stay in flight for ever. */
  readonly maxDelay?: number
}

export interface Model {
  readonly algorithm: Algorithm
  /** Number of nodes: n. */
  readonly size: number
  readonly parameters: object
  readonly asks: readonly Ask[]
  /** Clients that act of their own accord; their messages are neither lost nor duplicated. Default: none. */
  readonly clients?: readonly UntimedClient[]
  readonly budgets: Budgets
  readonly watch: Watch
  /**
   * The network. `bag`: each message in flight is delivered once. `set`: equal messages in flight count as one,
   * delivered once; `lasting`: any number of times. `fifo`: each link delivers in the order of sending. Default: `bag`.
   */
  readonly network?: "bag" | "set" | "lasting" | "fifo"
  /**
   * True if a delivery that changes, sends and reports nothing is still a step. Otherwise the message stays in flight,
   * and fewer states are distinguished, with the same states of nodes among them. Default: false; always true of FIFO
   * links.
   */
  readonly idleSteps?: boolean
  /**
   * True if processes take steps together: all messages sent arrive before any timer fires, then the timers of all
   * processes fire. A process that crashes stays down; its last messages may or may not arrive. Default: false.
   */
  readonly inRounds?: boolean
  /**
   * With a clock, time passes in ticks, timers fire when they are due, and deadlines end by the clocks. A timer that no
   * budget names may fire any number of times. Only for networks `bag` and `fifo`. Absent: nothing has a duration.
   */
  readonly clock?: ClockModel
  /** Nodes that send whatever their algorithm's `lies` allow, or nothing. Default: none. */
  readonly traitors?: readonly NodeId[]
  /**
   * True to report stalls: states in which nothing can happen any more and no timer is armed, though the work is not
   * done (`Watch.isDone`). Default: false.
   */
  readonly findsStalls?: boolean
}

/** The limits of an exploration. */
export interface Bounds {
  /** Steps from the beginning; default: no limit. */
  readonly depth?: number
  /** Distinct states; default: 100 million. */
  readonly states?: number
}
