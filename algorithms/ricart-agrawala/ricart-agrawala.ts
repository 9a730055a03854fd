/**
 * Ricart and Agrawala's mutual exclusion: a node enters the critical section when all others have replied to its
 * request, and a node that goes first by the order of (sequence number, id) defers its reply until it has left.
 *
 * Source: G. Ricart, A. K. Agrawala, "An Optimal Algorithm for Mutual Exclusion in Computer Networks",
 * Communications of the ACM 24(1), 1981. Variables have the names of the paper's listing. With `permissions: kept` it is the variant
 * of O. S. F. Carvalho, G. Roucairol, "On Mutual Exclusion in Computer Networks", Communications of the ACM 26(2), 1983.
 */
import {
  algorithm,
  type ClientId,
  invariant,
  type Node,
  type NodeId,
  type Shape,
} from "../../runtime/contract/algorithm.ts"
import { choice, type ParameterValues } from "../../runtime/contract/parameters.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import type { MutualExclusion } from "../../services/mutual-exclusion/shape.ts"
import { theory } from "./theory.ts"

const parameters = {
  permissions: choice(
    ["asked", "kept"],
    "asked",
    "`asked`: each entry asks all others. `kept`: a reply is a permission that lasts until its holder replies to the one that gave " +
      "it, so that an entry asks only those whose permission it has given back (Carvalho and Roucairol 1983).",
  ),
} as const

export interface RicartAgrawala extends Shape {
  readonly parameters: ParameterValues<typeof parameters>
  readonly disk: object
  readonly state: State
  readonly message: Request | Reply
  readonly timer: never
  readonly service: MutualExclusion
}

/** Asks for permission. With the sender's id as a tie-breaker, the sequence number is a Lamport timestamp. */
interface Request {
  readonly type: "Request"
  readonly sequenceNumber: number
}

/**
 * The permission: "as far as I am concerned, go ahead" (OK). The paper's REPLY is empty; here it repeats the number of
 * the request it answers, so that a reply which the network delivers twice cannot pass for one to a later request.
 */
interface Reply {
  readonly type: "Reply"
  readonly sequenceNumber: number
}

export interface State {
  /** The sequence number of this node's current or last request. */
  ourSequenceNumber: number
  /** The highest sequence number seen in any request. */
  highestSequenceNumber: number
  /** True if this node waits for the critical section or is in it. */
  requestingCriticalSection: boolean
  inCriticalSection: boolean
  /** The number of nodes that have yet to reply, and which they are. */
  outstandingReplyCount: number
  readonly outstandingReply: boolean[]
  /** For each node, the sequence number of its request whose reply is deferred; 0 if none is. */
  readonly replyDeferred: number[]
  /** The client for which this node requests. */
  client: ClientId

  /** The nodes whose permission this one has, where they are kept. */
  readonly permission: boolean[]
  /** The number of the latest request seen from each, where permissions are kept: to reply to a duplicate would give one back. */
  readonly latestRequest: number[]
}

type Self = Node<RicartAgrawala>

export const ricartAgrawala = algorithm<RicartAgrawala>({
  name: "ricart-agrawala",
  title: "Ricart-Agrawala",
  source: "Ricart and Agrawala 1981, Communications of the ACM 24(1)",
  summary:
    "Ask all others for permission; whoever has the older request, or is in the critical section, defers its reply.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "reliable" },
  colour: "#E69F00",
  theory,
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: ({ size }) => ({
    ourSequenceNumber: 0,
    highestSequenceNumber: 0,
    requestingCriticalSection: false,
    inCriticalSection: false,
    outstandingReplyCount: 0,
    outstandingReply: Array.from({ length: size }, () => false),
    replyDeferred: Array.from({ length: size }, () => 0),
    client: 0,
    permission: Array.from({ length: size }, () => false),
    latestRequest: Array.from({ length: size }, () => 0),
  }),
  start() {},

  receive: {
    Request(node, { sequenceNumber }, from) {
      const { state } = node
      state.highestSequenceNumber = Math.max(state.highestSequenceNumber, sequenceNumber)
      if (keepsPermissions(node) && !isNews(node, sequenceNumber, from)) return
      if (!goesBefore(node, sequenceNumber, from)) return reply(node, from, sequenceNumber)
      const deferred = state.replyDeferred[from]!
      invariant(deferred === 0 || deferred === sequenceNumber, "a node has one request at a time")
      state.replyDeferred[from] = sequenceNumber
    },

    Reply(node, { sequenceNumber }, from) {
      const { state } = node
      if (sequenceNumber !== state.ourSequenceNumber || !state.outstandingReply[from]) return
      state.outstandingReply[from] = false
      state.permission[from] = keepsPermissions(node)
      state.outstandingReplyCount--
      if (state.outstandingReplyCount === 0) enterCriticalSection(node)
    },
  },

  standing: ({ state: { inCriticalSection, requestingCriticalSection, ourSequenceNumber } }) => ({
    role: inCriticalSection ? "critical section" : requestingCriticalSection ? "requesting" : "outside",
    rank: inCriticalSection ? 2 : requestingCriticalSection ? 1 : 0,
    epoch: requestingCriticalSection ? ourSequenceNumber : null,
  }),

  timeout: {},

  request: {
    Acquire(node, _, client) {
      if (node.state.requestingCriticalSection) return
      node.state.client = client
      requestCriticalSection(node)
    },

    Release(node) {
      if (node.state.inCriticalSection) leaveCriticalSection(node)
    },
  },
})

