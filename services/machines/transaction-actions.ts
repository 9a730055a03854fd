/** Actions of two-phase commit: operations of the groups that take part in a transaction. */
import type { KeyValueOperation } from "./key-value.ts"
import type { TransactionId } from "./transaction-types.ts"

/** The operations of a transaction at one shard; each key is in one of them at most. */
export interface TransactionPart {
  readonly shard: number
  /** True if shards never moved are in the group. */
  readonly isHome: boolean
  readonly operations: readonly KeyValueOperation[]
}

export type TransactionAction =
  /** Locks the keys, if all are free, and remembers the writes. */
  | {
      readonly kind: "prepare"
      readonly id: TransactionId
      readonly session: number
      readonly sequence: number
      readonly parts: readonly TransactionPart[]
    }
  /** The decision: writes if it is to commit, and unlocks. */
  | { readonly kind: "settle"; readonly id: TransactionId; readonly isCommitted: boolean }
  /**
   * For the deciding group, once all others are prepared: commits and executes its own parts atomically, unless these
   * are refused. The first decision about a transaction counts. `done`: transactions whose decisions are no longer
   * needed.
   */
  | {
      readonly kind: "decide"
      readonly id: TransactionId
      readonly session: number
      readonly sequence: number
      readonly isCommitted: boolean
      readonly parts: readonly TransactionPart[]
      readonly groups: readonly number[]
      readonly done: readonly TransactionId[]
    }
