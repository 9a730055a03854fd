/** Leadership transfers, as requested by an operator. */
import type { NodeId } from "./ids.ts"

/** The request that an algorithm whose leaders can hand over accepts, and answers with `Result` or `Redirect`. */
export const TRANSFER_LEADERSHIP = "TransferLeadership"

/** Makes the leader hand over to another member; done when the leader has accepted this. */
export interface TransferLeadership {
  readonly type: typeof TRANSFER_LEADERSHIP
  readonly sequence: number
  readonly to: NodeId
}
