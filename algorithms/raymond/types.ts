/** Parameter, messages and state of Raymond's tree. */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, duration, flag, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"

export const parameters = {
  tree: choice(
    ["binary", "star", "line"],
    "binary",
    "The tree along whose edges messages travel, with node 0 as its root. `binary`: node i is below node (i-1)/2, rounded " +
      "down; `star`: all are below node 0; `line`: node i is below node i-1.",
  ),
  recovery: flag(
    false,
    "A node that restarts asks its neighbours where the privilege is, and who has asked it for it, and makes the privilege anew " +
      "if it was there when it crashed, or sent to it since. Safe while no message takes longer than `recoveryDelay`.",
  ),
  recoveryDelay: duration(
    "1d + 1ms",
    "With `recovery`: how long a node that restarts waits before it asks, so that all that it sent before has arrived.",
    { min: 1 },
  ),
  restartInterval: duration(
    "max(75ms, 5d)",
    "With `recovery`: how often it asks a neighbour again that has not advised it.",
    {
      min: 1,
    },
  ),
} as const

export interface Raymond extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  readonly timer: "recover"
  readonly service: MutualExclusion
}

export type RaymondNode = Node<Raymond>

export interface Disk {
  readonly hasBooted: boolean
  /** The number of times it has restarted to recover. */
  readonly recoveries: number
}

/** The variables of the paper, §3.1, and numbers to recognise duplicate messages. */
export interface State {
  /** HOLDER: the neighbour in whose direction the privilege is, or this node; null: unknown, after a crash (§5). */
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
  /** The hops of the privilege when this node last received it or passed it on. */
  passes: number
  /** The knowledge it has gathered since it restarted; null: it is not recovering. */
  recovery: Recovery | null
  /** The client for which this node requests. */
  client: ClientId
}

export type Message =
  /** "Send me the privilege": the sender's `number`-th request. */
  | { readonly type: "Request"; readonly number: number }
  /** The privilege, at its hop number `passes`. */
  | { readonly type: "Privilege"; readonly passes: number }
  /** RESTART: "I have lost my variables"; the sender's `recovery`-th. */
  | { readonly type: "Restart"; readonly recovery: number }
  | Advise

/** ADVISE: how the edge between sender and receiver looks to the sender, in answer to the `recovery`-th RESTART. */
export interface Advise {
  readonly type: "Advise"
  readonly recovery: number
  /** HOLDER is the receiver. */
  readonly isHolder: boolean
  /** ASKED: the sender has asked for the privilege. */
  readonly asked: boolean
  /** The receiver is in REQUEST_Q. */
  readonly isQueued: boolean
  /** Number of requests that the sender has sent to anybody, and the largest number of one received from the receiver. */
  readonly requests: number
  readonly latestRequest: number
  /** The hops of the privilege that the sender knows of. */
  readonly passes: number
}

export interface Recovery {
  /** The advice of each neighbour, by its id; absent until it does. */
  readonly advice: Map<NodeId, Advise>
  /** The hops of the privilege that came meanwhile; 0: none did. */
  passes: number
  hasAsked: boolean
}
