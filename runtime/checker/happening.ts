/** The events that may happen to one process of a group that is explored, or to a client. */
import type { NodeId } from "../contract/algorithm.ts"
import type { Move } from "../contract/untimed.ts"
import type { ProcessEvent } from "../process/effect.ts"

/** An event for a handler; or the process dies and boots again at once, with its disk or without, or never; or a client acts. */
export type Happening =
  | ProcessEvent
  | { readonly type: "crash" }
  | { readonly type: "amnesia" }
  | { readonly type: "stop" }
  /** Time passes. One of the clocks may count another number of ticks than the one. */
  | { readonly type: "tick"; readonly clock?: NodeId; readonly counts?: 0 | 2 }
  /** A client does something of its own accord. */
  | ({ readonly type: "move" } & Move)
  /** A client gets a reply. */
  | { readonly type: "answer"; readonly from: NodeId; readonly reply: object }

export interface Occurrence {
  /** A process, or a client outside the group: these come after all processes. */
  readonly to: NodeId
  readonly happening: Happening
  /** Of a message, with a clock: the ticks since it was sent, as far as these matter. Default: 0. */
  readonly age?: number
}
