/** The events that may happen to one process of an explored group, or to a client. */
import type { NodeId } from "../contract/algorithm.ts"
import type { Move } from "../contract/untimed.ts"
import type { ProcessEvent } from "../process/effect.ts"

/**
 * An event for a handler; or the process crashes and reboots at once, with its disk or without, or stops for good; or a
 * client acts.
 */
export type Happening =
  | ProcessEvent
  | { readonly type: "crash" }
  | { readonly type: "amnesia" }
  | { readonly type: "stop" }
  /** Time passes. One clock may count another number of ticks than one. */
  | { readonly type: "tick"; readonly clock?: NodeId; readonly counts?: 0 | 2 }
  /** A client acts of its own accord. */
  | ({ readonly type: "move" } & Move)
  /** A client gets a reply. */
  | { readonly type: "answer"; readonly from: NodeId; readonly reply: object }

export interface Occurrence {
  /** A process, or a client outside the group: these come after all processes. */
  readonly to: NodeId
  readonly happening: Happening
  /** Of a message, with a clock: the ticks since it was sent, as far as they matter. Default: 0. */
  readonly age?: number
}
