/** A node as a member of quorums: it gives its lock to one request at a time, by priority. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { MaekawaNode, Request, Waiting } from "./types.ts"

/** A request: it gets the lock if that is free. Otherwise it waits. */
export function arbitrate(node: MaekawaNode, timestamp: number, from: NodeId): void {
  const { arbiter } = node.state
  if (timestamp <= arbiter.latestRequest[from]!) return
  arbiter.latestRequest[from] = timestamp
  const request: Waiting = { from, timestamp, failed: false }
  if (arbiter.lock === null) return lockFor(node, request)
  enqueue(arbiter.waiting, request)
  if (node.parameters.yielding) resolveConflict(node, request)
}

/**
 * Handles a request that finds the lock taken. If it has priority over all others here, the holder is sent INQUIRE, and the
 * previously first in the queue FAILED; otherwise the request has failed for now.
 */
function resolveConflict(node: MaekawaNode, request: Waiting): void {
  const { lock, waiting } = node.state.arbiter
  if (lock === null) return
  const [first, second] = waiting
  if (first !== request || !isBefore(request, lock)) return fail(node, request)
  if (second !== undefined) fail(node, second)
  if (lock.inquired) return
  lock.inquired = true
  node.send(lock.from, { type: "Inquire", lock: lock.number })
}

function fail(node: MaekawaNode, request: Waiting): void {
  if (request.failed) return
  request.failed = true
  node.send(request.from, { type: "Failed", timestamp: request.timestamp })
}

/** The holder of the lock relinquishes it to an older request, and is queued again. */
export function takeBack(node: MaekawaNode, number: number): void {
  const { arbiter } = node.state
  const { lock, waiting } = arbiter
  if (lock?.number !== number) return
  enqueue(waiting, { from: lock.from, timestamp: lock.timestamp, failed: true })
  lockForNext(node)
}

/** The holder of the lock has left the critical section. */
export function unlock(node: MaekawaNode, number: number): void {
  const { arbiter } = node.state
  if (arbiter.lock?.number !== number) return
  arbiter.lock = null
  lockForNext(node)
}

function lockForNext(node: MaekawaNode): void {
  const next = node.state.arbiter.waiting.shift()
  if (next !== undefined) lockFor(node, next)
}

function lockFor(node: MaekawaNode, { from, timestamp }: Request): void {
  const { arbiter } = node.state
  arbiter.locks++
  arbiter.lock = { from, timestamp, number: arbiter.locks, inquired: false }
  node.send(from, { type: "Locked", timestamp, lock: arbiter.locks })
}

function enqueue(waiting: Waiting[], request: Waiting): void {
  const place = waiting.findIndex(other => isBefore(request, other))
  waiting.splice(place < 0 ? waiting.length : place, 0, request)
}

function isBefore(request: Request, other: Request): boolean {
  if (request.timestamp !== other.timestamp) return request.timestamp < other.timestamp
  return request.from < other.from
}
