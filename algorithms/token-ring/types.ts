/** Parameters, messages and state of the token ring. */
import type { ClientId, Node, NodeId, Shape } from "../../runtime/contract/algorithm.ts"
import { choice, duration, flag, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"
import { ORDERS } from "../common/ring.ts"

/** The disciplines of polling systems. */
export const DISCIPLINES = ["limited", "gated", "exhaustive"] as const

export const parameters = {
  order: choice(
    ORDERS,
    "increasing",
    "The order of the ids along the ring, in the direction in which the token travels. `shuffled` and `numbered` are chosen " +
      "by `arrangement`.",
  ),
  arrangement: integer(
    0,
    "With `shuffled`, the seed of a random arrangement; with `numbered`, its number in lexicographic order: 0 is " +
      "0, 1, 2, ..., and n!-1 is n-1, n-2, ..., 0.",
  ),
  discipline: choice(
    DISCIPLINES,
    "limited",
    "Entries of a node's client in one visit of the token: one (`limited`), all that waited when the token came (`gated`), or " +
      "as many as are asked for by the time it leaves (`exhaustive`). They differ where clients queue (open loops).",
  ),
  idlePause: duration(
    "0s",
    "How long a node keeps the token once nobody has entered for a whole round. 0: the token always moves, as the closed " +
      "forms assume. On links without delay it has to be more.",
  ),
  regenerationTimeout: duration(
    "max(1s, 50d)",
    "A node that has not seen the token for this time since it passed it on holds an election for a new one. Shorter than " +
      "a round, stays included, it only costs messages. 0: never, and a lost token is lost for good.",
  ),
  repair: flag(
    false,
    "Nodes acknowledge messages; a successor that is silent is skipped until it answers a probe. Doubles the messages. " +
      "Without, one dead node stops the token for good.",
  ),
  ackTimeout: duration(
    "2d + 1ms",
    "With `repair`: how long a node waits for its successor's acknowledgement before it assumes it dead. At least a " +
      "round trip, or live nodes are skipped, and there may be two tokens.",
    { min: 1 },
  ),
  probeInterval: duration(
    "max(75ms, 5d)",
    "With `repair`: how often a node asks those whom it skips if they are back.",
    {
      min: 1,
    },
  ),
} as const

export interface TokenRing extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  /** No disk. */
  readonly disk: object
  readonly state: State
  readonly message: Message
  readonly timer: "idle" | "served" | "regeneration" | "ack" | "probe"
  readonly service: MutualExclusion
}

export type TokenRingNode = Node<TokenRing>

export interface State {
  /** The nodes after this one, in the direction of travel; the last is this one itself. */
  readonly successors: readonly NodeId[]
  /** Its current successor: an index in `successors`, those before it being skipped. */
  place: number
  /** The token while this node has it: in the critical section, pausing, or alone. */
  token: Token | null
  /** The generation and position of the token seen last; -1: none. */
  seen: Stamp
  /** The highest generation heard of. */
  generation: number
  /** Under the gated discipline, in a visit with entries, when the token came, by its clock; otherwise null: the gate is open. */
  gateClosedAt: Micros | null
  requesting: boolean
  inCriticalSection: boolean
  /** The client for which it requests. */
  client: ClientId
  /** True from when it joins an election until it sees a token. */
  participant: boolean
  /** The number of its last candidacy. Each boot but the first starts at the clock's reading, so that numbers are unique. */
  candidacies: number
  /** The number of its current candidacy; null: none. */
  candidacy: number | null
  /** With `repair`: what its successor has not acknowledged yet, oldest first. */
  unacknowledged: Passed[]
  /** The number of messages sent to its successors. */
  serial: number
  /** With `repair`: the index of a skipped node that is back, and will be its successor again; null: none. */
  returned: number | null
}

/** The age of a token: the newer of two is that of the later generation, or in the same one that with the higher position. */
export interface Stamp {
  readonly generation: number
  /** Steps along the ring since the token was made, those over skipped nodes included. */
  readonly position: number
}

export interface Token extends Stamp {
  readonly type: "Token"
  /** Steps since the critical section was last used. */
  readonly idle: number
}

export type Circulating =
  | Token
  /** "`candidate` makes a new token", until it meets the old one or a larger candidate, or is back home. */
  | {
      readonly type: "Election"
      readonly candidate: NodeId
      /** The number among this candidate's candidacies. */
      readonly candidacy: number
      /** The highest generation that any node on the way has heard of. */
      readonly generation: number
    }

/** A message on its way from a node to its successor, with the sender's serial number. */
export type Numbered<M> = M & { readonly serial: number }

export type Message =
  | Numbered<Circulating>
  /** With `repair`: "I have your message." */
  | { readonly type: "Ack"; readonly serial: number }
  /** With `repair`, to a node that is skipped: "Are you back?" */
  | { readonly type: "Probe" }
  /** "I am." */
  | { readonly type: "Back" }

/** A message that was sent to the successor and may have to be sent to the next one. */
export interface Passed {
  readonly message: Numbered<Circulating>
}
