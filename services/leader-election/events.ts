/** The events that the checks of elections see. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Oracle } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"

/** A loyal node changes its belief: it believes in `leader` (null: nobody) in `epoch`. */
export interface BeliefEvent {
  readonly node: NodeId
  readonly leader: NodeId | null
  readonly epoch: number
  readonly at: Micros
}

/** The ground truth that the checks may use in addition to the events. */
export interface ElectionContext extends Pick<Oracle, "isLoyal" | "oneLeaderPerEpoch"> {
  /** The epoch in which a node leads, before the change that is observed; undefined if it is down or does not. */
  leadsIn(node: NodeId): number | undefined
}
