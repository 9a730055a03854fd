/**
 * A lock table: locks with a queue and fencing tokens, by name.
 *
 * A lock is granted in the order in which it was asked for. Each request gets a token higher than all before it: a
 * resource that remembers the highest token it has seen can refuse a holder that does not know it has lost the lock.
 *
 * The answer to whoever gives a lock back says whose turn it is, so that the node which answers can tell that client too.
 */
import type { Result } from "./result.ts"
import type { StateMachine } from "./state-machine.ts"

export type LockOperation =
  /** Asks for the lock, or retries to learn whether it is granted: `done` if so; the value is the request's token either way. */
  | { readonly op: "acquire"; readonly key: string; readonly owner: string }
  /**
   * Gives the lock back, or a place in its queue up: `done` if the owner had either. The value is the claim of whoever
   * holds the lock now ({@link readClaim}), null if nobody does.
   */
  | { readonly op: "release"; readonly key: string; readonly owner: string }

/** One lock. It is kept for ever, since its tokens must never come again. */
export interface Lock {
  /** The last token given out. */
  lastToken: number
  /** The tokens of those who asked for the lock and have not released it, by owner. Who has the lowest holds it. */
  readonly claims: Map<string, number>
}

/** Locks by name. */
export type Locks = Map<string, Lock>

export const lockTable: StateMachine<Locks, LockOperation, Result> = {
  initial: () => new Map(),
  execute: (locks, { op, key, owner }) => (op === "acquire" ? acquire(locks, key, owner) : release(locks, key, owner)),
  copy: locks =>
    new Map(Array.from(locks, ([key, { lastToken, claims }]) => [key, { lastToken, claims: new Map(claims) }])),
}

/** A request for a lock. */
export interface Claim {
  readonly owner: string
  readonly token: number
}

function acquire(locks: Locks, key: string, owner: string): Result {
  let lock = locks.get(key)
  if (lock === undefined) locks.set(key, (lock = { lastToken: 0, claims: new Map() }))
  const { claims } = lock
  const claimed = claims.get(owner)
  if (claimed !== undefined) return { done: claimed === holderOf(lock)?.token, value: String(claimed) }
  const token = ++lock.lastToken
  claims.set(owner, token)
  return { done: claims.size === 1, value: String(token) }
}

function release(locks: Locks, key: string, owner: string): Result {
  const lock = locks.get(key)
  if (lock === undefined || !lock.claims.delete(owner)) return { done: false, value: null }
  const holder = holderOf(lock)
  return { done: true, value: holder === undefined ? null : writeClaim(holder) }
}

/** The claim with the lowest token, and not the first entry: a state is the same whatever the order of its entries. */
function holderOf({ claims }: Lock): Claim | undefined {
  let holder: Claim | undefined
  for (const [owner, token] of claims) if (holder === undefined || token < holder.token) holder = { owner, token }
  return holder
}

/** `<owner, escaped>:<token>` */
function writeClaim({ owner, token }: Claim): string {
  return `${encodeURIComponent(owner)}:${token}`
}

/** Reads a claim as the result of a release holds it. */
export function readClaim(written: string): Claim {
  const [owner = "", token = ""] = written.split(":")
  return { owner: decodeURIComponent(owner), token: Number(token) }
}
