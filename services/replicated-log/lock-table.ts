/**
 * A lock table for the machine: locks with a queue and fencing tokens, each kept as the value of a key.
 *
 * A lock is granted in the order in which it was asked for. Each request gets a token higher than all before it: a
 * resource that remembers the highest token it has seen can refuse a holder that does not know it has lost the lock.
 *
 * The answer to whoever gives a lock back says whose turn it is, so that the node which answers can tell that client too.
 */
import type { Result } from "./command.ts"

/** Who has asked for a lock and not released it. The first one holds it. */
export interface Claim {
  readonly owner: string
  readonly token: number
}

interface Lock {
  /** The last token given out. */
  readonly token: number
  readonly queue: readonly Claim[]
}

/**
 * Asks for a lock, or asks again whether it is granted.
 *
 * @returns `done` if `owner` holds it now; the value is the token of its request either way
 */
export function acquire(values: Map<string, string>, key: string, owner: string): Result {
  const lock = read(values.get(key))
  const claim = lock.queue.find(claimed => claimed.owner === owner)
  if (claim !== undefined) return { done: claim === lock.queue[0], value: String(claim.token) }
  const token = lock.token + 1
  values.set(key, write({ token, queue: [...lock.queue, { owner, token }] }))
  return { done: lock.queue.length === 0, value: String(token) }
}

/**
 * Gives a lock back, or a place in its queue up.
 *
 * @returns not `done` if `owner` had neither; the value is the claim of who holds the lock now ({@link readClaim})
 */
export function release(values: Map<string, string>, key: string, owner: string): Result {
  const lock = read(values.get(key))
  const queue = lock.queue.filter(claim => claim.owner !== owner)
  if (queue.length === lock.queue.length) return { done: false, value: null }
  values.set(key, write({ token: lock.token, queue }))
  return { done: true, value: queue.length === 0 ? null : writeClaim(queue[0]!) }
}

/** `<last token> <owner>:<token> <owner>:<token> ...`, owners escaped. */
function write({ token, queue }: Lock): string {
  return [token, ...queue.map(writeClaim)].join(" ")
}

function writeClaim({ owner, token }: Claim): string {
  return `${encodeURIComponent(owner)}:${token}`
}

/** Reads a claim as the answer to a release holds it. */
export function readClaim(written: string): Claim {
  const [owner = "", token = ""] = written.split(":")
  return { owner: decodeURIComponent(owner), token: Number(token) }
}

function read(written: string | undefined): Lock {
  const [token = "0", ...claims] = (written ?? "0").split(" ")
  return {
    token: Number(token),
    queue: claims.map(readClaim),
  }
}
