/** Parameter, messages and state of Raymond's tree. */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"

export const parameters = {
  tree: choice(
    ["binary", "star", "line"],
    "binary",
    "The tree along whose edges messages travel, with node 0 as its root. `binary`: node i is below node (i-1)/2, rounded " +
      "down; `star`: all are below node 0; `line`: node i is below node i-1.",
  ),
} as const

export interface Raymond extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: { readonly hasBooted: boolean }
  readonly state: State
  readonly message: Message
  readonly timer: never
  readonly service: MutualExclusion
}

export type RaymondNode = Node<Raymond>

/** Variables of the paper, §3.1, and what it takes to recognise copies which the network makes of messages. */
export interface State {
  /** HOLDER: the neighbour in whose direction the privilege is, or this node; null: unknown, after a crash. */
  holder: NodeId | null
  /** USING: whether this node is in the critical section. */
  using: boolean
  /** REQUEST_Q: the neighbours, and this node itself, that have asked this node for the privilege, first come first. */
  readonly requestQueue: NodeId[]
  /** ASKED: whether this node has asked its holder for the privilege. */
  asked: boolean
  /** Number of requests that it has sent. */
  requests: number
  /** For each node, the largest number of a request received from it. */
  readonly latestRequest: number[]
  /** The hops of the privilege when this node received it last. */
  passes: number
  /** For whom this node requests. */
  client: ClientId
}

export type Message =
  /** "Send me the privilege": the sender's `number`-th request. */
  | { readonly type: "Request"; readonly number: number }
  /** The privilege, at its hop number `passes`. */
  | { readonly type: "Privilege"; readonly passes: number }
