/** The events that may happen to one process of a group that is explored. */
import type { NodeId } from "../contract/algorithm.ts"
import type { ProcessEvent } from "../process/effect.ts"

/** An event for a handler; or the process dies and boots again at once, with its disk or without. */
export type Happening = ProcessEvent | { readonly type: "crash" } | { readonly type: "amnesia" }

export interface Occurrence {
  readonly to: NodeId
  readonly happening: Happening
}
