/** The types that semi-active replication adds to those of active replication: the decisions of the leader. */
import type { Node } from "../../runtime/contract/algorithm.ts"
import type { LoggedState, OnLog } from "../common/sequenced/logged-types.ts"

export interface SemiActive extends Omit<OnLog, "state" | "message"> {
  readonly state: SemiActiveState
  readonly message: OnLog["message"] | Decision
}

export type SemiActiveReplica = Node<SemiActive>

export interface SemiActiveState extends LoggedState {
  /** The leader's decisions for requests that are not executed yet, by their place in the order. */
  decided: Map<number, Decided>
}

export interface Decided {
  readonly epoch: number
  readonly chosen: string
}

/** The leader has executed the request at a place with this choice; the others make the same choice. */
export interface Decision extends Decided {
  readonly type: "Decision"
  readonly index: number
}
