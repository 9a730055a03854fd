/**
 * Maekawa's mutual exclusion: a node enters the critical section when all members of its quorum are locked for it. Any
 * two quorums have a member in common, and that is locked for one of them only.
 *
 * Source: M. Maekawa, "A √N Algorithm for Mutual Exclusion in Decentralized Systems", ACM Transactions on Computer
 * Systems 3(2), 1985; with B. Sanders' correction ("The Information Structure of Distributed Mutual Exclusion
 * Algorithms", 5(3), 1987): a request that waits first in a queue has failed, too, once an older one comes before it.
 *
 * Not in the paper: locks are numbered, so that messages may overtake each other, and be delivered twice.
 */
import { algorithm, invariant } from "../../runtime/contract/algorithm.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { arbitrate, takeBack, unlock } from "./arbiter.ts"
import { quorumOf } from "./quorums.ts"
import { theory } from "./theory.ts"
import { type Maekawa, type MaekawaNode, NONE, parameters } from "./types.ts"

export const maekawa = algorithm<Maekawa>({
  name: "maekawa",
  title: "Maekawa",
  source: "Maekawa 1985, ACM Transactions on Computer Systems 3(2)",
  summary: "Lock a quorum of about √n nodes; any two quorums have a node in common, which is locked for one only.",
  tolerates: { faults: "none", of: () => 0 },
  assumes: { links: "reliable" },
  colour: "#661100",
  theory,
  serves: [mutualExclusion],
  parameters,

  disk: () => ({}),
  state: ({ id, size, parameters: { quorums } }) => ({
    clock: 0,
    requester: {
      quorum: quorumOf(id, size, quorums),
      timestamp: NONE,
      inCriticalSection: false,
      locks: Array.from({ length: size }, () => NONE),
      latestLock: Array.from({ length: size }, () => NONE),
      failed: Array.from({ length: size }, () => false),
      inquiries: Array.from({ length: size }, () => NONE),
      client: 0,
    },
    arbiter: { lock: null, waiting: [], locks: 0, latestRequest: Array.from({ length: size }, () => NONE) },
  }),
  start() {},

  receive: {
    Request(node, { timestamp }, from) {
      node.state.clock = Math.max(node.state.clock, timestamp)
      arbitrate(node, timestamp, from)
    },

    Locked(node, { timestamp, lock }, from) {
      const { requester } = node.state
      if (timestamp !== requester.timestamp || lock <= requester.latestLock[from]!) return
      requester.latestLock[from] = lock
      requester.locks[from] = lock
      requester.failed[from] = false
      if (requester.quorum.every(member => requester.locks[member] !== NONE)) enterCriticalSection(node)
      else yieldLocks(node)
    },

    Failed(node, { timestamp }, from) {
      const { requester } = node.state
      if (timestamp !== requester.timestamp || requester.locks[from] !== NONE) return
      requester.failed[from] = true
      yieldLocks(node)
    },

    /** It may overtake the lock that it refers to. An inquiry about a lock already relinquished or released is stale. */
    Inquire(node, { lock }, from) {
      const { requester } = node.state
      const isLate = lock <= requester.latestLock[from]! && lock !== requester.locks[from]
      if (isLate || requester.inCriticalSection) return
      requester.inquiries[from] = lock
      yieldLocks(node)
    },

    Relinquish(node, { lock }) {
      takeBack(node, lock)
    },

    Release(node, { lock }) {
      unlock(node, lock)
    },
  },

  standing: ({ state: { requester } }) => ({
    role: requester.inCriticalSection ? "critical section" : requester.timestamp === NONE ? "outside" : "requesting",
    rank: requester.inCriticalSection ? 2 : requester.timestamp === NONE ? 0 : 1,
    epoch: requester.timestamp === NONE ? null : requester.timestamp,
  }),

  timeout: {},

  request: {
    Acquire(node, _, client) {
      const { state } = node
      const { requester } = state
      if (requester.timestamp !== NONE) return
      state.clock++
      requester.timestamp = state.clock
      requester.client = client
      for (const member of requester.quorum) node.send(member, { type: "Request", timestamp: state.clock })
    },

    Release(node) {
      const { requester } = node.state
      if (!requester.inCriticalSection) return
      node.report({ type: "left" })
      requester.inCriticalSection = false
      requester.timestamp = NONE
      for (const member of requester.quorum) {
        node.send(member, { type: "Release", lock: requester.locks[member]! })
        requester.locks[member] = NONE
      }
    },
  },
})

/** A request that has failed somewhere relinquishes all locks that it was inquired about; otherwise it decides later. */
function yieldLocks(node: MaekawaNode): void {
  const { requester } = node.state
  const { quorum, failed, locks, inquiries } = requester
  if (!quorum.some(member => failed[member])) return
  for (const member of quorum) {
    if (inquiries[member] === NONE || inquiries[member] !== locks[member]) continue
    node.send(member, { type: "Relinquish", lock: locks[member]! })
    locks[member] = NONE
    inquiries[member] = NONE
    failed[member] = true
  }
}

function enterCriticalSection(node: MaekawaNode): void {
  const { requester } = node.state
  invariant(!requester.inCriticalSection, "a node enters once for each request")
  requester.inCriticalSection = true
  requester.inquiries.fill(NONE)
  node.report({ type: "entered", timestamp: null })
  node.reply(requester.client, { type: "Granted" })
}
