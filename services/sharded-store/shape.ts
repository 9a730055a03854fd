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

/** A client's command, for the group that has its shard as far as the client knows. */
export interface ShardCommand extends Command<KeyValueOperation> {
  /** Absent: the client knows of no group yet. */
  readonly group?: number
}

/**
 * A client's transaction: operations on different keys, which take effect at one moment or not at all. It is for the group that has the
 * first key's shard, as far as the client knows. Its result says of each operation whether it took effect and what its key held
 * before, as JSON.
 */
export interface Transact {
  readonly type: "Transact"
  readonly session: ClientId
  readonly sequence: number
  readonly operations: readonly KeyValueOperation[]
  /** Of each operation, the group that has its shard, as far as the client knows; null: it does not. */
  readonly groups: readonly (number | null)[]
}

/** An operator has a shard moved to a group. */
export interface MoveShard {
  readonly type: "MoveShard"
  readonly sequence: number
  readonly shard: number
  readonly to: number
}

/** An operator has a group take part, or leave: then shards move until each group has as many as the others, or one more. */
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

/** Not taken up: ask the leader of the group, or (null) somebody, later. */
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
  /** The group that it went to, since the configuration of that number (0: it was there in the beginning), and its members. */
  readonly group: number
  readonly number: number
  readonly members: readonly NodeId[]
}

/**
 * Nothing has been done now: a transaction has locked a key, or the transaction was given up since a group has not answered. The
 * client retries. No promise about requests that it sent before.
 */
export interface Later {
  readonly type: "Later"
  readonly sequence: number
}

/** The node executed an entry of the log of a group. */
export interface Executed {
  readonly type: "executed"
  /** 0: the controller. */
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

/** The shard of a key: FNV-1a, modulo their number. */
export function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}
