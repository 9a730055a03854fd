/** Commands to the replicated machine, and what they give. */
import type { ClientId } from "../../runtime/contract/algorithm.ts"
import type { ChanceOperation } from "../machines/chance.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import type { LockOperation } from "../machines/lock-table.ts"
import type { ShardOperation } from "../machines/shard-actions.ts"

export type { Result } from "../machines/result.ts"

/** A request of a client to the machine. */
export type Operation = KeyValueOperation | LockOperation | ChanceOperation | ShardOperation

/** An operation that the workload draws. */
export type DrawnOperation = KeyValueOperation | ChanceOperation

/** One operation of one client session. A retry carries the same session and sequence, and is applied once. */
export interface Command<O extends Operation = Operation> {
  readonly type: "Command"
  readonly session: ClientId
  /** Numbered from 1 by the client; a session has one operation in flight at a time. */
  readonly sequence: number
  readonly operation: O
  /** Made by whoever handed it to a log, for an operation that leaves something to chance. */
  readonly chosen?: string
}
