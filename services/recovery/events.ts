/** The events of a computation, as its checks and measures see them. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Expected } from "./program.ts"
import type { Fact, Output } from "./shape.ts"

export type ComputationEvent =
  | { readonly type: "reported"; readonly process: NodeId; readonly fact: Fact; readonly at: Micros }
  | { readonly type: "crashed"; readonly process: NodeId; readonly at: Micros }
  /** The outside world has accepted output. */
  | { readonly type: "committed"; readonly process: NodeId; readonly output: Output; readonly at: Micros }
  /** The computation is over. */
  | { readonly type: "ended"; readonly at: Micros }

/** The facts that checks may use in addition to the events. */
export interface ComputationContext {
  readonly processes: number
  /** The end of an undisturbed run. */
  readonly expected: () => Expected
}
