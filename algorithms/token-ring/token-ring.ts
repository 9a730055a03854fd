/**
 * Token ring: a token travels round a logical ring of all nodes, and the node that has it may enter the critical section.
 *
 * G. Le Lann, "Distributed Systems: Towards a Formal Approach", IFIP Congress 1977; as told by Tanenbaum and van Steen,
 * "Distributed Systems", and Coulouris et al., "Distributed Systems", 5th edition, §15.2. A lost token is replaced by the
 * winner of an election in the manner of Chang and Roberts (1979). On FIFO links that is safe for any delays:
 *
 * - Candidates travel behind the token, and never overtake it. A node that has the token swallows them.
 * - So a candidate that returns to its node before that has seen the token has been everywhere that the token could be.
 *
 * With `repair`, dead nodes are skipped (`passing.ts`). In one visit of the token a node enters once, once for each client
 * waiting when the token came, or until none is left: the 1-limited, gated and exhaustive disciplines of polling systems (H.
 * Takagi, "Analysis of Polling Systems", MIT Press 1986).
 */
import { algorithm, invariant } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { arrangeRing, successorsOf } from "../common/ring.ts"
import {
  acknowledge,
  acknowledged,
  forward,
  probeSkipped,
  skipSuccessor,
  successorOf,
  takeBackSuccessor,
} from "./passing.ts"
import { theory } from "./theory.ts"
import { parameters, type Stamp, type Token, type TokenRing, type TokenRingNode } from "./types.ts"

export const tokenRing = algorithm<TokenRing>({
  name: "token-ring",
  title: "Token ring",
  source: "Le Lann 1977, IFIP Congress",
  summary:
    "A token travels round a ring of all nodes; whoever has it may enter. If it gets lost, an election makes a new one.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "fifo", storage: "none" },
  colour: "#117733",
  theory,
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: ({ id, size, parameters: chosen }) => ({
    successors: successorsOf(id, arrangeRing(size, chosen)),
    place: 0,
    token: null,
    seen: { generation: -1, position: -1 },
    generation: -1,
    gateClosedAt: null,
    requesting: false,
    inCriticalSection: false,
    client: 0,
    participant: false,
    candidacies: 0,
    candidacy: null,
    unacknowledged: [],
    serial: 0,
    returned: null,
  }),

  /** The first node of the ring makes the token, once. */
  start(node) {
    if (node.id === arrangeRing(node.size, node.parameters)[0]) makeToken(node)
    else awaitToken(node)
  },

  /** Its candidacies of earlier lives have lower numbers: no more of them than it has lived microseconds. */
  recover(node) {
    node.state.candidacies = node.now()
    awaitToken(node)
  },

  receive: {
    Token(node, message, from) {
      acknowledge(node, message, from)
      if (isNewer(message, node.state.seen)) takeToken(node, message)
    },

    /** Larger candidates are forwarded, smaller ones replaced by this node, or swallowed if it has been replaced already. */
    Election(node, message, from) {
      acknowledge(node, message, from)
      const { state } = node
      state.generation = Math.max(state.generation, message.generation)
      if (state.token !== null) return
      const { candidate, candidacy } = message
      if (candidate > node.id) {
        participate(node)
        forward(node, { type: "Election", candidate, candidacy, generation: state.generation })
      } else if (candidate < node.id) {
        if (!state.participant) standForElection(node)
      } else if (candidacy === state.candidacy) makeToken(node)
    },

    Ack(node, { serial }, from) {
      acknowledged(node, serial, from)
    },

    Probe(node, _, from) {
      node.send(from, { type: "Back" })
    },

    Back(node, _, from) {
      takeBackSuccessor(node, from)
      const { token, inCriticalSection } = node.state
      if (token === null || inCriticalSection) return
      node.cancelTimer("idle")
      node.cancelTimer("served")
      passToken(node, token)
    },
  },

  answers: ["Ack", "Back"],

  standing: ({ state: { inCriticalSection, requesting, token, participant } }) => ({
    role: inCriticalSection
      ? "critical section"
      : token !== null
        ? "holder"
        : requesting
          ? "requesting"
          : participant
            ? "participant"
            : "outside",
    rank: inCriticalSection ? 2 : requesting ? 1 : 0,
    epoch: null,
  }),

  timeout: {
    /** The token is idle: passes it to the successor. */
    idle(node) {
      const { token } = node.state
      invariant(token !== null, "a node that pauses has the token")
      passToken(node, token)
    },

    /** The client has been served and has no further request, or one too late for this visit. */
    served(node) {
      const { token } = node.state
      invariant(token !== null, "a node that has just left has the token")
      passToken(node, token)
    },

    /** The token is lost, or the election for a new one. */
    regeneration(node) {
      standForElection(node)
    },

    ack(node) {
      skipSuccessor(node, takeToken)
    },

    probe(node) {
      probeSkipped(node)
    },
  },

  request: {
    Acquire(node, { queued = 0 }, client) {
      const { state } = node
      if (state.requesting) return
      state.requesting = true
      state.client = client
      if (state.token !== null && isOfThisVisit(node, queued)) enterCriticalSection(node)
    },

    Release(node) {
      const { state } = node
      const { token } = state
      if (!state.inCriticalSection) return
      invariant(token !== null, "a node in the critical section has the token")
      node.report({ type: "left" })
      state.inCriticalSection = false
      state.requesting = false
      state.token = { ...token, idle: 0 }
      if (node.parameters.discipline === "limited") passToken(node, state.token)
      // A client with more to do requests at this instant.
      else node.setTimer("served", 0)
    },
  },
})

