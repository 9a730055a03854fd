/** Names of nodes in specs: a node's id, or a process by the name of its role. */
import * as Schema from "effect/Schema"
import { integerFrom, MAX_NODES, text } from "./scalars.ts"

/** `0`; `server`, all processes of that role; `store 1`, one of them. */
export const namedNode = Schema.Union([integerFrom(0, MAX_NODES - 1), text("the name of a role")]).annotate({
  expected: `an integer from 0 to ${MAX_NODES - 1}, or the name of a role`,
})

export type NamedNode = typeof namedNode.Type
