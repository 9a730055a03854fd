/** The contents of a group: its shards, the map of all shards on the group that controls them, and transactions. */
import type { Values } from "./key-value.ts"
import type { Result } from "./result.ts"
import type { MovingShard, ShardMap } from "./shard-types.ts"
import type { Decided, OperationOutcome, TransactionId } from "./transaction-types.ts"

export interface Shard {
  /** The number of the move that brought the shard here, or took it away. */
  number: number
  state: "served" | "frozen" | "gone"
  /** True if it will leave once none of its keys is locked: no transaction may lock more. */
  isDraining?: boolean
  /** The move that took it away; null: none has, or it has come back. */
  left: MovingShard | null
  values: Values
  /** By client; absent until its first command is executed. */
  sessions: (SessionRecord | undefined)[]
}

export interface SessionRecord {
  sequence: number
  result: Result
}

export interface Sharding {
  readonly shards: Map<number, Shard>
  map: ShardMap | null
  /** Absent until there is one. */
  transactions?: Transactions
}

/** The transactions of a group. */
export interface Transactions {
  /** By name: prepared here, until the decision arrives. */
  readonly prepared: Map<string, Prepared>
  /** By key, the name of the transaction that has locked it. */
  readonly locks: Map<string, string>
  /** By name: decided here, until all participants know the decision. */
  readonly decisions: Map<string, Decided>
}

export interface Prepared {
  readonly id: TransactionId
  readonly session: number
  readonly sequence: number
  readonly shards: readonly PreparedShard[]
}

export interface PreparedShard {
  readonly shard: number
  readonly writes: readonly (readonly [key: string, value: string])[]
  readonly outcomes: readonly OperationOutcome[]
}
