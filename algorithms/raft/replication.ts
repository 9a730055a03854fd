/**
 * Log replication (§5.3, §5.4.2): the AppendEntries RPC, from the leader that appends an entry to the commit.
 *
 * The order is that of an entry's way: the leader sends, the followers store, the leader learns, and commits.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { commit } from "./apply.ts"
import { continueCatchUp } from "./catch-up.ts"
import { checkQuorum, recordAnswer } from "./check-quorum.ts"
import { answerOperator } from "./clients.ts"
import { backtrack, conflictAt, contains, entriesFrom, lastLogIndex, lastLogTerm, termAt } from "./log.ts"
import {
  adoptLatestConfiguration,
  agreedOn,
  checkSuccession,
  isChangeDone,
  isVoter,
  nextConfiguration,
  peersOf,
} from "./membership.ts"
import { answerReads, confirmRound, renewLease } from "./reads.ts"
import { acknowledgeOwn, releaseOf } from "./own-disk.ts"
import { installSnapshot } from "./snapshot.ts"
import { becomeFollower, believe, followLeader, followTerm } from "./terms.ts"
import { continueTransfer, preferLeader } from "./transfer.ts"
import type {
  AppendEntries,
  AppendEntriesReply,
  Entry,
  InstallSnapshot,
  InstallSnapshotReply,
  RaftNode,
} from "./types.ts"

// --- The leader sends ------------------------------------------------------------------------------------------------

/** Leaders append to their own log, and replicate. */
export function appendEntry(node: RaftNode, command: Entry["command"]): void {
  const { disk, state } = node
  invariant(state.role === "leader", "entries flow from leaders to followers only (§5)")
  invariant(lastLogTerm(disk) <= disk.currentTerm, "terms never fall along a log (§5.3)")
  const entry: Entry = { index: lastLogIndex(disk) + 1, term: disk.currentTerm, command }
  const isChange = command !== null && command.type === "Configuration"
  if (isChange) checkSuccession(state, command)
  node.append("log", entry)
  acknowledgeOwn(node, entry.index)
  if (isChange) adoptLatestConfiguration(node)
  replicate(node, entry)
  // Where there are others, a majority takes the reply of one.
  if (state.configuration.members.length === 1) advanceCommitIndex(node)
}

/**
 * Sends a new entry at once to all servers that were sent everything before it, without waiting for their replies
 * (pipelining, thesis §10.2.1). The others get it in their turn, when they reply.
 */
