/** Parameters, messages and state of Maekawa's mutual exclusion. */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, flag, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"

export const parameters = {
  quorums: choice(
    ["plane", "grid"],
    "plane",
    "The quorums, any two of which have a node in common. `plane`: lines of a finite projective plane, K nodes each where " +
      "n = K(K-1)+1 (3, 7, 13, 21, ...). `grid`: a row and a column of a square grid, K = 2√n-1 nodes each where n is a " +
      "square. For other n some nodes stand for several points.",
  ),
  yielding: flag(
    true,
    "Nodes resolve deadlocks: with INQUIRE, FAILED and RELINQUISH a request gives up locks to older ones. Without, two " +
      "requests can wait for each other for ever.",
  ),
} as const

export interface Maekawa extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: State
  readonly message: Message
  readonly timer: never
  readonly service: MutualExclusion
}

export type MaekawaNode = Node<Maekawa>

/** In place of a timestamp or the number of a lock: none. Both begin at 1. */
export const NONE = 0

/** A request: the smaller timestamp has priority; of equal ones, that of the lower id. */
export interface Request {
  readonly from: NodeId
  readonly timestamp: number
}

/** A request that waits for a node's lock. */
export interface Waiting extends Request {
  /** True once its node has been sent FAILED: another request precedes it here. */
  failed: boolean
}

/** A node's lock, given to a request. */
export interface Lock extends Request {
  /** It is this node's lock number ... */
  readonly number: number
  /** True once its holder has been asked to relinquish it. */
  inquired: boolean
}

/** A node as a requester. Arrays are by node id, for the members of its quorum. */
export interface Requester {
  readonly quorum: readonly NodeId[]
  /** The timestamp of its request, or `NONE`. */
  timestamp: number
  inCriticalSection: boolean
  /** The number of the lock that it has of a member, or `NONE`. */
  readonly locks: number[]
  /** The number of the last lock received from a member. */
  readonly latestLock: number[]
  /** True while another request is before its own at a member. */
  readonly failed: boolean[]
  /** The number of the lock that a member has inquired about, while this node has yet to decide whether to relinquish it. */
  readonly inquiries: number[]
  /** The client for which it requests. */
  client: ClientId
}

/** A node as a member of quorums. */
export interface Arbiter {
  /** The request that has this node's lock; null: none. */
  lock: Lock | null
  /** The other requests, in the order of their priority. */
  readonly waiting: Waiting[]
  /** The number of times that this node has given its lock so far. */
  locks: number
  /** For each node, the timestamp of the last request received from it. */
  readonly latestRequest: number[]
}

export interface State {
  /** The highest timestamp seen. */
  clock: number
  readonly requester: Requester
  readonly arbiter: Arbiter
}

export type Message =
  /** "Lock yourself for me." */
  | { readonly type: "Request"; readonly timestamp: number }
  /** "I am locked for your request `timestamp`." */
  | { readonly type: "Locked"; readonly timestamp: number; readonly lock: number }
  /** "Another request is before yours." */
  | { readonly type: "Failed"; readonly timestamp: number }
  /** "Will you give my lock back, to an older request, unless you are sure to get all others?" */
  | { readonly type: "Inquire"; readonly lock: number }
  /** "I give it back, until it is my turn." */
  | { readonly type: "Relinquish"; readonly lock: number }
  /** "I have left the critical section." */
  | { readonly type: "Release"; readonly lock: number }
