/**
 * Faults as data: their effects on nodes, links, clocks and disks, their targets and their times.
 *
 * Crash, pause, amnesia and partition differ: a crash loses memory, a pause loses nothing, amnesia loses memory and
 * disk, and a partition leaves every node running.
 *
 * Overlapping faults are counted: a node, link or disk held by two crashes, pauses, cuts or disk failures recovers when
 * both are over.
 */
import type { Effect, FaultKind } from "./registry.ts"
import type { Timing } from "./timing.ts"

export type { Effect, FaultKind } from "./registry.ts"
export { type Direction, DIRECTIONS, type Scope, type Side, type Target } from "./target.ts"
export {
  type Condition,
  type Conditional,
  CONDITIONS,
  type FaultPhase,
  type Periodic,
  type Renewal,
  type Schedule,
  SPANS,
  type Spans,
  type Timing,
} from "./timing.ts"

/** An effect on its targets, at a time. */
export type Fault = Effect & Timing

/** A fault of a kind, with parsed values for its settings, target and time. */
export function faultWith(kind: FaultKind, values: Readonly<Record<string, unknown>>): Fault {
  return { ...values, kind } as Fault
}
