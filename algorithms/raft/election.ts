/**
 * Elections (§5.2, §5.4.1): the RequestVote RPC, from the timeout to the new leader; and pre-votes, which ask first
 * whether an election would be won (thesis §9.6).
 */
import { invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { newQuorumCheck } from "./quorum-check.ts"
import { isUpToDate, lastLogIndex, lastLogTerm } from "./log.ts"
import { agrees, isVoter } from "./membership.ts"
import { appendEntry, broadcastAppendEntries, continueChange } from "./replication.ts"
import { believe, followTerm, resetElectionTimer, stopStanding } from "./terms.ts"
import type { PreVote, PreVoteReply, RaftNode, RequestVote, RequestVoteReply, TimeoutNow } from "./types.ts"

// --- Candidates ------------------------------------------------------------------------------------------------------

export function electionTimedOut(node: RaftNode): void {
  if (!mayStand(node)) return
  if (node.parameters.preVote || node.state.asksFirst) startPreVote(node)
  else startElection(node, false)
}

/** A server that has promised a leader not to elect another does not stand for election itself. */
export function handleElect(node: RaftNode): void {
  if (node.state.role === "leader" || (isSticky(node) && hearsLeader(node))) return
  electionTimedOut(node)
}

export function handleTimeoutNow(node: RaftNode, { term }: TimeoutNow): void {
  const { disk, state } = node
  if (term !== disk.currentTerm || state.role === "leader" || !mayStand(node)) return
  startElection(node, true)
}

/**
 * The right to stand for election: that of a voter, and of a server outside its own configuration as long as this may be
 * uncommitted. It may be needed until then, and does not count itself (thesis §4.2.2).
 */
function mayStand({ id, state: { configuration, configurationIndex, commitIndex } }: RaftNode): boolean {
  return isVoter(configuration, id) || configurationIndex > commitIndex
}

/** Asks whether an election would be won, before it disturbs anybody with a new term (thesis §9.6). */
function startPreVote(node: RaftNode): void {
  const { disk, state } = node
  invariant(state.role !== "leader", "a leader does not stand for election (§5.2)")
  state.role = "preCandidate"
  if (state.leaderId !== null) believe(node, null)
  requestVotes(node, {
    type: "PreVote",
    term: disk.currentTerm + 1,
    lastLogIndex: lastLogIndex(disk),
    lastLogTerm: lastLogTerm(disk),
  })
}

function startElection(node: RaftNode, leadershipTransfer: boolean): void {
  const { disk, state } = node
  invariant(state.role !== "leader", "a leader does not stand for election (§5.2)")
  node.save({ currentTerm: disk.currentTerm + 1, votedFor: node.id })
  state.role = "candidate"
  state.asksFirst = false
  believe(node, null)
  requestVotes(node, {
    type: "RequestVote",
    term: disk.currentTerm,
    lastLogIndex: lastLogIndex(disk),
    lastLogTerm: lastLogTerm(disk),
    leadershipTransfer,
  })
}

function requestVotes(node: RaftNode, request: RequestVote | PreVote): void {
  const { state } = node
  state.voteRequest = request
  state.votes.fill(null)
  state.votes[node.id] = true
  resetElectionTimer(node)
  sendVoteRequests(node, "protocol")
  countVotes(node)
}

/** Asks those that have not answered (yet, or when the candidate resends). */
export function sendVoteRequests(node: RaftNode, purpose: Purpose): void {
  const { peers, votes, voteRequest, configuration } = node.state
  invariant(voteRequest !== null, "whoever asks for votes is a candidate")
  for (const peer of peers) {
    if (!isVoter(configuration, peer)) continue
    if (votes[peer] === null) node.send(peer, voteRequest, purpose)
  }
  node.setTimer("retry", node.parameters.heartbeatInterval)
}

// --- Voters ----------------------------------------------------------------------------------------------------------

/** RequestVote RPC, receiver implementation. */
export function handleRequestVote(node: RaftNode, message: RequestVote, from: NodeId): void {
  const { disk, state } = node
  if (isSticky(node) && hearsLeader(node) && !message.leadershipTransfer) return
  followTerm(node, message.term)
  const voteGranted =
    message.term === disk.currentTerm &&
    (disk.votedFor === null || disk.votedFor === from) &&
    isUpToDate(disk, message.lastLogIndex, message.lastLogTerm)
  // A vote that is repeated for a repeated request is not a new vote: a candidate whose requests arrive, but not the
  // replies, must not keep its voters from standing for election themselves.
  invariant(
    !voteGranted || (state.role !== "candidate" && state.role !== "leader"),
    "who has voted for itself votes for nobody else in that term (§5.2)",
  )
  if (voteGranted && disk.votedFor === null) {
    node.save({ votedFor: from })
    resetElectionTimer(node)
  }
  invariant(!voteGranted || disk.votedFor === from, "a vote is on the disk before it is given (§5.2, Figure 2)")
  node.send(from, { type: "RequestVoteReply", term: disk.currentTerm, voteGranted })
}

/** Grants what it would vote for, unless it hears from a leader. Changes nothing on the receiver. */
export function handlePreVote(node: RaftNode, message: PreVote, from: NodeId): void {
  const { disk } = node
  const voteGranted =
    message.term > disk.currentTerm && !hearsLeader(node) && isUpToDate(disk, message.lastLogIndex, message.lastLogTerm)
  const term = voteGranted ? message.term : disk.currentTerm
  node.send(from, { type: "PreVoteReply", term, voteGranted })
}

/** True if a server takes no part in elections while it hears from a leader (§6); leases rest on it. */
function isSticky({ parameters: { leaderStickiness, reads } }: RaftNode): boolean {
  return leaderStickiness || reads === "lease"
}

function hearsLeader(node: RaftNode): boolean {
  const { role, heardAt } = node.state
  return role === "leader" || !node.isOver(heardAt + node.parameters.electionTimeoutMin)
}

// --- Votes -----------------------------------------------------------------------------------------------------------

export function handleRequestVoteReply(node: RaftNode, message: RequestVoteReply, from: NodeId): void {
  const { disk, state } = node
  followTerm(node, message.term)
  if (state.role !== "candidate" || message.term !== disk.currentTerm) return
  state.votes[from] = message.voteGranted
  countVotes(node)
}

export function handlePreVoteReply(node: RaftNode, message: PreVoteReply, from: NodeId): void {
  const { disk, state } = node
  if (!message.voteGranted) followTerm(node, message.term)
  if (state.role !== "preCandidate") return
  if (message.voteGranted && message.term !== disk.currentTerm + 1) return
  state.votes[from] = message.voteGranted
  countVotes(node)
}

function countVotes(node: RaftNode): void {
  const { role, configuration, votes } = node.state
  invariant(role === "candidate" || role === "preCandidate", "votes are for candidates only (§5.2)")
  if (!agrees(configuration, votes)) return
  if (role === "preCandidate") startElection(node, false)
  else becomeLeader(node)
}

export function becomeLeader(node: RaftNode): void {
  const { disk, state } = node
  const last = lastLogIndex(disk)
  invariant(disk.votedFor === node.id, "a leader has voted for itself in its term (§5.2)")
  invariant(lastLogTerm(disk) < disk.currentTerm, "Election Safety (§5.2): no other leader made entries in this term")
  invariant(last >= state.commitIndex, "Leader Completeness (§5.4.3): a leader's log has all committed entries")
  node.cancelTimer("election")
  // Votes of others were asked for once its own was on its disk.
  state.isTermDurable = state.votes.some((granted, voter) => granted === true && voter !== node.id)
  stopStanding(node)
  state.role = "leader"
  state.nextIndex.fill(last + 1)
  state.matchIndex.fill(0)
  state.sentIndex.fill(last)
  state.matchIndex[node.id] = last
  state.termStart = last + 1
  state.quorum = newQuorumCheck(node.size, node.now())
  believe(node, node.id)
  // Heartbeats to all at once keep others from standing for election too; the empty entry goes with them.
  if (node.parameters.noOp) appendEntry(node, null)
  else broadcastAppendEntries(node, true)
  continueChange(node)
}
