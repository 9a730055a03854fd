/** The choice on the page, to be looked at and acted on: a node, a message under way, or nothing. */
import type { NodeId } from "../../../runtime/contract/ids.ts"

export type Chosen =
  | { readonly kind: "node"; readonly node: NodeId }
  | { readonly kind: "message"; readonly key: string }
  | undefined
