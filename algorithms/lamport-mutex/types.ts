/** Parameter, messages and state of Lamport's mutual exclusion. */
import type { ClientId, Node, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"

export const parameters = {
  acknowledge: choice(
    ["always", "needed"],
    "always",
    "When a request is acknowledged: `always`, as rule 2 says, for 3(n-1) messages an entry; or, by the paper's footnote, " +
      "only if no message sent to the requester already is later than the request, for 2(n-1) to 3(n-1).",
  ),
} as const

export interface LamportMutex extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: State
  readonly message: Message
  readonly timer: never
  readonly service: MutualExclusion
}

export type LamportNode = Node<LamportMutex>

/** In place of a timestamp: nothing yet. Timestamps begin at 1. */
export const NONE = 0

export interface State {
  /** C: this process's logical clock. */
  clock: number
  /** The request queue: for each process the timestamp of its request, or `NONE`. No process has two at a time. */
  readonly requestQueue: number[]
  /** For each process, the timestamp of the message received from it last. */
  readonly latestReceived: number[]
  /** For each process, the timestamp of the message sent to it last. */
  readonly latestSent: number[]
  inCriticalSection: boolean
  /** The client for which this process requests. */
  client: ClientId
}

/** Every message carries the timestamp of the event that sent it; a broadcast is one event. */
export type Message =
  /** Tm:Pi requests resource. */
  | { readonly type: "Request"; readonly timestamp: number }
  /** "Your request is in my queue, and whatever else I send you is later." */
  | { readonly type: "Acknowledge"; readonly timestamp: number }
  /** Pi releases resource. */
  | { readonly type: "Release"; readonly timestamp: number }
