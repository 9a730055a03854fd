/**
 * Leadership, and mutual exclusion, by a lease on a key-value store: the first to write the key holds the lease until it
 * expires by the store's clock, and keeps renewing it. A holder that has crashed or is cut off loses it by expiry. It must
 * stop acting before that, by its own clock, which is safe as long as the drift of both clocks is bounded.
 *
 * Sources: C. Gray, D. Cheriton, "Leases: An Efficient Fault-Tolerant Mechanism for Distributed File Cache Consistency",
 * SOSP 1989, for leases and clocks; M. Burrows, "The Chubby Lock Service for Loosely-Coupled Distributed Systems", OSDI
 * 2006, §2.4 for lock delays and sequencers, here called fencing tokens. Deviations: the README.
 */
import { type Algorithm, algorithm, invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { campaignedElection } from "../../services/leader-election/service.ts"
import { mutualExclusion } from "../../services/mutual-exclusion/service.ts"
import { innerConflict, isInnerUnsafe } from "../common/inner-log.ts"
import { resourceRole } from "./resource.ts"
import { isLogged, storeOn } from "./logged-store.ts"
import { holderLease, renewalOf, theory } from "./theory.ts"
import { type Contender, type ContenderState, type LeaseLeadership, parametersOn, type ToStore } from "./types.ts"

const handlers: Pick<Algorithm<LeaseLeadership>, "start" | "receive" | "timeout" | "request"> = {
  start(node) {
    node.state.attempt = node.now()
  },

  receive: {
    Granted(node, { attempt, token, sentAt }) {
      const { state } = node
      if (holds(state) && state.token === token) return prolong(node, sentAt)
      // An answer to an earlier attempt.
      if (state.phase !== "waiting" || state.attempt !== attempt) return sendToStore(node, { type: "Release", token })
      state.token = token
      state.validUntil = sentAt + holderLease(node.parameters)
      if (!node.isOver(state.validUntil)) return becomeHolder(node)
      // Too late: the lease may be over.
      sendToStore(node, { type: "Release", token })
      contend(node)
    },

    Held(node, { attempt, token, holder }) {
      const { state } = node
      state.isUnanswered = false
      if (state.phase !== "waiting" || state.attempt !== attempt) return
      // It was sent before the holder confirmed, so the news of the confirmation may have overtaken it.
      if (holder !== null || token > state.epoch) observeLeader(node, holder, token)
      const { waiting, pollInterval, watchTimeout } = node.parameters
      // The news of a leader may be lost: retry until one is known.
      if (waiting === "poll" || !state.isCampaigning || state.leader !== null) node.cancelTimer("retry")
      if (waiting === "watch") return node.setTimer("watch", watchTimeout)
      if (state.isPolling) return
      state.isPolling = true
      node.setTimer("poll", node.random(1, pollInterval))
    },

    Free(node, { token }) {
      observeLeader(node, null, token)
      if (node.state.phase === "waiting") ask(node)
    },

    Leads(node, { holder, token }) {
      observeLeader(node, holder, token)
      const { phase, leader } = node.state
      if (phase === "waiting" && leader !== null) node.cancelTimer("retry")
    },

    Renewed(node, { token, sentAt }) {
      if (!holds(node.state) || node.state.token !== token) return
      node.cancelTimer("renewAgain")
      prolong(node, sentAt)
    },

    /** The store's clock was faster than the declared bound, or the holder was paused. */
    Expired(node, { token }) {
      if (holds(node.state) && node.state.token === token) lose(node)
    },

    Released(node, { token }) {
      const { state } = node
      if (state.phase === "releasing" && state.token === token) leave(node)
    },

    Written(node, { token, after }) {
      const { state } = node
      node.report({ type: "wrote", token, after })
      if (state.phase === "writing" && state.token === token) release(node)
    },

    /** Somebody else has had the lease since. */
    Rejected(node, { token }) {
      if (node.state.phase === "writing" && node.state.token === token) lose(node)
    },

    /** Its pending requests to another process of the store, and its watch there, may be lost. */
    Acts(node, { epoch }, from) {
      if (epoch >= node.state.storeEpoch) switchTo(node, from, epoch)
    },

    Elsewhere(node, { store, epoch }) {
      if (epoch >= node.state.storeEpoch && store !== node.state.store) switchTo(node, store, epoch)
    },
  },

  timeout: {
    retry(node) {
      const { phase, token } = node.state
      if (phase === "waiting") {
        // The store does not answer: perhaps nobody can renew a lease.
        observeLeader(node, null, node.state.epoch)
        if (node.state.isUnanswered) tryAnother(node)
        ask(node, "retransmission")
      } else if (phase === "writing") write(node, "retransmission")
      else if (phase === "releasing") {
        tryAnother(node)
        sendToStore(node, { type: "Release", token }, "retransmission")
        node.setTimer("retry", node.parameters.retryAfter)
      }
    },

    watch(node) {
      ask(node, "heartbeat")
    },

    poll(node) {
      node.setTimer("poll", node.parameters.pollInterval)
      // Contending for leadership never ends, so its messages do not count as those of an election.
      ask(node, node.state.isCampaigning ? "heartbeat" : "protocol")
    },

    renew(node) {
      node.setTimer("renew", renewalOf(node.parameters))
      renew(node, "heartbeat")
    },

    renewAgain(node) {
      tryAnother(node)
      renew(node, "retransmission")
    },

    /** The lease may be over by the store's clock, as far as this one can tell. */
    lapse: lose,
  },

  request: {
    Campaign(node) {
      node.state.isCampaigning = true
      if (node.state.phase === "outside") contend(node)
    },

    /** Asks the store: nobody else knows if there is a leader. */
    Elect(node) {
      if (node.state.phase === "waiting") ask(node)
    },

    Acquire(node, _, client) {
      const { state } = node
      state.client = client
      if (state.phase === "outside") contend(node)
      else if (state.phase === "writing" || state.phase === "releasing") state.isWantedAgain = true
    },

    Release(node) {
      const { state } = node
      if (state.phase !== "holding" || state.isCampaigning) return
      if (!node.parameters.writes) return release(node)
      if (node.parameters.checksLease && node.isOver(state.validUntil)) return lose(node)
      state.phase = "writing"
      write(node)
    },
  },
}

/** Lease leadership with a store that is one process, or is replicated by a log of one of these algorithms. */
export function leaseLeadershipOn(among: readonly Algorithm[]): Algorithm<LeaseLeadership> {
  const onLog = storeOn(among)
  return algorithm<LeaseLeadership>({
    name: "lease-leadership",
    title: "Lease leadership",
    source: "Gray and Cheriton 1989; Burrows 2006",
    summary:
      "Whoever writes a key of a store first leads, or is in the critical section, until the lease expires or is released; " +
      "it renews the lease while it lives.",
    tolerates: { faults: "crash", of: n => n - 1 },
    assumes: { clocks: ({ maxDrift }) => maxDrift },
    isUnsafe: chosen =>
      (!chosen.durable && chosen.store === "process") ||
      (chosen.writes && !chosen.fencing) ||
      isInnerUnsafe(among, chosen, "store", chosen.storeNodes),
    oneLeaderPerEpoch: true,
    times: {
      readings: ["sentAt"],
      deadlines: ["validUntil"],
      numbers: ["attempt"],
      agreeFor: "lease",
      // The lease exceeds a round trip of two ticks plus a clock error of one.
      parameters: {
        lease: "5us",
        maxDrift: "20%",
        renewInterval: "2us",
        retryAfter: "5us",
        watchTimeout: "5us",
        pollInterval: "2us",
        lockDelay: "0us",
      },
    },
    colour: "#C1272D",
    theory,
    serves: [campaignedElection, mutualExclusion],
    parameters: parametersOn(among),

    conflict(chosen) {
      if (renewalOf(chosen) < holderLease(chosen)) return innerConflict(among, chosen, "store", chosen.storeNodes)
      const message = "expected less than the holder may use of its lease, L(1 - rho)/(1 + rho)"
      return { parameter: "renewInterval", message }
    },

    disk: () => ({}),
    state: self => ({
      phase: "outside",
      isCampaigning: false,
      client: 0,
      isWantedAgain: false,
      attempt: 0,
      isPolling: false,
      token: 0,
      validUntil: 0,
      leader: null,
      epoch: 0,
      store: self.role("store")[0]!,
      storeEpoch: 0,
      isUnanswered: false,
    }),
    ...handlers,
    answers: [
      "Granted",
      "Held",
      "Renewed",
      "Expired",
      "Released",
      "Written",
      "Rejected",
      "Elsewhere",
      ...onLog.answers,
    ],
    standing: ({ state: { phase, isCampaigning, token } }) => {
      if (phase === "waiting") return { role: "waiting", rank: 1, epoch: null }
      if (phase === "holding") return { role: isCampaigning ? "leader" : "critical section", rank: 2, epoch: token }
      return phase === "writing" ? { role: "writing", rank: 2, epoch: token } : { role: phase, rank: 0, epoch: null }
    },

    roles: { store: onLog.role, resource: resourceRole },
  })
}

/** With a store that is one process. */
export const leaseLeadership = leaseLeadershipOn([])

/** True if it has the lease, according to its own clock. */
function holds({ phase }: ContenderState): boolean {
  return phase === "holding" || phase === "writing"
}

/** Begins to contend for the lease. */
function contend(node: Contender): void {
  const { state } = node
  state.phase = "waiting"
  state.isWantedAgain = false
  state.isPolling = false
  state.attempt++
  ask(node)
}

/** Tries to write the key. */
function ask(node: Contender, purpose?: Purpose): void {
  const { attempt, isPolling } = node.state
  const watches = node.parameters.waiting === "watch"
  sendToStore(node, { type: "Acquire", attempt, sentAt: node.now(), watches }, purpose)
  node.state.isUnanswered = true
  // Polling retries anyway; but a store of several processes may require trying another one.
  if (!isPolling || isLogged(node.parameters)) node.setTimer("retry", node.parameters.retryAfter)
}

/** Renews the lease. If the store is several processes, the one asked may not act any more, so it sets a retry timer. */
function renew(node: Contender, purpose: Purpose): void {
  sendToStore(node, { type: "Renew", token: node.state.token, sentAt: node.now() }, purpose)
  if (isLogged(node.parameters)) node.setTimer("renewAgain", node.parameters.retryAfter)
}

/** The process of the store that it asked does not answer: tries the next one, which may act by now, or know which does. */
function tryAnother(node: Contender): void {
  const stores = node.role("store")
  node.state.store = stores[(stores.indexOf(node.state.store) + 1) % stores.length]!
}

/** Another process of the store acts: resends the pending request to that one. */
function switchTo(node: Contender, store: NodeId, epoch: number): void {
  const { state } = node
  state.store = store
  state.storeEpoch = epoch
  if (state.phase === "waiting") ask(node, "retransmission")
  else if (state.phase === "releasing") sendToStore(node, { type: "Release", token: state.token }, "retransmission")
  else if (holds(state)) renew(node, "retransmission")
}

function becomeHolder(node: Contender): void {
  const { state } = node
  const { token } = state
  for (const timer of ["retry", "watch", "poll"] as const) node.cancelTimer(timer)
  state.phase = "holding"
  awaitLapse(node)
  node.setTimer("renew", renewalOf(node.parameters))
  if (state.isCampaigning) sendToStore(node, { type: "Confirm", token })
  else node.report({ type: "entered", timestamp: token })
  believe(node, node.id, token)
  if (!state.isCampaigning) node.reply(state.client, { type: "Granted" })
}

/** Extends the lease from the sending time of an answered renewal: the store measures from its arrival, which is later. */
function prolong(node: Contender, sentAt: number): void {
  const { state } = node
  state.validUntil = Math.max(state.validUntil, sentAt + holderLease(node.parameters))
  awaitLapse(node)
}

function awaitLapse(node: Contender): void {
  node.setTimer("lapse", Math.max(0, node.state.validUntil - node.now()))
}

/** Writes to the resource, with its token. */
function write(node: Contender, purpose?: Purpose): void {
  for (const id of node.role("resource")) node.send(id, { type: "Write", token: node.state.token }, purpose)
  node.setTimer("retry", node.parameters.retryAfter)
}

/**
 * Gives the lease back. It stops using it at once, and resends the release until the store answers or the lease could have
 * expired.
 */
function release(node: Contender): void {
  const { state } = node
  stopHolding(node)
  state.phase = "releasing"
  sendToStore(node, { type: "Release", token: state.token })
  node.setTimer("retry", node.parameters.retryAfter)
}

/** It has lost the lease, or may have lost it. */
function lose(node: Contender): void {
  const { state } = node
  const { phase } = state
  if (holds(state)) stopHolding(node)
  if (phase === "holding" && !state.isCampaigning) node.reply(state.client, { type: "Revoked" })
  leave(node)
}

/** The end of its time as a holder. */
function stopHolding(node: Contender): void {
  const { state } = node
  node.cancelTimer("renew")
  node.cancelTimer("renewAgain")
  if (!state.isCampaigning) node.report({ type: "left" })
  believe(node, null, state.epoch)
}

/** Ends its dealings with the lease, and contends again if it wants it. */
function leave(node: Contender): void {
  const { state } = node
  invariant(state.phase !== "waiting" && state.phase !== "outside", "only who had the lease leaves it")
  node.cancelTimer("retry")
  node.cancelTimer("lapse")
  state.phase = "outside"
  if (state.isCampaigning || state.isWantedAgain) contend(node)
}

/** A campaigner learns the leader from the store; stale news is ignored. */
function observeLeader(node: Contender, holder: number | null, token: number): void {
  const { state } = node
  if (!state.isCampaigning || holds(state) || token < state.epoch) return
  believe(node, holder === node.id ? null : holder, token)
}

function believe(node: Contender, leader: number | null, epoch: number): void {
  const { state } = node
  if (state.leader === leader && state.epoch === epoch) return
  const hasChanged = leader !== null || state.leader !== null
  state.leader = leader
  state.epoch = epoch
  if (hasChanged) node.report({ type: "believes", leader, epoch })
}

function sendToStore(node: Contender, message: ToStore, purpose?: Purpose): void {
  node.send(node.state.store, message, purpose)
}