function isNewer(token: Stamp, seen: Stamp): boolean {
  if (token.generation !== seen.generation) return token.generation > seen.generation
  return token.position > seen.position
}

/**
 * Receives the token, which ends any election for this node. An old token that was assumed lost ends at the first node that
 * has seen the newer one.
 */
function takeToken(node: TokenRingNode, token: Token): void {
  const { state } = node
  const { generation, position, idle } = token
  state.token = { type: "Token", generation, position, idle }
  state.seen = { generation, position }
  state.generation = Math.max(state.generation, generation)
  state.participant = false
  state.candidacy = null
  node.cancelTimer("regeneration")
  node.cancelTimer("served")
  if (state.inCriticalSection) return
  if (state.requesting) beginVisit(node)
  else if (isIdle(node, token) && node.parameters.idlePause > 0) node.setTimer("idle", node.parameters.idlePause)
  else passToken(node, token)
}

/** The first entry of a visit of the token. */
function beginVisit(node: TokenRingNode): void {
  if (node.parameters.discipline === "gated") node.state.gateClosedAt = node.now()
  enterCriticalSection(node)
}

/** True if a request is served in this visit: it has queued at its client since before the token came, if the gate is closed. */
function isOfThisVisit(node: TokenRingNode, queued: Micros): boolean {
  const { gateClosedAt } = node.state
  return gateClosedAt === null || !node.isOver(gateClosedAt + queued + 1)
}

/** A node that skips all others keeps the token. Steps of a whole round in which nobody entered are idle circulation. */
function passToken(node: TokenRingNode, token: Token): void {
  const { state } = node
  state.token = token
  state.gateClosedAt = null
  if (successorOf(node) === node.id) {
    if (state.requesting) enterCriticalSection(node)
    return
  }
  state.token = null
  forward(node, token, isIdle(node, token) ? "heartbeat" : "protocol")
  awaitToken(node)
}

/** True if the token has gone round the ring since the critical section was last used. */
function isIdle({ size }: TokenRingNode, token: Token): boolean {
  return token.idle >= size
}

function enterCriticalSection(node: TokenRingNode): void {
  const { state } = node
  invariant(!state.inCriticalSection, "a node enters once for each request")
  state.inCriticalSection = true
  node.cancelTimer("idle")
  node.cancelTimer("served")
  node.report({ type: "entered", timestamp: null })
  node.reply(state.client, { type: "Granted" })
}

function awaitToken(node: TokenRingNode): void {
  const { regenerationTimeout } = node.parameters
  if (regenerationTimeout > 0) node.setTimer("regeneration", regenerationTimeout)
}

function participate(node: TokenRingNode): void {
  node.state.participant = true
  awaitToken(node)
}

/**
 * Sends its own candidacy round the ring. Candidacies are numbered, so that an earlier one cannot win for a later one. No disk
 * is needed for that: a node that waited for it could acknowledge nothing meanwhile, and would be skipped.
 */
function standForElection(node: TokenRingNode): void {
  const { state } = node
  const candidacy = ++state.candidacies
  state.candidacy = candidacy
  participate(node)
  forward(node, { type: "Election", candidate: node.id, candidacy, generation: state.generation })
}

/** Makes the token of the next generation that is this node's: generation g is made by node g mod n. */
function makeToken(node: TokenRingNode): void {
  const { state, id, size } = node
  const generation = (Math.floor(state.generation / size) + 1) * size + id
  takeToken(node, { type: "Token", generation, position: 0, idle: size })
}
