/**
 * The store: one key; the first to write it holds it as a lease until it expires by the store's clock. It neither trusts the
 * clocks of others nor reads its own: a timer measures how long ago it granted or renewed the lease.
 *
 * One process keeps the key on its disk. Several keep it in a replicated log: `logged-store.ts`.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { decide, type Decision, isValid } from "./table.ts"
import type { Confirm, Request, Store, Table } from "./types.ts"

/** Decides a request, a contender's or its own, at once. */
export function decideAtOnce(store: Store, request: Request, from: NodeId): void {
  const { table } = store.state
  const { table: after, outcome } = decide(table, request, from, hasLockDelay(store))
  // No renewal comes between an expiry and its decision, so renewals need no numbers.
  carryOut(store, request, from, { table: { ...after, renewal: 0 }, outcome }, () => keep(store))
}

/** Saves the lease that its holder may rely on, and the last token, so that tokens stay unique. */
function keep(store: Store): void {
  const { lastToken, lease } = store.state.table
  if (store.parameters.durable) store.save({ lastToken, lease })
}

export function hasLockDelay({ parameters }: Store): boolean {
  return parameters.lockDelay > 0
}

/** The initial volatile state of the store. */
export function newWatch(table: Table) {
  return { table, isConfirmed: false, waiters: [] }
}

/** Carries out a decision: restarts the expiry timer after each grant and renewal, and answers the request. */
export function carryOut(
  store: Store,
  request: Request,
  from: NodeId,
  { table, outcome }: Decision,
  kept: () => void,
): void {
  const { state } = store
  const before = state.table
  state.table = table
  switch (request.type) {
    case "Acquire":
      if (outcome === "granted") {
        state.isConfirmed = false
        awaitExpiry(store)
        kept()
      } else if (outcome === "extended") awaitExpiry(store)
      return answerAttempt(store, request, from, outcome !== "refused")
    case "Renew": {
      const { token, sentAt } = request
      if (outcome !== "extended") return store.send(from, { type: "Expired", token }, "heartbeat")
      state.isConfirmed = true
      awaitExpiry(store)
      return store.send(from, { type: "Renewed", token, sentAt }, "heartbeat")
    }
    case "Release":
      if (outcome === "freed") free(store, before, kept)
      return store.send(from, { type: "Released", token: request.token })
    case "Expire":
      if (outcome === "freed") free(store, before, kept)
      else if (outcome === "delayed") awaitExpiry(store)
  }
}

function answerAttempt(
  store: Store,
  { attempt, sentAt, watches }: Extract<Request, { readonly type: "Acquire" }>,
  from: NodeId,
  isGranted: boolean,
): void {
  const { table, isConfirmed, waiters } = store.state
  const { token, holder } = table.lease!
  if (isGranted) return store.send(from, { type: "Granted", attempt, token, sentAt })
  if (watches && !waiters.includes(from)) waiters.push(from)
  store.send(from, { type: "Held", attempt, token, holder: isConfirmed ? holder : null })
}

/**
 * Measures the lease, or the lock delay, from now on. After a boot the start of the lease is unknown: it gets its full
 * length again.
 */
export function awaitExpiry(store: Store): void {
  const { lease, isDelayed } = store.state.table
  const { parameters } = store
  if (lease !== null) store.setTimer("expiry", isDelayed ? parameters.lockDelay : parameters.lease)
}

/** Nobody has the lease: those that watch may try. */
function free(store: Store, { lease }: Table, kept: () => void): void {
  const { state } = store
  const { token } = lease!
  store.cancelTimer("expiry")
  kept()
  for (const waiter of state.waiters) store.send(waiter, { type: "Free", token })
  state.waiters = []
}

/** A new leader has learnt that it leads; the store notifies those that watch. */
export function confirm(store: Store, { token }: Confirm, from: NodeId): void {
  const { state } = store
  if (!isValid(state.table, token)) return
  state.isConfirmed = true
  for (const waiter of state.waiters) store.send(waiter, { type: "Leads", token, holder: from })
}
