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
  /** By node, its last decision in this instance before this one. */
  readonly decisions: ReadonlyMap<NodeId, Value>
}

/** The ground truth that the checks may use in addition to the events. */
export type Loyalty = Pick<Oracle, "isLoyal">