/**
 * True if this node has priority over a request: it requests too, and its own request is the older one. A node that has kept
 * permissions may be in the critical section before an older request reaches it.
 */
function goesBefore(node: Self, sequenceNumber: number, from: NodeId): boolean {
  const { id, state } = node
  if (!state.requestingCriticalSection) return false
  if (state.inCriticalSection && keepsPermissions(node)) return true
  if (state.ourSequenceNumber !== sequenceNumber) return state.ourSequenceNumber < sequenceNumber
  return id < from
}

function requestCriticalSection(node: Self): void {
  const { state } = node
  invariant(state.outstandingReplyCount === 0, "a request is made when all replies to the last are there")
  state.requestingCriticalSection = true
  state.ourSequenceNumber = state.highestSequenceNumber + 1
  // Beyond the paper: the clock also ticks for a node's own requests, so that no two of them have one number.
  state.highestSequenceNumber = state.ourSequenceNumber
  const asked = node.peers.filter(peer => !state.permission[peer])
  state.outstandingReplyCount = asked.length
  for (const peer of asked) state.outstandingReply[peer] = true
  const message = { type: "Request", sequenceNumber: state.ourSequenceNumber } as const
  // Sent as one broadcast if possible: a crash may interrupt it.
  if (asked.length === node.peers.length) node.broadcast(message)
  else for (const peer of asked) node.send(peer, message)
  if (asked.length === 0) enterCriticalSection(node)
}

function enterCriticalSection(node: Self): void {
  const { state } = node
  invariant(state.requestingCriticalSection && !state.inCriticalSection, "a node enters once for each request")
  invariant(state.outstandingReplyCount === 0, "a node enters with the replies of all others")
  state.inCriticalSection = true
  // Entries with kept permissions have no guaranteed order.
  node.report({ type: "entered", timestamp: keepsPermissions(node) ? null : state.ourSequenceNumber })
  node.reply(state.client, { type: "Granted" })
}

function leaveCriticalSection(node: Self): void {
  const { state } = node
  invariant(state.inCriticalSection, "only who is in the critical section leaves it")
  node.report({ type: "left" })
  state.inCriticalSection = false
  state.requestingCriticalSection = false
  for (const peer of node.peers) {
    const sequenceNumber = state.replyDeferred[peer]!
    if (sequenceNumber === 0) continue
    state.replyDeferred[peer] = 0
    reply(node, peer, sequenceNumber)
  }
}

/**
 * Replies to a request, which gives back the requester's permission. If this node waits, it had kept that permission and not
 * asked for it, so it asks now: a node that it has asked makes no older request.
 */
function reply(node: Self, to: NodeId, sequenceNumber: number): void {
  const { state } = node
  node.send(to, { type: "Reply", sequenceNumber })
  if (!state.permission[to]) return
  invariant(!state.inCriticalSection, "a node in the critical section gives back no permission")
  state.permission[to] = false
  if (!state.requestingCriticalSection) return
  state.outstandingReply[to] = true
  state.outstandingReplyCount++
  node.send(to, { type: "Request", sequenceNumber: state.ourSequenceNumber })
}

// --- Permissions that are kept ---------------------------------------------------------------------------------------

function keepsPermissions({ parameters: { permissions } }: Self): boolean {
  return permissions === "kept"
}

/** Records a request; false for a copy of one that was seen, or of an earlier one. */
function isNews({ state }: Self, sequenceNumber: number, from: NodeId): boolean {
  if (sequenceNumber <= state.latestRequest[from]!) return false
  state.latestRequest[from] = sequenceNumber
  return true
}
