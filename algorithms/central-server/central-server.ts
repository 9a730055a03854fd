/**
 * Mutual exclusion by a central server, a process beside the nodes: it grants the critical section to one node at a time, in
 * the order in which requests arrive.
 *
 * Source: A. S. Tanenbaum, M. van Steen, "Distributed Systems: Principles and Paradigms", section "A Centralized Algorithm"
 * of mutual exclusion, which has its coordinator among the processes. The ambiguity described there, that silence may mean a
 * dead coordinator or a denied permission, is the parameter `answers`.
 */
import { algorithm, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { theory } from "./theory.ts"
import { type Asked, type CentralServer, parameters, type Requester, type Server } from "./types.ts"

export const centralServer = algorithm<CentralServer>({
  name: "central-server",
  title: "Central server",
  source: "Tanenbaum and van Steen, Distributed Systems",
  summary: "A server beside the nodes grants the critical section to one after the other, first come first served.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "reliable" },
  colour: "#0B9DE6",
  theory,
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: () => ({ phase: "outside", request: 0, client: 0, isServerSuspected: false }),
  start() {},

  receive: {
    Grant(node, { request }) {
      const { state } = node
      // A duplicate.
      if (state.phase === "inside" && state.request === request) return
      // An answer to the retransmission of a request that has been served.
      if (state.phase !== "waiting" || state.request !== request)
        return sendToServers(node, { type: "Release", request })
      heardOfServer(node)
      node.cancelTimer("silence")
      state.phase = "inside"
      node.report({ type: "entered", timestamp: null })
      node.reply(state.client, { type: "Granted" })
    },

    Queued: heardOfServer,
    Alive: heardOfServer,
  },

  standing: ({ state: { phase, request, isServerSuspected } }) => {
    if (phase === "inside") return { role: "critical section", rank: 2, epoch: request }
    if (phase === "outside") return { role: "outside", rank: 0, epoch: null }
    return { role: isServerSuspected ? "server dead?" : "requesting", rank: 1, epoch: request }
  },

  timeout: {
    /** The server has failed, or is cut off: if it comes back, it does not know the request. */
    silence(node) {
      const { state } = node
      state.isServerSuspected = true
      sendToServers(node, { type: "Request", request: state.request }, "retransmission")
      awaitServer(node)
    },
  },

  request: {
    Acquire(node, _, client) {
      const { state } = node
      if (state.phase !== "outside") return
      state.client = client
      state.phase = "waiting"
      state.request++
      sendToServers(node, { type: "Request", request: state.request })
      awaitServer(node)
    },

    Release(node) {
      const { state } = node
      if (state.phase !== "inside") return
      node.report({ type: "left" })
      state.phase = "outside"
      sendToServers(node, { type: "Release", request: state.request })
    },
  },

  roles: {
    server: {
      doc: "grants the critical section to one after the other",
      count: 1,
      disk: () => ({}),
      state: ({ size }) => ({ holder: null, queue: [], latest: Array.from({ length: size }, () => 0) }),
      start() {},

      receive: {
        Request(server, { request }, from) {
          const { state } = server
          const isNew = request > state.latest[from]!
          if (isNew) {
            state.latest[from] = request
            state.queue.push({ from, request })
          }
          if (state.holder === null) return grantNext(server)
          // A retransmission that has been served since: nothing to wait for.
          if (!state.queue.some(asked => asked.from === from)) return
          if (server.parameters.answers === "queued") {
            server.send(from, { type: "Queued", request }, isNew ? "protocol" : "retransmission")
            if (state.queue.length === 1) server.setTimer("heartbeat", server.parameters.heartbeatInterval)
          }
        },

        Release(server, { request }, from) {
          const { state } = server
          if (!isSame(state.holder, from, request)) return
          state.holder = null
          grantNext(server)
        },
      },

      timeout: {
        heartbeat(server) {
          const { queue } = server.state
          if (queue.length === 0) return
          for (const { from } of queue) server.send(from, { type: "Alive" }, "heartbeat")
          server.setTimer("heartbeat", server.parameters.heartbeatInterval)
        },
      },

      standing: ({ state: { holder, queue } }) => {
        if (holder === null) return { role: "free", rank: 0, epoch: null }
        return { role: `granted to ${holder.from}, ${queue.length} waiting`, rank: 1, epoch: null }
      },
    },
  },
})

/** First come, first served. */
function grantNext(server: Server): void {
  const { state } = server
  invariant(state.holder === null, "one node at a time has the grant")
  const next = state.queue.shift()
  if (next === undefined) return
  state.holder = next
  server.send(next.from, { type: "Grant", request: next.request })
}

function isSame(asked: Asked | null, from: NodeId, request: number): boolean {
  return asked !== null && asked.from === from && asked.request === request
}

function sendToServers(
  node: Requester,
  message: { readonly type: "Request" | "Release"; readonly request: number },
  purpose: "protocol" | "retransmission" = "protocol",
): void {
  for (const server of node.role("server")) node.send(server, message, purpose)
}

/** A sign of life from the server. */
function heardOfServer(node: Requester): void {
  if (node.state.phase !== "waiting") return
  node.state.isServerSuspected = false
  awaitServer(node)
}

/** Waits for a sign of life from the server. With `answers` off there is no limit: it sends only grants. */
function awaitServer(node: Requester): void {
  const { answers, detectionTimeout } = node.parameters
  if (answers === "queued") node.setTimer("silence", detectionTimeout)
}
