/**
 * The store: one key, which whoever writes it first has as a lease until it expires by the store's clock. It neither trusts
 * the clocks of others nor reads its own: a timer measures how long ago it granted or renewed the lease.
 */
import { invariant, type NodeId, type Role } from "../../runtime/contract/algorithm.ts"
import type { LeaseLeadership, Store } from "./types.ts"

type StoreShape = LeaseLeadership["roles"]["store"]

export const storeRole: Role<LeaseLeadership, StoreShape> = {
  doc: "grants the lease to whoever asks first, and takes it back when it expires",
  count: 1,
  disk: () => ({ lastToken: 0, lease: null }),
  state: ({ disk: { lastToken, lease } }) => ({ lastToken, lease, isConfirmed: false, isDelayed: false, waiters: [] }),

  /** When the lease expires it does not know any more: it gives its holder all of it once more. */
  start(store) {
    if (store.state.lease !== null) store.setTimer("expiry", store.parameters.lease)
  },

  receive: {
    Acquire(store, { attempt, sentAt, watches }, from) {
      const { state } = store
      const { lease } = state
      if (lease === null) return grant(store, from, attempt, sentAt)
      // Its holder has not heard of it, or asked twice before it did.
      if (lease.holder === from && lease.attempt === attempt && !state.isDelayed) {
        store.setTimer("expiry", store.parameters.lease)
        return store.send(from, { type: "Granted", attempt, token: lease.token, sentAt })
      }
      if (watches && !state.waiters.includes(from)) state.waiters.push(from)
      const holder = state.isConfirmed ? lease.holder : null
      store.send(from, { type: "Held", attempt, token: lease.token, holder })
    },

    Renew(store, { token, sentAt }, from) {
      if (!isValid(store, token)) return store.send(from, { type: "Expired", token })
      store.state.isConfirmed = true
      store.setTimer("expiry", store.parameters.lease)
      store.send(from, { type: "Renewed", token, sentAt })
    },

    Confirm(store, { token }, from) {
      const { state } = store
      if (!isValid(store, token)) return
      state.isConfirmed = true
      for (const waiter of state.waiters) store.send(waiter, { type: "Leads", token, holder: from })
    },

    /** Nothing of its holder can be on the way any more: no lock delay. */
    Release(store, { token }, from) {
      if (store.state.lease?.token === token) free(store)
      store.send(from, { type: "Released", token })
    },
  },

  timeout: {
    expiry(store) {
      const { state } = store
      const { lockDelay } = store.parameters
      if (state.isDelayed || lockDelay === 0) return free(store)
      state.isDelayed = true
      store.setTimer("expiry", lockDelay)
    },
  },

  standing: ({ state: { lease, isDelayed, waiters } }) => {
    if (lease === null) return { role: "free", rank: 0, epoch: null }
    const role = isDelayed ? "lock delay" : `leased to ${lease.holder}`
    return { role: waiters.length === 0 ? role : `${role}, ${waiters.length} watching`, rank: 1, epoch: lease.token }
  },
}

/** First to write wins. */
function grant(store: Store, to: NodeId, attempt: number, sentAt: number): void {
  const { state } = store
  invariant(state.lease === null, "one node at a time has the lease")
  const token = state.lastToken + 1
  state.lastToken = token
  state.lease = { holder: to, attempt, token }
  state.isConfirmed = false
  store.setTimer("expiry", store.parameters.lease)
  keep(store)
  store.send(to, { type: "Granted", attempt, token, sentAt })
}

/** Nobody has the lease: those that watch may try. */
function free(store: Store): void {
  const { state } = store
  invariant(state.lease !== null, "a lease that ends is somebody's")
  const { token } = state.lease
  state.lease = null
  state.isDelayed = false
  store.cancelTimer("expiry")
  keep(store)
  for (const waiter of state.waiters) store.send(waiter, { type: "Free", token })
  state.waiters = []
}

/** Keeps on disk who may believe to have the lease, and that no token comes twice. */
function keep(store: Store): void {
  const { lastToken, lease } = store.state
  if (store.parameters.durable) store.save({ lastToken, lease })
}

function isValid({ state: { lease, isDelayed } }: Store, token: number): boolean {
  return lease !== null && lease.token === token && !isDelayed
}
