/** The events of a replicated log and its clients, as the checks see them. */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { Ending } from "../../runtime/contract/service.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { Command, DrawnOperation, Result } from "./command.ts"
import type { Executed, LogRecord } from "./record.ts"

/** A client begins an operation. */
export interface Begun {
  readonly type: "begun"
  readonly client: ClientId
  readonly operation: DrawnOperation
  readonly command: Command<DrawnOperation>
  readonly at: Micros
}

/** A client's operation ends; `result` is null unless it ended well. */
export interface Ended {
  readonly type: "ended"
  readonly client: ClientId
  readonly command: Command<DrawnOperation>
  readonly ending: Ending
  readonly result: Result | null
  readonly at: Micros
}

export type LogEvent =
  | Executed
  | Begun
  | Ended
  /** A traitor claims to have executed an entry. */
  | { readonly type: "claimed"; readonly command: Command | null }
  /** A loyal node replaced its machine by a snapshot that covers the log up to `index`. */
  | { readonly type: "restored"; readonly node: NodeId; readonly index: number }
  | { readonly type: "down"; readonly node: NodeId }
  /** A loyal node begins to lead. */
  | { readonly type: "leads"; readonly node: NodeId; readonly epoch: number; readonly at: Micros }
  /** The run is over. `hasSettled`: the group has had enough time to execute everything in its log. */
  | { readonly type: "finished"; readonly hasSettled: boolean; readonly at: Micros }

/**
 * The context that the checks may use in addition to the events: the log as nodes first executed it, including this
 * event.
 */
export interface LogContext {
  readonly log: LogRecord
}
