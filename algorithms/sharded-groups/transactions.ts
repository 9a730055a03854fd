/**
 * Two-phase commit over groups (Gray 1978, Notes on data base operating systems, §5.8.3.3; Gray and Lamport 2006, Consensus on
 * transaction commit, §3): the coordinator. Participants are in participants.ts.
 *
 * The coordinator is the leader of the group that has the first key. Under `2pc` it decides alone, on its own disk: while it
 * is down nobody can know the decision, and its group is a participant like all others. Under `2pc-replicated` it decides in
 * its group's log: the entry that decides also executes the group's own part, so that group never holds locks, and its next
 * leader continues.
 *
 * A transaction that no coordinator knows has been aborted (presumed abort): a coordinator keeps a decision until all
 * participants have acknowledged it, and keeps nothing of a transaction that it aborted before deciding.
 */
import type { TransactionPart } from "../../services/machines/transaction-actions.ts"
import type { ClientId, Purpose } from "../../runtime/contract/algorithm.ts"
import {
  type Decided,
  idOf,
  nameOfTransaction,
  type OperationOutcome,
  type Refusal,
  type TransactionAnswer,
} from "../../services/machines/transaction-types.ts"
import { shardOf, type Transact } from "../../services/sharded-store/shape.ts"
import { forgetLeader, isForMe, send } from "./post.ts"
import { firstOwner } from "./parameters.ts"
import { elsewhere, proposeTransaction } from "./requests.ts"
import type { Coordinated, Logs, Outcome, ShardNode, TransactionAck, Vote } from "./types.ts"

/** Ticks after which a transaction is aborted if not all groups have answered; its client is to retry. */
const PATIENCE = 3

// --- Phase 1 ---------------------------------------------------------------------------------------------------------

export function handleTransact(logs: Logs, node: ShardNode, request: Transact, client: ClientId): void {
  const { state } = node
  const { session, sequence, operations, groups } = request
  const shards = operations.map(({ key }) => shardOf(key, node.parameters.shards))
  const group = groups[0] ?? null
  const lost = groups.indexOf(null)
  if (group === null || lost >= 0) return elsewhere(node, client, sequence, shards[Math.max(lost, 0)]!)
  if (!logs.isIn(node, group)) return elsewhere(node, client, sequence, shards[0]!)
  if (state.leads[group] !== true)
    return node.reply(client, { type: "Redirect", sequence, leader: state.leaders[group] ?? null })
  const isUnderWay = [...state.coordinated.values()].some(
    other => other.session === session && other.sequence === sequence && other.phase !== "aborted",
  )
  if (isUnderWay) return
  const parts = partsOf(node, request, shards)
  state.sequence = Math.max(state.sequence + 1, node.now())
  const decidesAlone = node.parameters.transactions === "2pc" && parts.size > 1
  const id = { group: decidesAlone ? null : group, node: node.id, number: state.sequence }
  const keys = operations.map(({ key }) => key)
  const votes: Coordinated["votes"] = new Map()
  const transaction: Coordinated = { id, client, session, sequence, keys, parts, votes, phase: "preparing", age: 0 }
  state.coordinated.set(nameOfTransaction(id), transaction)
  watch(node)
  for (const other of participantsOf(transaction)) askToPrepare(node, transaction, other)
  if (parts.size === 1) decide(logs, node, transaction)
}

/** The parts of a transaction, by group. */
function partsOf({ parameters }: ShardNode, { operations, groups }: Transact, shards: readonly number[]) {
  const parts = new Map<number, TransactionPart[]>()
  for (const [place, operation] of operations.entries()) {
    const [shard, group] = [shards[place]!, groups[place]!]
    const ofGroup = parts.get(group) ?? []
    parts.set(group, ofGroup)
    const known = ofGroup.findIndex(part => part.shard === shard)
    const before = known < 0 ? [] : ofGroup[known]!.operations
    const part = { shard, isHome: firstOwner(parameters, shard) === group, operations: [...before, operation] }
    if (known < 0) ofGroup.push(part)
    else ofGroup[known] = part
  }
  return parts
}

/** The groups that have to prepare: all but the one that decides. */
function participantsOf({ id, parts }: Coordinated): readonly number[] {
  return inOrder(parts).filter(group => group !== id.group)
}

/** Groups sorted by number: behaviour must not depend on a map's order. */
function inOrder(byGroup: ReadonlyMap<number, unknown>): readonly number[] {
  return [...byGroup.keys()].toSorted((a, b) => a - b)
}

function askToPrepare(node: ShardNode, transaction: Coordinated, to: number, purpose?: Purpose): void {
  const { id, session, sequence, parts } = transaction
  send(node, { type: "Prepare", to, hops: 0, id: idOf(id), session, sequence, parts: parts.get(to)! }, purpose)
}

