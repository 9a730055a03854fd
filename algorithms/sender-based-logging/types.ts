/** Parameters, messages and state of sender-based message logging. */
import type { Node } from "../../runtime/contract/algorithm.ts"
import type { Content } from "../../services/recovery/program.ts"
import type { Output } from "../../services/recovery/shape.ts"
import type { Determinant, Known, LoggerDisk, LoggerShape, LoggerState, Restarted } from "../common/logging/types.ts"
import { recoveryParameters, type SentMessage, type Written } from "../common/recovery/types.ts"

export const parameters = recoveryParameters

/** A message or output that a process withholds until all messages received before it are fully logged. */
export interface Withheld {
  /** The number of messages received before it. */
  readonly after: number
  readonly what:
    | { readonly message: SentMessage; readonly isSuppressed: boolean }
    | { readonly output: Output; readonly steps: number }
}

export interface State extends LoggerState {
  /** Others' receipts of messages that this process sent: with these its log of those is complete. */
  hosted: Determinant[]
  /** Its own receipts since its latest checkpoint. */
  own: Determinant[]
  /** Places of its receipts that the senders have not confirmed yet. */
  readonly unconfirmed: Set<number>
  withheld: Withheld[]
}

export type Message =
  /** A message of the computation. */
  | { readonly type: "Application"; readonly content: Content }
  /** To its sender: the place of its receipt, and the place of the first receipt that may have to be repeated. */
  | { readonly type: "Ack"; readonly determinant: Determinant; readonly first: number }
  /** To the receiver: the receipts at these places are in the log. */
  | { readonly type: "Confirm"; readonly places: readonly number[] }
  | Restarted
  /** An answer to a process that has restarted: receipts of either process that the other's messages caused. */
  | (Known & { readonly own: readonly Determinant[]; readonly hosted: readonly Determinant[] })
  | Written

export interface SenderBased extends LoggerShape {
  readonly disk: LoggerDisk
  readonly state: State
  readonly message: Message
}

export type SenderBasedNode = Node<SenderBased>
