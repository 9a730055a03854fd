/**
 * Faults as data: what the runtime does to nodes, links, clocks and disks, to whom, and when.
 *
 * Crash, pause, amnesia and partition are four different things: a crash loses the memory, a pause loses nothing, amnesia
 * loses memory and disk, and a partition leaves every node running.
 *
 * Faults that overlap count: what two crashes, pauses, cuts or failures of a disk hold is free when both are over.
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

/** An effect at a time, on whom it hits. */
export type Fault = Effect & Timing

/** A fault of a kind, with values for its settings, target and time that have been read as their declarations say. */
export function faultWith(kind: FaultKind, values: Readonly<Record<string, unknown>>): Fault {
  return { ...values, kind } as Fault
}