export function handleVote(logs: Logs, node: ShardNode, { id, group, outcomes, refusal }: Vote): void {
  const transaction = node.state.coordinated.get(nameOfTransaction(id))
  if (transaction === undefined || transaction.phase === "deciding") return
  const { votes, parts, phase } = transaction
  votes.set(group, { outcomes, isPrepared: refusal === null })
  if (phase === "aborted") return release(node, transaction, [group])
  if (refusal !== null && refusal.type !== "executed") return abort(node, transaction, refusal)
  if (!participantsOf(transaction).every(other => votes.has(other))) return
  const prepared = [...votes.values()].filter(({ isPrepared }) => isPrepared).length
  if (prepared === votes.size) return decide(logs, node, transaction)
  if (prepared > 0) return abort(node, transaction, { type: "locked" })
  // An earlier attempt was committed. The group that decided has to report its outcome, too.
  const missing = inOrder(parts).find(other => !votes.has(other))
  if (missing !== undefined) return askToPrepare(node, transaction, missing)
  node.state.coordinated.delete(nameOfTransaction(id))
  answer(node, transaction, [])
}

// --- Phase 2 ---------------------------------------------------------------------------------------------------------

/** Decides to commit: all other groups are prepared. */
function decide(logs: Logs, node: ShardNode, transaction: Coordinated): void {
  const { state, disk } = node
  const { id, session, sequence, parts } = transaction
  const groups = participantsOf(transaction)
  const done = state.done.splice(0)
  if (id.group !== null) {
    transaction.phase = "deciding"
    const own = parts.get(id.group)!
    const action = {
      kind: "decide",
      id: idOf(id),
      session,
      sequence,
      isCommitted: true,
      parts: own,
      groups,
      done,
    } as const
    return proposeTransaction(logs, node, id.group, action)
  }
  const names = done.map(nameOfTransaction)
  const open = disk.decisions.filter(other => !names.includes(nameOfTransaction(other.id)))
  node.save({ decisions: [...open, { id: idOf(id), isCommitted: true, groups }] })
  state.coordinated.delete(nameOfTransaction(id))
  announceDecision(node, { id, isCommitted: true, groups })
  answer(node, transaction, [])
}

/** The log of the group has decided: for this coordinator, or because another group asked. */
export function handleDecided(node: ShardNode, decided: Extract<TransactionAnswer, { type: "decided" }>): void {
  const { id, isCommitted, groups, outcomes, refusal } = decided
  const name = nameOfTransaction(id)
  const transaction = node.state.coordinated.get(name)
  if (groups.length > 0) announceDecision(node, { id, isCommitted, groups })
  if (transaction === undefined) return
  node.state.coordinated.delete(name)
  // An earlier attempt of this group alone was committed, and its answer was lost.
  const isExecuted = refusal?.type === "executed" && groups.length === 0
  if (isCommitted || isExecuted) answer(node, transaction, isExecuted ? refusal.outcomes : outcomes)
  else refuse(node, transaction, refusal ?? { type: "locked" })
}

/** A coordinator may abort before it has decided: groups that ask later hear the same. */
function abort(node: ShardNode, transaction: Coordinated, refusal: Refusal): void {
  transaction.phase = "aborted"
  release(node, transaction, inOrder(transaction.votes))
  refuse(node, transaction, refusal)
}

/** Releases the locks of prepared groups; the transaction is forgotten once all groups have voted. */
function release(node: ShardNode, transaction: Coordinated, groups: readonly number[]): void {
  const { id, votes } = transaction
  for (const to of groups) {
    if (votes.get(to)?.isPrepared === true)
      send(node, { type: "Decision", to, hops: 0, id: idOf(id), isCommitted: false, teller: null })
  }
  if (participantsOf(transaction).every(group => votes.has(group))) node.state.coordinated.delete(nameOfTransaction(id))
}

function announceDecision(node: ShardNode, { id, isCommitted, groups }: Decided): void {
  const { announcing } = node.state
  const name = nameOfTransaction(id)
  if (!announcing.has(name)) announcing.set(name, { id: idOf(id), isCommitted, unacknowledged: [...groups] })
  for (const group of announcing.get(name)!.unacknowledged) sendDecision(node, name, group)
  watch(node)
}

function sendDecision(node: ShardNode, name: string, to: number, purpose?: Purpose): void {
  const { id, isCommitted } = node.state.announcing.get(name)!
  send(node, { type: "Decision", to, hops: 0, id: idOf(id), isCommitted, teller: node.id }, purpose)
}

