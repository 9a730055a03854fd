/** What happens in instances of agreement, as the checks see it. */
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
  /** What each proposer proposed. */
  readonly proposals: ReadonlyMap<NodeId, Value>
  /** What nodes decided before in this instance, by the node; each one's last decision. */
  readonly decisions: ReadonlyMap<NodeId, Value>
}

/** What the checks may see beside the events. */
export type Loyalty = Pick<Oracle, "isLoyal">
