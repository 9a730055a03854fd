/** Actions on shards: the operations of groups and of their controller. */
import type { KeyValueOperation } from "./key-value.ts"
import type { MovingShard, ShardData, ShardMap } from "./shard-types.ts"
import type { TransactionAction } from "./transaction-actions.ts"

export type ShardAction =
  /** A client's command, executed if the group has the shard. `isHome`: shards never moved are in this group. */
  | {
      readonly kind: "serve"
      readonly shard: number
      readonly isHome: boolean
      readonly request: KeyValueOperation
    }
  /** Stops serving the shard here. The answer holds its contents. */
  | ({ readonly kind: "freeze"; readonly isHome: boolean } & MovingShard)
  /** Starts serving the shard here. */
  | ({ readonly kind: "install"; readonly data: ShardData } & MovingShard)
  /** Another group has the shard: its remains here may be deleted. */
  | ({ readonly kind: "delete" } & MovingShard)
  /** For the controller: a shard is to move, or a group joins or leaves. `first`: the initial map. */
  | { readonly kind: "move"; readonly shard: number; readonly to: number; readonly first: ShardMap }
  | { readonly kind: "join" | "leave"; readonly group: number; readonly first: ShardMap }
  /** For the controller: a move is done. */
  | ({ readonly kind: "own" } & MovingShard)
  /** Returns what a new leader needs to continue: the map, the shards frozen here, and open transactions. */
  | { readonly kind: "status" }
  | TransactionAction

export interface ShardOperation {
  readonly op: "shard"
  readonly key: string
  readonly action: ShardAction
}

export function isShardOperation(operation: { readonly op: string }): operation is ShardOperation {
  return operation.op === "shard"
}
