/** Parameters, messages and state of the central server. */
import type { ClientId, Node, NodeId, RoleNode, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, duration, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"

export const parameters = {
  answers: choice(
    ["grants", "queued"],
    "grants",
    "What the server tells those who wait. `grants`: nothing but the grant, so that a requester cannot tell a dead server " +
      "from a busy one. `queued`: at once that the request is queued, and again and again that the server is alive; a " +
      "requester that hears neither assumes that the server is dead, and resends its request.",
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "`queued` only: how often the server tells those who wait that it is alive.",
    {
      min: 1,
    },
  ),
  detectionTimeout: duration(
    "max(225ms, 15d)",
    "`queued` only: a requester that waits and has not heard from the server for this long assumes that it is dead.",
    { min: 1 },
  ),
} as const

export interface CentralServer extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: RequesterState
  readonly message: ToRequester
  readonly timer: "silence"
  readonly service: MutualExclusion
  readonly roles: {
    readonly server: {
      readonly disk: object
      readonly state: ServerState
      readonly message: ToServer
      readonly timer: "heartbeat"
    }
  }
}

export type Requester = Node<CentralServer>
export type Server = RoleNode<CentralServer, "server">

export interface RequesterState {
  phase: "outside" | "waiting" | "inside"
  /** The number of its request, from 1; of the last one while it is outside. */
  request: number
  /** The client for which it requests. */
  client: ClientId
  /** `queued` only: it has not heard from the server for the detection timeout. */
  isServerSuspected: boolean
}

/** A request of a node. */
export interface Asked {
  readonly from: NodeId
  readonly request: number
}

export interface ServerState {
  /** The request that has been granted the critical section; null: none. */
  holder: Asked | null
  /** Requests that wait, first come first served. */
  readonly queue: Asked[]
  /** The number of the last request of each node; 0: none. */
  readonly latest: number[]
}

export type ToServer =
  | { readonly type: "Request"; readonly request: number }
  | { readonly type: "Release"; readonly request: number }

export type ToRequester =
  | { readonly type: "Grant"; readonly request: number }
  | { readonly type: "Queued"; readonly request: number }
  | { readonly type: "Alive" }
