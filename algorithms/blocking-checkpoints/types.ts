/** Parameters, messages and state of blocking coordinated checkpoints. */
import type { Node, NodeId } from "../../runtime/contract/algorithm.ts"
import {
  type ApplicationMessage,
  type RecoveryMessage,
  recoveryParameters,
  type SaverState,
  type SaverShape,
} from "../common/recovery/types.ts"

export const parameters = recoveryParameters

/** The process that initiates checkpoints. */
export const COORDINATOR: NodeId = 0

export interface State extends SaverState {
  /** Coordinator: the processes that have their tentative checkpoints, and whether each has taken all steps. */
  readonly taken: Map<NodeId, boolean>
  /** The index of a checkpoint requested before this process had resumed; 0: none. */
  requested: number
}

export type Message =
  | ApplicationMessage
  /** First phase: stop, and take a tentative checkpoint. */
  | { readonly type: "Request"; readonly epoch: number; readonly index: number }
  | { readonly type: "Taken"; readonly epoch: number; readonly index: number; readonly hasFinished: boolean }
  /** Second phase: all have theirs, which are permanent now. Continue. */
  | { readonly type: "Commit"; readonly epoch: number; readonly index: number }
  | RecoveryMessage

export interface Blocking extends SaverShape {
  readonly state: State
  readonly message: Message
}

export type BlockingNode = Node<Blocking>
