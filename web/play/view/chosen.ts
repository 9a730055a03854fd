/** The current choice on the page, to inspect and act on: a node, a message in flight, or nothing. */
import type { NodeId } from "../../../runtime/contract/ids.ts"

export type Chosen =
  | { readonly kind: "node"; readonly node: NodeId }
  | { readonly kind: "message"; readonly key: string }
  | undefined
