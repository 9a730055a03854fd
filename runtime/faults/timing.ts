/** When faults strike, how long they last, and how they repeat. */
import type { Micros } from "../contract/units.ts"

export type FaultPhase = "begins" | "ends"

/** When a fault strikes, and how long it lasts. */
export type Timing = {
  /** When it strikes; with a schedule, when that begins. */
  readonly at: Micros
  /**
   * The span from `at` on within which it strikes, or its schedule begins, at a random time: uniformly distributed, from
   * the faults stream, and so the same for every algorithm. Default 0.
   */
  readonly within?: Micros
  /** Its duration; default: to the end of the run. */
  readonly for?: Micros
  readonly schedule?: Schedule
}

/** The repetition of a fault. Nothing strikes at or after `until` (default: the end of the run), and all is over by then. */
export type Schedule = Periodic | Renewal | Conditional

/** Strikes at once and then once `every` period, at most `times` times. */
export interface Periodic {
  readonly kind: "every"
  readonly every: Micros
  readonly times?: number
  readonly until?: Micros
}

/**
 * Every target node (or named link) fails and is repaired independently of the others: it is up for `mtbf` and down for
 * `mttr` on average, and so down for mttr / (mtbf + mttr) of the time. Spans are exponential, or all of the same
 * length, in which case the first failure of each comes at a random time within `mtbf`.
 */
export interface Renewal {
  readonly kind: "renewal"
  readonly mtbf: Micros
  readonly mttr: Micros
  readonly spans: Spans
  /**
   * The number of repairs under way at once at most: others wait for their turn, in the order of the failures, so that a part may be
   * down for longer than `mttr`. Absent: as many as there are parts.
   */
  readonly crews?: number
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
 * The conditions that a fault can wait for.
 *
 * - `leader elected`: a node begins to believe that it leads; a leader that is there when the schedule begins counts as
 *   elected then. A fault of "the leader" hits that node, whether or not it still leads.
 */
export type Condition = (typeof CONDITIONS)[number]
