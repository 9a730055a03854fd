/**
 * The model that a checker explores: a group of processes, the requests of its clients, its budget of faults, and its invariants.
 *
 * Unless there is a clock, nothing has a time. A message arrives at any time later or never, a timer that is armed may run out at any moment, and
 * what differs by a duration alone is the same. So parameters that are durations should be 0.
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

/** The number of times that something may happen on one path, all nodes together; Infinity: any number of times. */
export interface Budgets {
  /** Timers that run out: by name, or `all` for the sum of those that are not named. */
  readonly timeouts: Readonly<Record<string, number>>
  /** Crashes of members, each with the restart at once: a node that is down is one that hears nothing for a while. */
  readonly crashes: number
  /** The same, and the disk is lost. */
  readonly amnesias: number
  /** Crashes for good: the process never comes back. Default: none. In rounds, all crashes are. */
  readonly stops?: number
  /** Messages that are lost. None need be for safety: a message that never arrives is lost. */
  readonly losses: number
  /** Messages that arrive, and arrive once more later. */
  readonly duplicates: number
  /** Ticks that pass, with a clock; default: no limit. */
  readonly ticks?: number
  /** Ticks that clocks count wrongly, all of them together: one that passes counts none, or two. Default: none. */
  readonly drift?: number
  /** Retries of clients that have lost patience; default: none. */
  readonly retries?: number
}

export const NO_BUDGETS: Budgets = { timeouts: {}, crashes: 0, amnesias: 0, losses: 0, duplicates: 0 }

/** Time in ticks. Durations among the parameters are whole numbers of them. */
export interface ClockModel {
  /** Ticks for which a message is under way, at least. */
  readonly minDelay: number
  /** The same, at most: until then it arrives or is lost. Absent: it may stay under way for ever. */
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
   * Treats equal messages under way as one (`set`), which is then delivered once, or, `lasting`, any number of times; or as many as
   * were sent (`bag`); or delivers those of a link in the order in which they were sent (`fifo`). Default: `bag`.
   */
  readonly network?: "bag" | "set" | "lasting" | "fifo"
  /**
   * True if a delivery that changes nothing, says nothing and is no news is still a step. Without it the message
   * stays under way, and fewer states are told apart, with the same states of nodes among them. Default: false; always
   * true of links that keep the order.
   */
  readonly idleSteps?: boolean
  /**
   * True if processes take steps together: what was sent arrives before any timer runs out, and then the timers of all of
   * them run out. A process that crashes stays down; what it sent last arrives or not. Default: false.
   */
  readonly inRounds?: boolean
  /**
   * Time passes in ticks, timers run out when they are due, and deadlines are over when clocks say so. Where a budget names no timer,
   * they run out as often as time has them. With networks that are a `bag`, or `fifo`. Absent: nothing has a duration.
   */
  readonly clock?: ClockModel
  /** Nodes that say whatever their algorithm's `lies` allow, or nothing. Default: none. */
  readonly traitors?: readonly NodeId[]
  /**
   * True if a state is a problem in which nothing can happen any more, no timer is armed, and what was asked for is not done
   * (`Watch.isDone`). Default: false.
   */
  readonly findsStalls?: boolean
}

/** The limits of an exploration. */
export interface Bounds {
  /** Steps from the beginning; default: no limit. */
  readonly depth?: number
  /** Different states; default: 100 million. */
  readonly states?: number
}
