/** The types of the `sharded-store` service: what clients ask, what nodes answer, and what nodes report. */
import type { ClientId, NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Belief, Office } from "../../runtime/contract/service.ts"
import type { KeyValueOperation } from "../machines/key-value.ts"
import type { Command, Result } from "../replicated-log/command.ts"

export interface ShardedStore {
  readonly request: ShardCommand | Transact | MoveShard | ChangeGroups
  readonly reply: Answer | Redirect | Elsewhere | Later
  readonly fact: Belief | Office | Executed
}

/** A client's command, for the group that has its shard according to the client's map. */
export interface ShardCommand extends Command<KeyValueOperation> {
  /** Absent: the client knows of no group yet. */
  readonly group?: number
}

/**
 * A client's transaction: operations on different keys, which take effect atomically. It is for the group that has the
 * first key's shard according to the client's map. Its result lists, as JSON, whether each operation took effect and
 * what its key held before.
 */
export interface Transact {
  readonly type: "Transact"
  readonly session: ClientId
  readonly sequence: number
  readonly operations: readonly KeyValueOperation[]
  /** By operation, the group that has its shard according to the client's map; null: unknown. */
  readonly groups: readonly (number | null)[]
}

/** An operator moves a shard to a group. */
export interface MoveShard {
  readonly type: "MoveShard"
  readonly sequence: number
  readonly shard: number
  readonly to: number
}

/**
 * An operator has a group join or leave: then shards move until the numbers of shards per group differ by at most one.
 */
export interface ChangeGroups {
  readonly type: "JoinGroup" | "LeaveGroup"
  readonly sequence: number
  readonly group: number
}

export interface Answer {
  readonly type: "Result"
  readonly sequence: number
  readonly result: Result
}

/** Rejected: ask the leader of the group, or (null) any node, later. */
export interface Redirect {
  readonly type: "Redirect"
  readonly sequence: number
  readonly leader: NodeId | null
}

/** Not executed, since another group has the shard: the client's map is stale. */
export interface Elsewhere {
  readonly type: "Elsewhere"
  readonly sequence: number
  readonly shard: number
  /** Number of shards. */
  readonly shards: number
  /** The group to which it moved, the number of that configuration (0: its initial group), and the group's members. */
  readonly group: number
  readonly number: number
  readonly members: readonly NodeId[]
}

/**
 * Not executed now: a transaction has locked a key, or the transaction was aborted because a group has not answered.
 * The client retries. This promises nothing about requests that it sent before.
 */
export interface Later {
  readonly type: "Later"
  readonly sequence: number
}

/** The node executed an entry of the log of a group. */
export interface Executed {
  readonly type: "executed"
  /** Group 0 is the controller. */
  readonly group: number
  readonly index: number
  /** Null: an entry without a command. */
  readonly command: Command | null
}

export function isExecuted(fact: Tagged): fact is Executed {
  return fact.type === "executed"
}

const REPLIES = new Set(["Result", "Redirect", "Elsewhere", "Later"])

export function isShardReply(reply: object): reply is ShardedStore["reply"] {
  return "type" in reply && REPLIES.has(String(reply.type))
}

/** The shard of a key: its FNV-1a hash, modulo the number of shards. */
export function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}
