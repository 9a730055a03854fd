/** Commands to the replicated machine, and their results. */
import type { ClientId } from "../../runtime/contract/algorithm.ts"
import type { ChanceOperation } from "../machines/chance.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import type { LockOperation } from "../machines/lock-table.ts"
import type { ShardOperation } from "../machines/shard-actions.ts"

export type { Result } from "../machines/result.ts"

/** A request of a client to the machine. */
export type Operation = KeyValueOperation | LockOperation | ChanceOperation | ShardOperation

/** An operation drawn by the workload. */
export type DrawnOperation = KeyValueOperation | ChanceOperation

/** One operation of one client session. Retries carry the same session and sequence, and are applied once. */
export interface Command<O extends Operation = Operation> {
  readonly type: "Command"
  readonly session: ClientId
  /** Numbered from 1 by the client; a session has one operation in flight at a time. */
  readonly sequence: number
  readonly operation: O
  /** The choice for a nondeterministic operation, made by the node that appended it to a log. */
  readonly chosen?: string
}
