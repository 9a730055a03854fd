/** The timing of faults: strikes, durations and repetitions. */
import type { Micros } from "../contract/units.ts"

export type FaultPhase = "begins" | "ends"

/** The time and duration of a fault. */
export type Timing = {
  /** When it strikes; with a schedule, when that begins. */
  readonly at: Micros
  /**
   * The span after `at` within which it strikes, or its schedule begins, at a random time: drawn uniformly from the
   * faults stream, and so the same for every algorithm. Default 0.
   */
  readonly within?: Micros
  /** Its duration; default: to the end of the run. */
  readonly for?: Micros
  readonly schedule?: Schedule
}

/**
 * The repetition of a fault. No strike comes at or after `until` (default: the end of the run), and all end by then.
 */
export type Schedule = Periodic | Renewal | Conditional

/** Strikes at once and then once per period `every`, at most `times` times. */
export interface Periodic {
  readonly kind: "every"
  readonly every: Micros
  readonly times?: number
  readonly until?: Micros
}

/**
 * Every target node (or named link) fails and is repaired independently of the others: it is up for `mtbf` and down for
 * `mttr` on average, that is, down for mttr / (mtbf + mttr) of the time. Spans are exponential, or constant; if
 * constant, each target's first failure comes at a random time within `mtbf`.
 */
export interface Renewal {
  readonly kind: "renewal"
  readonly mtbf: Micros
  readonly mttr: Micros
  readonly spans: Spans
  /**
   * The maximum number of concurrent repairs: others wait, in the order of the failures, so that a part may be down for
   * longer than `mttr`. Absent: unlimited.
   */
  readonly crews?: number
  readonly until?: Micros
}

export const SPANS = ["exponential", "fixed"] as const
export type Spans = (typeof SPANS)[number]

/** Strikes `after` the condition becomes true, each time, at most `times` times. */
export interface Conditional {
  readonly kind: "when"
  readonly when: Condition
  readonly after: Micros
  readonly times?: number
  readonly until?: Micros
  /** The number of its random stream. Assigned by the timeline, so that other faults do not affect its draws. */
  readonly stream?: number
}

export const CONDITIONS = ["leader elected"] as const

/**
 * The conditions for which a fault can wait.
 *
 * - `leader elected`: a node begins to believe that it leads; a leader already present when the schedule begins counts
 *   as elected then. A fault of "the leader" hits that node, even if it no longer leads.
 */
export type Condition = (typeof CONDITIONS)[number]
