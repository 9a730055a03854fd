/** Actions on shards: the operations of groups and of their controller. */
import type { KeyValueOperation } from "./key-value.ts"
import type { MovingShard, ShardData, ShardMap } from "./shard-types.ts"
import type { TransactionAction } from "./transaction-actions.ts"

export type ShardAction =
  /** A client's command, executed if the group has the shard. `isHome`: shards that nobody has moved are here. */
  | {
      readonly kind: "serve"
      readonly shard: number
      readonly isHome: boolean
      readonly request: KeyValueOperation
    }
  /** The shard is served here no more. Answered with its contents. */
  | ({ readonly kind: "freeze"; readonly isHome: boolean } & MovingShard)
  /** The shard is served here from now on. */
  | ({ readonly kind: "install"; readonly data: ShardData } & MovingShard)
  /** Another group has it: what is left of it here may go. */
  | ({ readonly kind: "delete" } & MovingShard)
  /** Of the controller: a shard is to move, a group comes or goes. `first`: the map before any of this. */
  | { readonly kind: "move"; readonly shard: number; readonly to: number; readonly first: ShardMap }
  | { readonly kind: "join" | "leave"; readonly group: number; readonly first: ShardMap }
  /** Of the controller: a move is done. */
  | ({ readonly kind: "own" } & MovingShard)
  /** The knowledge that a new leader needs to continue: the map, the shards that are frozen here, and open transactions. */
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
