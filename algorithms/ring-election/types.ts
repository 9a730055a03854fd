/** Types of the ring election: its parameters, messages and state. */
import type { Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, duration, flag, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import { ORDERS } from "../common/ring.ts"
import type { LeaderElection } from "../../services/leader-election/shape.ts"

export const parameters = {
  order: choice(
    ORDERS,
    "increasing",
    "The order of the ids along the ring, in the direction in which messages travel. If all start at once, " +
      "`increasing` costs least (2n-1 messages) and `decreasing` most (n(n+1)/2); `shuffled` and `numbered` are " +
      "chosen by `arrangement`.",
  ),
  arrangement: integer(
    0,
    "With `shuffled`, the seed of a random arrangement; with `numbered`, its number in lexicographic order: 0 is " +
      "0, 1, 2, ..., and n!-1 is n-1, n-2, ..., 0.",
  ),
  repair: flag(
    false,
    "Members acknowledge messages; who gets no acknowledgement passes the message on to the next member but one, and " +
      "a participant that hears of no outcome tries again. Doubles the messages. Without, one dead member stops every " +
      "election for good.",
  ),
  ackTimeout: duration(
    "2d + 1ms",
    "With `repair`: how long a member waits for its successor's acknowledgement before it assumes it dead. At " +
      "least a round trip, or live members are skipped and two leaders are possible.",
    { min: 1 },
  ),
  heartbeatInterval: duration("max(75ms, 5d)", "The leader tells all others this often that it is alive.", { min: 1 }),
  detectionTimeout: duration(
    "max(225ms, 15d)",
    "A member that hears nothing of its leader for this time starts an election. More than heartbeatInterval + d, or " +
      "live leaders are assumed dead.",
    { min: 1 },
  ),
} as const

export type RingParameters = ParameterValues<typeof parameters>

export interface RingElection extends Shape {
  readonly parameters: RingParameters
  readonly disk: Disk
  readonly state: State
  readonly message: Message
  readonly timer: "ack" | "outcome" | "heartbeat" | "detection"
  readonly service: LeaderElection
}

export type RingNode = Node<RingElection>

export interface Disk {
  /** Number of the last election whose outcome this member saw; 0: none yet. */
  readonly election: number
}

export interface State {
  /** The members after this one, in the direction of travel; the last is this one itself. */
  readonly successors: readonly NodeId[]
  /** True if it takes part in an election whose outcome it has not heard of yet. */
  participant: boolean
  /** Largest candidate that it has sent on as a participant. */
  largest: NodeId
  /** The leader it follows; `null` as a participant. */
  leader: NodeId | null
  /** Number of the last election whose outcome it knows; 0: none. */
  election: number
  /** With `repair`: what its successor has not acknowledged yet, oldest first. */
  unacknowledged: Passed[]
}

/**
 * The messages that go round the ring. `election` is the number of the election: higher than any that the members passed so
 * far know.
 */
export type Circulating =
  /** "`candidate` is to lead", until it meets a larger one or comes back to its own. */
  | { readonly type: "Election"; readonly candidate: NodeId; readonly election: number }
  /** "`leader` leads", once round. */
  | { readonly type: "Elected"; readonly leader: NodeId; readonly election: number }

export type Message =
  | Circulating
  /** With `repair`: "I have your message about this `subject`", the candidate or leader in question. */
  | { readonly type: "Ack"; readonly of: Circulating["type"]; readonly subject: NodeId; readonly election: number }
  /** "I still lead", straight to everyone. */
  | { readonly type: "Heartbeat"; readonly election: number }

/** A message that was forwarded and may have to be sent to another member. */
export interface Passed {
  readonly message: Circulating
  /** Whom it was sent to: a place in `successors`. */
  readonly place: number
  /** The key of the timer at which its receiver is assumed dead. */
  readonly key: number
}