function replicate(node: RaftNode, entry: Entry): void {
  const { state } = node
  const heartbeat = entry.command === null
  // A new leader announces itself to all, though it does not know yet what they have.
  const most = heartbeat ? 0 : node.parameters.pipeline
  let message: AppendEntries | null = null
  let all = true
  renewLease(node)
  for (const peer of state.peers) {
    invariant(state.nextIndex[peer]! > state.matchIndex[peer]!, "nextIndex is above matchIndex (Figure 2)")
    const isFull = most > 0 && entry.index - state.matchIndex[peer]! > most
    if (state.nextIndex[peer] !== entry.index || isFull) {
      all = false
      continue
    }
    message ??= appendEntries(node, entry.index - 1, [entry])
    node.send(peer, message, heartbeat ? "heartbeat" : "protocol", releaseOf(node))
    state.nextIndex[peer] = entry.index + 1
    state.sentIndex[peer] = entry.index
  }
  // Heartbeats are for idle times, but nobody may be left without word.
  if (all) node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

/** A leader lets the others hear of it, unless it has to step down. */
export function heartbeatTimedOut(node: RaftNode): void {
  checkQuorum(node)
  if (node.state.role === "leader") broadcastAppendEntries(node, true)
}

/** Sends to every other server what it lacks, or else a heartbeat or, if `heartbeat` is false, a question. */
export function broadcastAppendEntries(node: RaftNode, heartbeat: boolean): void {
  renewLease(node)
  for (const peer of node.state.peers) sendAppendEntries(node, peer, heartbeat)
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

/**
 * Sends one server the entries from its nextIndex on, at most a batch; none if it has been sent all.
 *
 * @returns the index that follows those sent
 */
export function sendAppendEntries(node: RaftNode, to: NodeId, heartbeat: boolean): number {
  const { disk, state } = node
  const next = state.nextIndex[to]!
  invariant(state.role === "leader", "AppendEntries and snapshots come from leaders only (§5.2)")
  invariant(next > state.matchIndex[to]!, "nextIndex is above matchIndex (Figure 2)")
  invariant(next <= lastLogIndex(disk) + 1, "nextIndex is at most the index after the last entry (Figure 2)")
  if (next <= disk.snapshot.lastIncludedIndex) {
    const { snapshot, currentTerm } = disk
    node.send(to, { type: "InstallSnapshot", term: currentTerm, snapshot }, "retransmission", releaseOf(node))
    return next
  }
  const entries = entriesFrom(disk, next, node.parameters.maxBatch)
  const end = next + entries.length
  const empty = entries.length === 0
  const again = !empty && next <= state.sentIndex[to]!
  const purpose = again ? "retransmission" : empty && heartbeat ? "heartbeat" : "protocol"
  node.send(to, appendEntries(node, next - 1, entries), purpose, releaseOf(node))
  state.sentIndex[to] = Math.max(state.sentIndex[to]!, end - 1)
  return end
}

function appendEntries({ disk, state }: RaftNode, prevLogIndex: number, entries: readonly Entry[]): AppendEntries {
  return {
    type: "AppendEntries",
    term: disk.currentTerm,
    prevLogIndex,
    prevLogTerm: termAt(disk, prevLogIndex),
    entries,
    leaderCommit: state.commitIndex,
    round: state.reads.round,
  }
}

// --- The followers store ---------------------------------------------------------------------------------------------

/** AppendEntries RPC, receiver implementation, by the steps of Figure 2. */
export function handleAppendEntries(node: RaftNode, message: AppendEntries, from: NodeId): void {
  const { disk, state } = node
  const { term, prevLogIndex, prevLogTerm, entries, leaderCommit } = message
  // 1. Reply false if term < currentTerm.
  if (term < disk.currentTerm) return replyToAppend(node, from, message, false, prevLogIndex, 0, 0)
  followLeader(node, term, from)
  invariant(
    disk.currentTerm === term && state.role === "follower",
    "who hears the leader of its term follows it (§5.2)",
  )
  invariant(
    entries.length === 0 || entries[0]!.index === prevLogIndex + 1,
    "new entries follow the entry at prevLogIndex (§5.3)",
  )
  // 2. Reply false if the log does not contain an entry at prevLogIndex whose term is prevLogTerm.
  if (!contains(disk, prevLogIndex, prevLogTerm)) {
    invariant(
      prevLogIndex > state.commitIndex,
      "Leader Completeness (§5.4.3): a leader's log has all committed entries",
    )
    const conflict = conflictAt(disk, prevLogIndex)
    return replyToAppend(node, from, message, false, prevLogIndex, conflict.term, conflict.index)
  }
  for (const entry of entries) {
    // 3. If an existing entry conflicts with a new one, delete it and all that follow it.
    if (entry.index <= lastLogIndex(disk)) {
      if (contains(disk, entry.index, entry.term)) continue
      truncateLog(node, entry.index)
    }
    // 4. Append any new entries not already in the log.
    invariant(entry.index === lastLogIndex(disk) + 1, "a log has no gaps (§5.3)")
    invariant(entry.term >= lastLogTerm(disk) && entry.term <= term, "terms never fall along a log (§5.3)")
    node.append("log", entry)
    if (entry.command !== null && entry.command.type === "Configuration") adoptLatestConfiguration(node)
  }
  // 5. If leaderCommit > commitIndex, set commitIndex = min(leaderCommit, index of last new entry).
  const lastNewEntry = prevLogIndex + entries.length
  invariant(lastNewEntry <= lastLogIndex(disk), "what a follower acknowledges is in its log (§5.3)")
  const committed = Math.min(leaderCommit, lastNewEntry)
  if (committed > state.commitIndex) commit(node, committed)
  replyToAppend(node, from, message, true, lastNewEntry, 0, 0)
}

/** Deletes the entry at an index and all that follow it. */
function truncateLog(node: RaftNode, index: number): void {
  const { disk, state } = node
  invariant(index > state.commitIndex, "State Machine Safety (§5.4.3): a committed entry is never deleted")
  invariant(state.role === "follower", "Leader Append-Only (§5.3): a leader deletes nothing from its log")
  node.truncate("log", index - disk.snapshot.lastIncludedIndex - 1)
  if (state.configurationIndex >= index) adoptLatestConfiguration(node)
}

function replyToAppend(
  node: RaftNode,
  leader: NodeId,
  message: AppendEntries,
  success: boolean,
  index: number,
  conflictTerm: number,
  conflictIndex: number,
): void {
  const term = node.disk.currentTerm
  const reply: AppendEntriesReply = {
    type: "AppendEntriesReply",
    term,
    success,
    index,
    conflictTerm,
    conflictIndex,
    // The rounds of another term are none of this one, in which the same server may lead again.
    round: message.term === term ? message.round : 0,
  }
  node.send(leader, reply)
}

/** InstallSnapshot RPC, receiver implementation (§7, Figure 13). */
export function handleInstallSnapshot(node: RaftNode, { term, snapshot }: InstallSnapshot, from: NodeId): void {
  const { disk } = node
  invariant(snapshot.lastIncludedTerm <= term, "a snapshot holds entries of its leader's term and earlier ones (§7)")
  if (term >= disk.currentTerm) {
    followLeader(node, term, from)
    installSnapshot(node, snapshot)
  }
  node.send(from, { type: "InstallSnapshotReply", term: disk.currentTerm, index: snapshot.lastIncludedIndex })
}

// --- The leader learns -----------------------------------------------------------------------------------------------

export function handleAppendEntriesReply(node: RaftNode, reply: AppendEntriesReply, from: NodeId): void {
  const { disk, state } = node
  followTerm(node, reply.term)
  if (state.role !== "leader" || reply.term !== disk.currentTerm) return
  recordAnswer(node, from)
  if (reply.round > 0) {
    confirmRound(node, from, reply.round)
    answerReads(node)
  }
  if (from === node.id) state.isTermDurable = true
  if (reply.success) return matched(node, from, reply.index)
  // A refusal that is overtaken by a later reply, or is of a message sent before the present attempt, says nothing new.
  if (reply.index <= state.matchIndex[from]! || reply.index >= state.nextIndex[from]!) return
  invariant(reply.conflictIndex <= reply.index, "logs conflict at prevLogIndex or before (§5.3)")
  const next = backtrack(disk, reply.index, { term: reply.conflictTerm, index: reply.conflictIndex })
  state.nextIndex[from] = Math.max(next, state.matchIndex[from]! + 1)
  invariant(state.nextIndex[from] <= reply.index, "a leader decrements nextIndex after a refusal (§5.3)")
  // Until it is known where the logs agree, nothing else is sent: nextIndex stays.
  if (mayReplicate(node, from)) sendAppendEntries(node, from, false)
}

export function handleInstallSnapshotReply(node: RaftNode, reply: InstallSnapshotReply, from: NodeId): void {
  const { disk, state } = node
  followTerm(node, reply.term)
  if (state.role !== "leader" || reply.term !== disk.currentTerm) return
  recordAnswer(node, from)
  matched(node, from, reply.index)
}

/** A server's log agrees with this leader's up to an index. */
function matched(node: RaftNode, server: NodeId, index: number): void {
  const { disk, state } = node
  if (index > state.matchIndex[server]!) {
    invariant(index <= lastLogIndex(disk), "Log Matching (§5.3): followers have of a leader's log what it has itself")
    state.matchIndex[server] = index
    if (index >= state.nextIndex[server]!) state.nextIndex[server] = index + 1
    if (index > state.commitIndex) advanceCommitIndex(node)
    if (state.change !== null) continueChange(node)
    if (state.transferee === server) continueTransfer(node)
  }
  preferLeader(node, server)
  if (state.nextIndex[server]! <= lastLogIndex(disk) && mayReplicate(node, server)) {
    state.nextIndex[server] = sendAppendEntries(node, server, false)
  }
}

/** False if the last message of the server has deposed this leader, or removed the server. */
function mayReplicate({ state }: RaftNode, server: NodeId): boolean {
  return state.role === "leader" && state.peers.includes(server)
}

// --- The leader commits ----------------------------------------------------------------------------------------------

/**
 * Leaders: if there exists an N > commitIndex, a majority of matchIndex[i] >= N, and log[N].term == currentTerm, set
 * commitIndex = N. Entries of earlier terms are never committed by counting (Figure 8), only along with one of this.
 */
function advanceCommitIndex(node: RaftNode): void {
  const { disk, state } = node
  const before = state.commitIndex
  const agreed = agreedOn(state.configuration, state.matchIndex, before)
  invariant(state.role === "leader", "only leaders commit by counting (§5.4.2)")
  invariant(agreed >= before, "commitIndex never falls (Figure 2)")
  if (agreed === before || termAt(disk, agreed) !== disk.currentTerm) return
  commit(node, agreed)
  if (state.configurationIndex > before && state.configurationIndex <= agreed) configurationCommitted(node)
  if (node.parameters.notifyCommit && state.role === "leader") broadcastAppendEntries(node, false)
}

/** C_old,new is committed: C_new follows. C_new is committed: the change is done, and a leader not in it steps down. */
function configurationCommitted(node: RaftNode): void {
  const { state } = node
  invariant(state.configurationIndex <= state.commitIndex, "the latest configuration is committed (§6)")
  if (state.change !== null && isChangeDone(state)) {
    answerOperator(node, state.change.client, state.change.sequence, true)
    state.change = null
    state.peers = peersOf(node.id, state.configuration)
  }
  if (state.configuration.next === null && !isVoter(state.configuration, node.id)) {
    becomeFollower(node)
    believe(node, null)
  }
  continueChange(node)
}

/** Appends the configuration that is due, if any: when the new servers have caught up, or the last one is committed. */
export function continueChange(node: RaftNode): void {
  if (node.state.role !== "leader") return
  continueCatchUp(node)
  const next = nextConfiguration(node)
  if (next !== null) appendEntry(node, next)
}
