/** Hand-overs of the leadership, as an operator asks for them. */
import type { NodeId } from "./ids.ts"

/** The request that an algorithm takes, and answers by `Result` or `Redirect`, if its leaders can hand over. */
export const TRANSFER_LEADERSHIP = "TransferLeadership"

/** Makes the leader hand over to another member; done when the leader has taken that on. */
export interface TransferLeadership {
  readonly type: typeof TRANSFER_LEADERSHIP
  readonly sequence: number
  readonly to: NodeId
}
