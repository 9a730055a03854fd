/** Terms and roles (§5.1): the effects that any message may have on its receiver. */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { electionTimeout } from "../common/preferred-leader.ts"
import { newQuorumCheck } from "./quorum-check.ts"
import { peersOf } from "./membership.ts"
import { releaseOf } from "./own-disk.ts"
import { redirectReads } from "./reads.ts"
import type { RaftNode } from "./types.ts"

/** All servers: a message with a higher term makes its receiver a follower in that term. */
export function followTerm(node: RaftNode, term: number): void {
  if (term <= node.disk.currentTerm) return
  node.save({ currentTerm: term, votedFor: null })
  becomeFollower(node)
  believe(node, null)
}

/** A message that only the leader of its term sends: this server follows it. */
export function followLeader(node: RaftNode, term: number, leader: NodeId): void {
  const { state } = node
  followTerm(node, term)
  invariant(state.role !== "leader", "Election Safety (§5.2): at most one leader is elected in a term")
  if (state.role !== "follower") becomeFollower(node)
  if (state.leaderId !== leader) believe(node, leader)
  state.heardAt = node.now()
  state.asksFirst = false
  resetElectionTimer(node)
}

export function becomeFollower(node: RaftNode): void {
  const { state } = node
  if (state.role === "leader") stopLeading(node)
  else stopStanding(node)
  state.role = "follower"
}

/** No more votes are asked for, or counted. */
export function stopStanding(node: RaftNode): void {
  const { state } = node
  node.cancelTimer("retry")
  state.voteRequest = null
  state.votes.fill(null)
}

function stopLeading(node: RaftNode): void {
  const { state } = node
  node.cancelTimer("heartbeat")
  node.cancelTimer("transfer")
  node.cancelTimer("catchUp")
  resetElectionTimer(node)
  redirectReads(node)
  state.transferee = null
  state.change = null
  state.peers = peersOf(node.id, state.configuration)
  // A leader's knowledge about the others is obsolete from here on.
  state.nextIndex.fill(1)
  state.matchIndex.fill(0)
  state.sentIndex.fill(0)
  state.termStart = 0
  state.isTermDurable = false
  state.quorum = newQuorumCheck(node.size, 0)
}

export function believe(node: RaftNode, leader: NodeId | null): void {
  invariant(leader !== node.id || node.state.role === "leader", "only a leader takes itself for one (§5.2)")
  node.state.leaderId = leader
  // A leader that sends its entries before they are on its own disk leads before, too.
  node.report({ type: "believes", leader, epoch: node.disk.currentTerm }, releaseOf(node))
}

export function resetElectionTimer(node: RaftNode): void {
  node.setTimer("election", electionTimeout(node))
}
