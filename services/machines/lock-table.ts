/**
 * A lock table: locks with a queue and fencing tokens, by name.
 *
 * A lock is granted in the order in which it was asked for. Each request gets a token higher than all before it: a
 * resource that remembers the highest token it has seen can reject a holder that does not know it has lost the lock.
 *
 * The answer to a release names the next holder, so that the answering node can notify it too.
 *
 * Sessions need no clock in the state. A client renews its claim periodically. The client behind it in the queue
 * watches the number of renewals; if that has not changed for a session timeout by its own clock, it appends an
 * `expire`, which takes effect only if no renewal has been executed in between. (Amazon's lock client for DynamoDB does
 * so; in ZooKeeper's lock recipe each client watches the one ahead of it.)
 */
import { firstWhere } from "../../runtime/lib/search.ts"
import type { Result } from "./result.ts"
import type { StateMachine } from "./state-machine.ts"

export type LockOperation =
  /** Requests the lock, or asks whether it is granted: `done` if so; the value is the request's token either way. */
  | { readonly op: "acquire"; readonly key: string; readonly owner: string }
  /**
   * Releases the lock, or leaves its queue: `done` if the owner held it or was queued. The value is the claim of
   * whoever holds the lock now ({@link readClaim}), null if nobody does.
   */
  | { readonly op: "release"; readonly key: string; readonly owner: string }
  /**
   * Renews the claim of an owner that is alive: `done` if it holds the lock. The value is its {@link Standing}, null if
   * it has no claim.
   */
  | { readonly op: "renew"; readonly key: string; readonly owner: string }
  /**
   * Removes a claim if its number of renewals is still the given one: `done` if so, and the value is that of a release.
   */
  | ({ readonly op: "expire"; readonly key: string } & RenewedClaim)

/** One lock. It is kept forever, since its tokens must never repeat. */
export interface Lock {
  /** The last token given out. */
  lastToken: number
  /** The tokens of unreleased requests, by owner. The owner of the lowest holds the lock. */
  readonly claims: Map<string, number>
  /** The number of renewals of claims, by owner; absent until the first renewal. */
  renewals?: Map<string, number>
}

/** Locks by name. */
export type Locks = Map<string, Lock>

export const lockTable: StateMachine<Locks, LockOperation, Result> = {
  initial: () => new Map(),
  execute(locks, operation) {
    const { key, owner } = operation
    switch (operation.op) {
      case "acquire":
        return acquire(locks, key, owner)
      case "release":
        return release(locks, key, owner)
      case "renew":
        return renew(locks.get(key), owner)
      case "expire":
        return hasRenewed(locks.get(key), operation) ? NOT_DONE : release(locks, key, owner)
    }
  },
  copy: locks => new Map(Array.from(locks, ([key, lock]) => [key, copyOfLock(lock)])),
}

const NOT_DONE: Result = { done: false, value: null }

/** True for operations on locks. */
export function isLockOperation(operation: { readonly op: string }): operation is LockOperation {
  const { op } = operation
  return op === "acquire" || op === "release" || op === "renew" || op === "expire"
}

/** An equal lock that shares nothing that operations change. */
export function copyOfLock({ lastToken, claims, renewals }: Lock): Lock {
  const copy: Lock = { lastToken, claims: new Map(claims) }
  if (renewals !== undefined) copy.renewals = new Map(renewals)
  return copy
}

/** A request for a lock. */
export interface Claim {
  readonly owner: string
  readonly token: number
}

/** A claim, and its number of renewals. */
export interface RenewedClaim extends Claim {
  readonly renewals: number
}

/** The standing of a claim: its token, and the claim just ahead of it in the queue; null if it holds the lock. */
export interface Standing {
  readonly token: number
  readonly ahead: RenewedClaim | null
}

function acquire(locks: Locks, key: string, owner: string): Result {
  let lock = locks.get(key)
  if (lock === undefined) locks.set(key, (lock = { lastToken: 0, claims: new Map() }))
  const { claims } = lock
  const queue = queueOf(lock)
  const claimed = claims.get(owner)
  if (claimed !== undefined) return { done: claimed === queue[0]?.token, value: String(claimed) }
  const token = ++lock.lastToken
  claims.set(owner, token)
  queue.push({ owner, token })
  return { done: queue.length === 1, value: String(token) }
}

function release(locks: Locks, key: string, owner: string): Result {
  const lock = locks.get(key)
  const token = lock?.claims.get(owner)
  if (lock === undefined || token === undefined) return NOT_DONE
  const queue = queueOf(lock)
  const place = placeOf(queue, token)
  if (place === 0) queue.shift()
  else queue.splice(place, 1)
  lock.claims.delete(owner)
  lock.renewals?.delete(owner)
  const holder = queue[0]
  return { done: true, value: holder === undefined ? null : writeClaim(holder) }
}

function renew(lock: Lock | undefined, owner: string): Result {
  const token = lock?.claims.get(owner)
  if (lock === undefined || token === undefined) return NOT_DONE
  lock.renewals ??= new Map()
  lock.renewals.set(owner, renewalsOf(lock, owner) + 1)
  const queue = queueOf(lock)
  const ahead = queue[placeOf(queue, token) - 1]
  if (ahead === undefined) return { done: true, value: String(token) }
  return { done: false, value: `${token} ${writeClaim(ahead)} ${renewalsOf(lock, ahead.owner)}` }
}

/** True if the owner's claim is a different one, or has been renewed since. */
function hasRenewed(lock: Lock | undefined, { owner, token, renewals }: RenewedClaim): boolean {
  return lock?.claims.get(owner) !== token || renewalsOf(lock, owner) !== renewals
}

function renewalsOf({ renewals }: Lock, owner: string): number {
  return renewals?.get(owner) ?? 0
}

/**
 * A cache of each lock's claims in the order of their tokens. It is derived from the state, in which claims have no
 * order, and not part of it: a copy recomputes it.
 */
const queues = new WeakMap<Lock, Claim[]>()

function queueOf(lock: Lock): Claim[] {
  let queue = queues.get(lock)
  if (queue === undefined) {
    queue = Array.from(lock.claims, ([owner, token]) => ({ owner, token })).toSorted((a, b) => a.token - b.token)
    queues.set(lock, queue)
  }
  return queue
}

/** The place of the claim with a token, which must be there. */
function placeOf(queue: readonly Claim[], token: number): number {
  return firstWhere(queue.length, place => queue[place]!.token >= token)
}

/** `<owner, escaped>:<token>` */
function writeClaim({ owner, token }: Claim): string {
  return `${encodeURIComponent(owner)}:${token}`
}

/** Parses the claim in the result of a release. */
export function readClaim(written: string): Claim {
  const [owner = "", token = ""] = written.split(":")
  return { owner: decodeURIComponent(owner), token: Number(token) }
}

/** Parses the standing of a claim in the result of a renewal. */
export function readStanding(written: string): Standing {
  const [token = "", claim, renewals = ""] = written.split(" ")
  return {
    token: Number(token),
    ahead: claim === undefined ? null : { ...readClaim(claim), renewals: Number(renewals) },
  }
}
