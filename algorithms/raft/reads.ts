/**
 * Reads that do not go through the log (§8, thesis §6.4): a leader answers from its own machine once it knows that it
 * still led after the read arrived.
 *
 * It learns that in rounds. AppendEntries carry the number of the latest round, replies repeat it, and a majority of replies
 * confirms the round: a server that answered had not voted for another leader by then.
 */
import { type ClientId, invariant } from "../../runtime/contract/algorithm.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { answer, redirect } from "./clients.ts"
import { agreedOn } from "./membership.ts"
import { releaseOf } from "./own-disk.ts"
import type { RaftNode, ReadState } from "./types.ts"

export function noReads(size: number): ReadState {
  return {
    round: 0,
    answered: Array<number>(size).fill(0),
    confirmed: 0,
    leaseRound: 0,
    leaseStart: 0,
    leaseUntil: null,
    leasesForgone: false,
    waiting: [],
  }
}

/** Opens a round: those who answer an AppendEntries sent from now on confirm it. */
export function openRound(node: RaftNode): void {
  const { reads, role } = node.state
  invariant(role === "leader", "only a leader asks whether it still leads (thesis §6.4)")
  reads.round++
  if (reads.leaseRound <= reads.confirmed) {
    reads.leaseRound = reads.round
    reads.leaseStart = node.now()
  }
  confirmRound(node, node.id, reads.round)
}

/** Under leases, anything that the leader sends to all renews the lease: opens a round unless one is open. */
export function renewLease(node: RaftNode): void {
  const { reads } = node.state
  const isDue = !reads.leasesForgone && reads.leaseRound <= reads.confirmed
  if (node.parameters.reads === "lease" && isDue) openRound(node)
}

/** Takes note that a server still followed this leader in a round. */
export function confirmRound(node: RaftNode, from: number, round: number): void {
  const { reads, configuration } = node.state
  if (round <= reads.answered[from]!) return
  invariant(round <= reads.round, "nobody confirms a round that was not opened (thesis §6.4)")
  reads.answered[from] = round
  reads.confirmed = agreedOn(configuration, reads.answered, reads.confirmed)
  // Voters ignore other candidates for an election timeout after each message (§6): nobody else leads so long.
  if (!reads.leasesForgone && reads.leaseRound <= reads.confirmed) {
    reads.leaseUntil = reads.leaseStart + leaseDuration(node)
  }
}

/** The lease L: measured by a slow leader's clock it is no longer than the voters' timeout by fast clocks. */
function leaseDuration({ parameters: { electionTimeoutMin, clockDrift } }: RaftNode): number {
  return Math.floor((electionTimeoutMin * (1 - clockDrift)) / (1 + clockDrift))
}

/** True if no other server can lead now. */
export function holdsLease(node: RaftNode): boolean {
  const { leaseUntil } = node.state.reads
  return node.parameters.reads === "lease" && leaseUntil !== null && !node.isOver(leaseUntil)
}

/** Gives leases up for the rest of the term: another server was asked to stand for election in spite of them. */
export function forgoLeases({ state: { reads } }: RaftNode): void {
  reads.leasesForgone = true
  reads.leaseUntil = null
}

/** Queues a read, which waits for the round just opened or, under a lease, for none. */
export function queueRead(node: RaftNode, client: ClientId, { sequence, operation }: Command): void {
  const { state } = node
  const { reads } = state
  // What is committed now, and at least the leader's first entry: before that it may not know what is committed.
  const readIndex = Math.max(state.commitIndex, state.termStart)
  const round = holdsLease(node) ? reads.confirmed : reads.round
  reads.waiting.push({ client, sequence, key: operation.key, readIndex, round })
  answerReads(node)
}

/** Answers the reads whose round is confirmed and whose index is applied. */
export function answerReads(node: RaftNode): void {
  const { reads, machine, lastApplied, role } = node.state
  let answered = 0
  for (const { client, sequence, key, readIndex, round } of reads.waiting) {
    if (round > reads.confirmed || readIndex > lastApplied) break
    invariant(role === "leader", "only a leader answers reads (§8)")
    const result = { done: true, value: machine.values.get(key) ?? null }
    answer(node, client, sequence, result, releaseOf(node))
    answered++
  }
  if (answered > 0) reads.waiting.splice(0, answered)
}

/** A leader that steps down redirects waiting readers. */
export function redirectReads(node: RaftNode): void {
  for (const { client, sequence } of node.state.reads.waiting) {
    redirect(node, client, sequence)
  }
  node.state.reads = noReads(node.size)
}
