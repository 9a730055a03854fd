/**
 * Lamport's mutual exclusion: every process keeps the queue of all requests, ordered by (timestamp, id), and enters the
 * critical section when its own request is first and every other process has sent it something later.
 *
 * Source: L. Lamport, "Time, Clocks, and the Ordering of Events in a Distributed System", Communications of the
 * ACM 21(7), 1978. Rules 1 to 5 are those of the paper, as are the implementation rules IR1 and IR2 of the clock.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { theory } from "./theory.ts"
import { type LamportMutex, type LamportNode, NONE, parameters } from "./types.ts"

export const lamportMutex = algorithm<LamportMutex>({
  name: "lamport-mutex",
  title: "Lamport's mutual exclusion",
  source: "Lamport 1978, Communications of the ACM 21(7)",
  summary: "Everybody keeps the queue of all requests in the order of Lamport's clock; the first in it enters.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "fifo" },
  colour: "#332288",
  theory,
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: ({ size }) => ({
    clock: 0,
    requestQueue: Array.from({ length: size }, () => NONE),
    latestReceived: Array.from({ length: size }, () => NONE),
    latestSent: Array.from({ length: size }, () => NONE),
    inCriticalSection: false,
    client: 0,
  }),
  start() {},

  receive: {
    /** Rule 2. */
    Request(node, { timestamp }, from) {
      advanceClock(node, timestamp, from)
      node.state.requestQueue[from] = timestamp
      if (mustAcknowledge(node, timestamp, from)) acknowledge(node, from)
      enterIfFirst(node)
    },

    Acknowledge(node, { timestamp }, from) {
      advanceClock(node, timestamp, from)
      enterIfFirst(node)
    },

    /** Rule 4. */
    Release(node, { timestamp }, from) {
      advanceClock(node, timestamp, from)
      node.state.requestQueue[from] = NONE
      enterIfFirst(node)
    },
  },

  standing: ({ id, state: { requestQueue, inCriticalSection } }) => {
    const timestamp = requestQueue[id]!
    if (inCriticalSection) return { role: "critical section", rank: 2, epoch: timestamp }
    if (timestamp !== NONE) return { role: "requesting", rank: 1, epoch: timestamp }
    return { role: "outside", rank: 0, epoch: null }
  },

  timeout: {},

  request: {
    /** Rule 1. */
    Acquire(node, _, client) {
      const { state } = node
      if (state.requestQueue[node.id] !== NONE) return
      state.client = client
      const timestamp = tick(node)
      state.requestQueue[node.id] = timestamp
      node.broadcast({ type: "Request", timestamp })
      state.latestSent.fill(timestamp)
      enterIfFirst(node)
    },

    /** Rule 3. */
    Release(node) {
      const { state } = node
      if (!state.inCriticalSection) return
      node.report({ type: "left" })
      state.inCriticalSection = false
      state.requestQueue[node.id] = NONE
      const timestamp = tick(node)
      node.broadcast({ type: "Release", timestamp })
      state.latestSent.fill(timestamp)
    },
  },
})

/** IR1: the clock advances between any two successive events. */
function tick({ state }: LamportNode): number {
  return ++state.clock
}

/** IR2: the clock passes the timestamp of a message received. */
function advanceClock({ state }: LamportNode, timestamp: number, from: NodeId): void {
  state.clock = Math.max(state.clock, timestamp) + 1
  state.latestReceived[from] = timestamp
}

function acknowledge(node: LamportNode, to: NodeId): void {
  const timestamp = tick(node)
  node.state.latestSent[to] = timestamp
  node.send(to, { type: "Acknowledge", timestamp })
}

/** The paper's footnote: no acknowledgement if a message already sent is later than the request. */
function mustAcknowledge(
  { id, state, parameters: { acknowledge: when } }: LamportNode,
  timestamp: number,
  from: NodeId,
) {
  return when === "always" || isBefore(state.latestSent[from]!, id, timestamp, from)
}

/** Rule 5: (i) its own request is before any other, (ii) every other process has sent a message timestamped later. */
function enterIfFirst(node: LamportNode): void {
  const { id, state, peers } = node
  const own = state.requestQueue[id]!
  if (own === NONE || state.inCriticalSection) return
  for (const peer of peers) {
    const other = state.requestQueue[peer]!
    if (other !== NONE && isBefore(other, peer, own, id)) return
    if (isBefore(state.latestReceived[peer]!, peer, own, id)) return
  }
  enterCriticalSection(node, own)
}

function enterCriticalSection(node: LamportNode, timestamp: number): void {
  const { state } = node
  invariant(!state.inCriticalSection, "a process enters once for each request")
  state.inCriticalSection = true
  node.report({ type: "entered", timestamp })
  node.reply(state.client, { type: "Granted" })
}

/** The paper's total order of events: by timestamp, then by process. */
function isBefore(timestamp: number, id: NodeId, otherTimestamp: number, otherId: NodeId): boolean {
  return timestamp < otherTimestamp || (timestamp === otherTimestamp && id < otherId)
}
