/** Transactions over several groups, as data: two-phase commit's records in the log of each group that takes part. */
/** One attempt at a transaction. No two have the same. */
export interface TransactionId {
  /** The group whose log decides; null: the process that began it decides alone. */
  readonly group: number | null
  /** The process that coordinates it. */
  readonly node: number
  readonly number: number
}

/** The result of one operation: what its key held before, and whether it took effect. */
export interface OperationOutcome {
  readonly key: string
  readonly done: boolean
  readonly value: string | null
}

/** Why a group cannot take part. */
export type Refusal =
  /** It does not have a shard (as `closed` of `ShardAnswer`). */
  | { readonly type: "closed"; readonly shard: number; readonly group: number | null; readonly number: number }
  /** Another transaction has locked a key. */
  | { readonly type: "locked" }
  /** An earlier attempt at the same transaction of the client was committed; with its outcomes. */
  | { readonly type: "executed"; readonly outcomes: readonly OperationOutcome[] }
  /** A later command of its client has been executed. */
  | { readonly type: "stale" }

/** A decision of a coordinator, kept until all participants have it. */
export interface Decided {
  readonly id: TransactionId
  readonly isCommitted: boolean
  /** The groups that have to learn of it. */
  readonly groups: readonly number[]
}

export type TransactionAnswer =
  | { readonly type: "prepared"; readonly id: TransactionId; readonly outcomes: readonly OperationOutcome[] }
  | { readonly type: "unprepared"; readonly id: TransactionId; readonly refusal: Refusal }
  | { readonly type: "settled"; readonly id: TransactionId }
  | ({
      readonly type: "decided"
      readonly outcomes: readonly OperationOutcome[]
      /** The reason why it was not committed, though all others were prepared. */
      readonly refusal?: Refusal
    } & Decided)
  /** A client's command waits: a transaction has locked its key. */
  | { readonly type: "locked" }

/** The name of a transaction: `1.4.2003` of group 1 and process 4. */
export function nameOfTransaction({ group, node, number }: TransactionId): string {
  return `${group ?? "-"}.${node}.${number}`
}

export function idOf({ group, node, number }: TransactionId): TransactionId {
  return { group, node, number }
}
