/** Parameters, messages and disk of receiver-based pessimistic logging. */
import type { Node } from "../../runtime/contract/algorithm.ts"
import type { Content } from "../../services/recovery/program.ts"
import type { Known, LoggerDisk, LoggerShape, Receipt, Restarted } from "../common/logging/types.ts"
import { recoveryParameters, type Written } from "../common/recovery/types.ts"

export const parameters = recoveryParameters

export interface Disk extends LoggerDisk {
  /** Messages received since the latest checkpoint, in order; the last may be about to be. */
  readonly log: Receipt[]
}

export type Message =
  /** A message of the computation. */
  | { readonly type: "Application"; readonly content: Content }
  /** To itself: the receipt is on the disk. */
  | { readonly type: "Logged"; readonly place: number }
  | Restarted
  | Known
  | Written

export interface Pessimistic extends LoggerShape {
  readonly disk: Disk
  readonly message: Message
}

export type PessimisticNode = Node<Pessimistic>
