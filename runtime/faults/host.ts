/** A run as fault injection sees it: it has a fault schedule, and observers. */
import type { NodeId } from "../contract/ids.ts"
import type { Micros } from "../contract/units.ts"
import type { Fault, FaultKind, FaultPhase } from "./fault.ts"
import type { FaultyRun } from "./run.ts"

export interface FaultHost extends FaultyRun {
  readonly scenario: FaultyRun["scenario"] & { readonly faults: readonly Fault[] }
  /** Schedules a step of a fault. */
  scheduleFault(time: Micros, step: object): void
  /** Notifies observers. */
  announceFault(kind: FaultKind, phase: FaultPhase, what: string, nodes: readonly NodeId[]): void
}
