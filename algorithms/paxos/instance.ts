/**
 * The instances of single-decree Paxos that a node remembers: its part in each, kept in a journal as far as it must not
 * be forgotten, and when it takes a hand in those whose outcome it does not learn.
 */
import type { Micros } from "../../runtime/units.ts"
import { type Disk, KEPT, type Minutes, type Part, type PaxosNode, type State } from "./types.ts"

/** Records in the journal between two looks for those that can be dropped. */
const SWEEP = 1024

/** The node's part in an instance, which begins when it first hears of it; `null` if the instance is too old. */
export function partIn(node: PaxosNode, instance: number): Part | null {
  const { parts, newest } = node.state
  // What the journal said of it may be gone: to begin anew would be to forget a promise.
  if (instance <= newest - KEPT) return null
  const held = parts[instance % KEPT]
  if (held?.instance === instance) return held
  node.state.newest = Math.max(newest, instance)
  if (held !== undefined) close(node, held)
  const part = newPart({ instance, promised: 0, accepted: null, decided: null })
  put(parts, part)
  takeHand(node, part)
  return part
}

/** Unless nobody but a proposer is to learn the outcome: conducts a ballot, if it has not learned it in due time. */
export function takeHand(node: PaxosNode, part: Part): void {
  const { learning, retryAfter, backoff } = node.parameters
  if (learning !== "proposer") retryIn(node, part, retryAfter + node.random(0, backoff))
}

/** Changes the minutes of an instance, on the disk and in memory. */
export function record(node: PaxosNode, part: Part, minutes: Minutes): void {
  const { journal } = node.disk
  part.minutes = minutes
  node.append("journal", minutes)
  if (journal.length % SWEEP !== 0) return
  let old = 0
  while (old < journal.length && journal[old]!.instance <= node.state.newest - KEPT) old++
  node.discard("journal", old)
}

/** What the disk says of this node's part in the last instances. */
export function recall({ journal }: Readonly<Disk>): State {
  const newest = journal.reduce((highest, { instance }) => Math.max(highest, instance), 0)
  const parts: Part[] = []
  for (const minutes of journal) if (minutes.instance > newest - KEPT) put(parts, newPart(minutes))
  return { parts, newest, open: [] }
}

function put(parts: Part[], part: Part): void {
  const place = part.instance % KEPT
  while (parts.length < place) parts.push(newPart({ instance: 0, promised: 0, accepted: null, decided: null }))
  parts[place] = part
}

function newPart(minutes: Minutes): Part {
  return {
    instance: minutes.instance,
    minutes,
    value: null,
    client: null,
    ballot: 0,
    highest: minutes.promised,
    promises: [],
    reported: null,
    proposed: false,
    votedIn: 0,
    voters: [],
    retryAt: 0,
  }
}

/** Conducts a new ballot after `delay`, unless the outcome is learned by then. */
export function retryIn(node: PaxosNode, part: Part, delay: Micros): void {
  const { open } = node.state
  part.retryAt = node.now() + delay
  if (!open.includes(part)) open.push(part)
  armRetry(node)
}

/** The outcome of an instance is learned, or none of this node's business any more. */
export function close(node: PaxosNode, part: Part): void {
  const { open } = node.state
  const place = open.indexOf(part)
  if (place < 0) return
  // Their order does not matter.
  open[place] = open.at(-1)!
  open.pop()
  armRetry(node)
}

/** One timer serves all instances: it runs out for the one that is due first. */
export function armRetry(node: PaxosNode): void {
  const { open } = node.state
  if (open.length === 0) return node.cancelTimer("retry")
  let first = open[0]!.retryAt
  for (const { retryAt } of open) if (retryAt < first) first = retryAt
  node.setTimer("retry", Math.max(0, first - node.now()))
}
