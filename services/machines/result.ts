import type { ShardAnswer } from "./shard-types.ts"

/** The result of an operation: the value read (`get`) or replaced (`put`, `append`, `cas`), and whether it took effect. */
export interface Result {
  readonly done: boolean
  readonly value: string | null
  /** The answer to an action on shards. */
  readonly shard?: ShardAnswer
}
