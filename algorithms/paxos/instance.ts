/**
 * The instances of single-decree Paxos that a node remembers: its part in each, a journal of what it must not forget, and
 * retries of those whose outcome it does not learn.
 */
import { invariant } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { type Disk, KEPT, type AcceptorRecord, type Part, type PaxosNode, type State } from "./types.ts"

/** Records in the journal at which it is compacted: each boot reads at most this number, and a few that came with the last. */
const COMPACT_AT = 4 * KEPT

/** The node's part in an instance, which begins when it first hears of it; `null` if the instance is too old. */
export function instanceFor(node: PaxosNode, instance: number): Part | null {
  const { parts, recalled, newest } = node.state
  // Its journal records may be gone: a fresh start would forget a promise.
  if (instance <= newest - KEPT || instance <= node.disk.forgotten) return null
  const place = instance % KEPT
  const held = parts[place] ?? null
  if (held?.instance === instance) return held
  node.state.newest = Math.max(newest, instance)
  if (held !== null) close(node, held)
  const known = recalled[place] ?? null
  if (known !== null) recalled[place] = null
  const part = newPart(known?.instance === instance ? known : { instance, promised: 0, accepted: null, decided: null })
  while (parts.length < place) parts.push(null)
  parts[place] = part
  if (part.acceptor.decided === null) scheduleRetry(node, part)
  return part
}

/** Schedules a ballot of its own in case it does not learn the outcome in time; not if only proposers learn outcomes. */
function scheduleRetry(node: PaxosNode, part: Part): void {
  const { learning, retryAfter, backoff } = node.parameters
  if (learning !== "proposer") retryIn(node, part, retryAfter + node.random(0, backoff))
}

/** Resumes the instances whose outcome it had not learned before it crashed. */
export function resume(node: PaxosNode): void {
  for (const acceptor of node.state.recalled) {
    if (acceptor !== null && acceptor.decided === null) instanceFor(node, acceptor.instance)
  }
}

/** Replaces the acceptor record of an instance, on disk and in memory. The record it replaces is dropped if it is the first of the journal. */
export function record(node: PaxosNode, part: Part, acceptor: AcceptorRecord): void {
  const { promised, accepted, decided } = part.acceptor
  invariant(decided === null || acceptor.decided === decided, "only a single value is chosen (§2.1)")
  invariant(acceptor.promised >= promised, "P1a (§2.2): an acceptor never takes a promise back")
  invariant(
    (acceptor.accepted?.ballot ?? 0) >= (accepted?.ballot ?? 0),
    "an acceptor keeps the highest-numbered proposal it has accepted (§2.2)",
  )
  invariant(
    (acceptor.accepted?.ballot ?? 0) <= acceptor.promised,
    "P1a (§2.2): an acceptor has promised what it accepts",
  )
  const [first] = node.disk.journal
  const isReplaced = first !== undefined && areSame(first, part.acceptor)
  part.acceptor = acceptor
  node.append("journal", acceptor)
  if (isReplaced) node.discard("journal", 1)
  if (node.disk.journal.length >= COMPACT_AT) compact(node)
}

/** By their content: hosts may copy state and disk independently. */
function areSame(one: AcceptorRecord, other: AcceptorRecord): boolean {
  return (
    one.instance === other.instance &&
    one.promised === other.promised &&
    one.accepted?.ballot === other.accepted?.ballot &&
    one.decided === other.decided
  )
}

/**
 * Writes the latest record of every remembered instance once more, and then drops all that was written before.
 *
 * How far back it remembers is written first. After a boot the journal alone is not enough: the node may have heard of later
 * instances than those in the journal, and must not mistake one whose record was dropped for a new one.
 */
function compact(node: PaxosNode): void {
  const { parts, recalled, newest } = node.state
  const superseded = node.disk.journal.length
  const forgotten = Math.max(node.disk.forgotten, newest - KEPT)
  invariant(forgotten <= newest, "the newest instance is remembered (§2.5)")
  node.save({ forgotten })
  for (const acceptor of [...parts.map(part => part?.acceptor ?? null), ...recalled]) {
    if (acceptor === null || acceptor.instance <= forgotten) continue
    if (acceptor.promised > 0 || acceptor.decided !== null) node.append("journal", acceptor)
  }
  node.discard("journal", superseded)
}

/** The state of the last instances by the disk. Parts in them begin when they are needed. */
export function recall({ journal, forgotten }: Readonly<Disk>): State {
  const newest = journal.reduce((highest, { instance }) => Math.max(highest, instance), forgotten)
  const recalled = Array.from({ length: Math.min(newest + 1, KEPT) }, (): AcceptorRecord | null => null)
  // The last record at a place counts: it is of the last instance there, and nobody hears of one that is too old.
  for (const acceptor of journal) recalled[acceptor.instance % KEPT] = acceptor
  return { parts: [], recalled, newest }
}

function newPart(acceptor: AcceptorRecord): Part {
  return {
    instance: acceptor.instance,
    acceptor,
    value: null,
    client: null,
    ballot: 0,
    highest: acceptor.promised,
    promises: [],
    reported: null,
    proposed: false,
    votedIn: 0,
    voters: [],
  }
}

/** Conducts a new ballot after `delay`, unless the outcome is learned by then. */
export function retryIn(node: PaxosNode, part: Part, delay: Micros): void {
  node.setTimer("retry", delay, part.instance)
}

/** Closes an instance: its outcome is learned, or no longer of interest to this node. */
export function close(node: PaxosNode, part: Part): void {
  node.cancelTimer("retry", part.instance)
}

/** The node's part in an instance whose time to conduct a new ballot has come. */
export function partDue({ state: { parts } }: PaxosNode, instance: number): Part {
  const part = parts[instance % KEPT] ?? null
  invariant(part?.instance === instance, "an instance that is forgotten is not left open")
  invariant(part.acceptor.decided === null, "an instance whose outcome is learned is not left open")
  return part
}
