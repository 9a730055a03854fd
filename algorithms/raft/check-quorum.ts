/**
 * Check-quorum (thesis §6.2): a leader that no majority has answered for an election timeout steps down. Clients look for
 * another leader then, and followers that hear it, though it hears nobody, elect one.
 *
 * Rounds of a timer measure the time, not the clock, which may jump.
 */
import { agreedOn } from "./membership.ts"
import { becomeFollower, believe } from "./terms.ts"
import type { QuorumCheck, RaftNode } from "./types.ts"

/** Rounds in one election timeout: a leader steps down after one such timeout at least, and at most 5/4 of it. */
const ROUNDS = 4

/** A new leader's: the votes of a majority are its first answers. */
export function newQuorumCheck(size: number): QuorumCheck {
  return { round: 0, answered: Array<number>(size).fill(0) }
}

export function setQuorumTimer(node: RaftNode): void {
  const { checkQuorum, electionTimeoutMin, electionTimeoutMax } = node.parameters
  if (checkQuorum) node.setTimer("quorum", Math.ceil(Math.max(electionTimeoutMin, electionTimeoutMax) / ROUNDS))
}

/** The end of a round: the leader goes on if a majority has answered in this one or in the last few. */
export function quorumTimedOut(node: RaftNode): void {
  const { state } = node
  const { quorum, configuration } = state
  quorum.round++
  quorum.answered[node.id] = quorum.round
  if (quorum.round - agreedOn(configuration, quorum.answered, 0) <= ROUNDS) return setQuorumTimer(node)
  state.asksFirst = true
  becomeFollower(node)
  believe(node, null)
}