export function handleTransactionAck({ state }: ShardNode, { id, group }: TransactionAck): void {
  const name = nameOfTransaction(id)
  const told = state.announcing.get(name)
  if (told === undefined) return
  told.unacknowledged = told.unacknowledged.filter(other => other !== group)
  if (told.unacknowledged.length > 0) return
  state.announcing.delete(name)
  state.done.push(idOf(id))
}

// --- Who asks --------------------------------------------------------------------------------------------------------

/** A prepared group asks for the outcome. No answer if the transaction is pending: it will be decided. */
export function handleOutcome(logs: Logs, node: ShardNode, message: Outcome, from: number): void {
  const { id, group } = message
  const { state, disk } = node
  if (id.group !== null && !isForMe(node, message, from)) return
  const name = nameOfTransaction(id)
  const phase = state.coordinated.get(name)?.phase
  if (phase === "preparing" || phase === "deciding") return
  if (id.group !== null && phase === undefined) {
    const nothing = { session: 0, sequence: 0, parts: [], done: [] }
    return proposeTransaction(logs, node, id.group, {
      kind: "decide",
      id: idOf(id),
      isCommitted: false,
      groups: [group],
      ...nothing,
    })
  }
  const isCommitted = disk.decisions.some(other => nameOfTransaction(other.id) === name)
  const teller = isCommitted ? node.id : null
  send(node, { type: "Decision", to: group, hops: 0, id: idOf(id), isCommitted, teller })
}

/** Resends the decisions of a process that decides alone, after a crash. */
export function resendDecisions(node: ShardNode): void {
  for (const decided of node.disk.decisions) announceDecision(node, decided)
}

/** A new leader announces its group's decisions. */
export function resumeAnnouncing(node: ShardNode, decisions: readonly Decided[]): void {
  for (const decided of decisions) announceDecision(node, decided)
}

// --- Clients ---------------------------------------------------------------------------------------------------------

function answer(
  node: ShardNode,
  { client, sequence, keys, votes }: Coordinated,
  own: readonly OperationOutcome[],
): void {
  const all = [...own, ...[...votes.values()].flatMap(({ outcomes }) => outcomes)]
  const asAsked = keys.map(key => all.find(outcome => outcome.key === key)!)
  const value = JSON.stringify(asAsked.map(({ done, value: before }) => [done, before]))
  node.reply(client, { type: "Result", sequence, result: { done: true, value } })
}

/** Refuses the transaction: nothing was or will be executed. */
function refuse(node: ShardNode, { client, sequence }: Coordinated, refusal: Refusal): void {
  if (refusal.type === "closed" && refusal.group !== null)
    return elsewhere(node, client, sequence, refusal.shard, { group: refusal.group, number: refusal.number })
  node.reply(client, { type: "Later", sequence })
}

// --- Time ------------------------------------------------------------------------------------------------------------

/** Starts the timer that retries pending transactions. */
export function watch(node: ShardNode): void {
  if (node.state.isWatching) return
  node.state.isWatching = true
  node.setTimer("transactions", node.parameters.retry)
}

export function watchTimedOut(node: ShardNode): void {
  const { state } = node
  state.isWatching = false
  for (const name of [...state.coordinated.keys()].toSorted()) retryTransaction(node, state.coordinated.get(name)!)
  for (const name of [...state.announcing.keys()].toSorted()) {
    for (const group of state.announcing.get(name)!.unacknowledged) {
      forgetLeader(node, group)
      sendDecision(node, name, group, "retransmission")
    }
  }
  for (const key of [...state.doubts.keys()].toSorted()) ask(node, key)
  if (state.coordinated.size + state.announcing.size + state.doubts.size > 0) watch(node)
}

function retryTransaction(node: ShardNode, transaction: Coordinated): void {
  transaction.age++
  const { id, phase, age, votes } = transaction
  // The entry that decides may have been lost with the old leader: groups that ask will hear the outcome.
  if (phase !== "preparing" && age > PATIENCE) node.state.coordinated.delete(nameOfTransaction(id))
  if (phase !== "preparing") return
  if (age > PATIENCE) return abort(node, transaction, { type: "locked" })
  for (const group of participantsOf(transaction)) {
    if (votes.has(group)) continue
    forgetLeader(node, group)
    askToPrepare(node, transaction, group, "retransmission")
  }
}

/** Asks for the decision on a transaction that a group led by this node is prepared for. */
function ask(node: ShardNode, key: string): void {
  const { state } = node
  const doubt = state.doubts.get(key)!
  const { id, group, teller } = doubt
  if (state.leads[group] !== true) return void state.doubts.delete(key)
  if (teller !== null || ++doubt.age < PATIENCE) return
  const question = { type: "Outcome", to: id.group ?? group, hops: 0, id: idOf(id), group } as const
  if (id.group === null) return node.send(id.node, question, "retransmission")
  forgetLeader(node, id.group)
  send(node, question, "retransmission")
}
