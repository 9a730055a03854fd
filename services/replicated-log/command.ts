/** Commands to the replicated machine, and what they give. */
import type { ClientId } from "../../runtime/contract/algorithm.ts"

/** What a client asks the machine to do. `null` stands for "no value". */
export type Operation =
  | { readonly op: "put"; readonly key: string; readonly value: string }
  | { readonly op: "get"; readonly key: string }
  /** Writes `value` if the key holds `expected`. */
  | { readonly op: "cas"; readonly key: string; readonly expected: string | null; readonly value: string }
  /** Adds `value` at the end of what the key holds. */
  | { readonly op: "append"; readonly key: string; readonly value: string }
  /** Asks for the lock kept under the key; see `lock-table.ts`. The owner is the client's number. */
  | { readonly op: "acquire"; readonly key: string; readonly owner: string }
  | { readonly op: "release"; readonly key: string; readonly owner: string }

/** One operation of one client session. A retry carries the same session and sequence, and is applied once. */
export interface Command {
  readonly type: "Command"
  readonly session: ClientId
  /** Numbered from 1 by the client; a session has one operation in flight at a time. */
  readonly sequence: number
  readonly operation: Operation
}

/** What an operation gave: the value read (`get`) or replaced (`put`, `append`, `cas`), and whether it took effect. */
export interface Result {
  readonly done: boolean
  readonly value: string | null
}
