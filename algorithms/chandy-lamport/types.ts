/** Parameters, messages and state of Chandy and Lamport's snapshots as checkpoints. */
import type { Node, NodeId } from "../../runtime/contract/algorithm.ts"
import type { Content } from "../../services/recovery/program.ts"
import {
  type ApplicationMessage,
  type RecoveryMessage,
  recoveryParameters,
  type SaverState,
  type SaverShape,
} from "../common/recovery/types.ts"

export const parameters = recoveryParameters

/** The process that initiates snapshots. */
export const INITIATOR: NodeId = 0

/** A snapshot that this process takes part in. */
export interface Snapshot {
  readonly index: number
  /** Messages recorded in each incoming channel: received after the state was recorded, and before the marker. */
  readonly channels: Content[][]
  /** Senders whose marker has not come yet. */
  readonly open: Set<NodeId>
  /** True if the state is on the disk. */
  isWritten: boolean
}

export interface State extends SaverState {
  snapshot: Snapshot | null
  /** Initiator: the snapshot that it collects, 0 if none; the processes that have recorded their part, and whether each has taken all steps. */
  initiated: number
  readonly recorded: Map<NodeId, boolean>
}

export type Message =
  | ApplicationMessage
  /** Sent after the state is recorded, and before any other message. */
  | { readonly type: "Marker"; readonly epoch: number; readonly index: number }
  /** State and channels are on the disk. */
  | { readonly type: "Recorded"; readonly epoch: number; readonly index: number; readonly hasFinished: boolean }
  /** The snapshot is complete: it is where a recovery returns to. */
  | { readonly type: "Complete"; readonly epoch: number; readonly index: number }
  | RecoveryMessage

export interface ChandyLamport extends SaverShape {
  readonly state: State
  readonly message: Message
}

export type SnapshotNode = Node<ChandyLamport>
