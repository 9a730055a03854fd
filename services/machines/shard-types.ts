/** The shards of a key space, as data: their places, and the outcomes of actions on them. */
import type { Decided, TransactionAnswer, TransactionId } from "./transaction-types.ts"

/**
 * The contents of a shard that moves from one group to another: sessions included, so that no command is executed
 * twice.
 */
export interface ShardData {
  readonly values: readonly (readonly [key: string, value: string])[]
  readonly sessions: readonly (readonly [client: number, record: SessionInShard])[]
}

/** The last command of a session at a shard, and its result. */
export interface SessionInShard {
  readonly sequence: number
  readonly done: boolean
  readonly value: string | null
}

/** The group of each shard. */
export interface ShardMap {
  /** The number of the configuration, incremented with every change. */
  readonly number: number
  /** By shard, the group that owns it. */
  readonly owners: readonly number[]
  /**
   * By shard, the group to which it moves, and the number of the configuration in which the move began; null: it stays.
   */
  readonly moving: readonly (ShardMove | null)[]
  /** The groups that may own shards, in ascending order. */
  readonly groups: readonly number[]
  /** True once groups have joined or left: shards are to be spread evenly. */
  readonly isSpread: boolean
}

export interface ShardMove {
  readonly to: number
  readonly number: number
}

/** A shard that moves. `number` is the number of the configuration. */
export interface MovingShard extends ShardMove {
  readonly shard: number
  readonly from: number
}

/** The outcome of an action, in addition to the result of a client's command. */
export type ShardAnswer =
  /** Not served here. `group`: the group to which it left, by the configuration `number`; null: it never was here. */
  | { readonly type: "closed"; readonly shard: number; readonly group: number | null; readonly number: number }
  | ({ readonly type: "frozen"; readonly data: ShardData } & MovingShard)
  | ({ readonly type: "installed" } & MovingShard)
  | { readonly type: "deleted" }
  /** The map after an action of the controller; for `owned`, with the move that was to end. */
  | { readonly type: "map"; readonly map: ShardMap }
  | { readonly type: "owned"; readonly map: ShardMap; readonly move: MovingShard }
  | {
      readonly type: "status"
      readonly map: ShardMap | null
      readonly frozen: readonly MovingShard[]
      /** Transactions for which this group is prepared, and those that it has decided. */
      readonly prepared: readonly TransactionId[]
      readonly decisions: readonly Decided[]
    }
  /** The shard will leave once the transactions that hold locks on its keys are decided. */
  | { readonly type: "draining" }
  | TransactionAnswer
