/** The events of instances of agreement, as the checks see them. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Oracle } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Value } from "./shape.ts"

/** A loyal node decides. */
export interface DecisionEvent {
  readonly node: NodeId
  readonly value: Value
  readonly at: Micros
  readonly instance: number
  /** The value that each proposer proposed. */
  readonly proposals: ReadonlyMap<NodeId, Value>
  /** The last decision of each node in this instance before, by the node. */
  readonly decisions: ReadonlyMap<NodeId, Value>
}

/** The truth that the checks may see beside the events. */
export type Loyalty = Pick<Oracle, "isLoyal">
