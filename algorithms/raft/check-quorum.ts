/**
 * Check-quorum (thesis §6.2): a leader that no majority has answered for an election timeout steps down. Clients look for
 * another leader then, and followers that hear it, though it hears nobody, elect one.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Micros } from "../../runtime/contract/units.ts"
import { agreedOn } from "./membership.ts"
import { becomeFollower, believe } from "./terms.ts"
import type { RaftNode } from "./types.ts"

/** Records that a server has answered this leader. */
export function recordAnswer(node: RaftNode, from: NodeId): void {
  node.state.quorum.answered[from] = timeLed(node)
}

/** Makes a leader step down if it has waited too long; before it sends heartbeats, and before it takes a command. */
export function checkQuorum(node: RaftNode): void {
  const { state } = node
  const { checkQuorum: isChecked, electionTimeoutMin, electionTimeoutMax } = node.parameters
  if (state.role !== "leader" || !isChecked) return
  const { configuration, quorum } = state
  recordAnswer(node, node.id)
  const waited = quorum.time - agreedOn(configuration, quorum.answered, 0)
  invariant(waited >= 0, "no server has answered later than now (thesis §6.2)")
  const left = Math.max(electionTimeoutMin, electionTimeoutMax) - waited
  // One microsecond more than the timeout is too long.
  if (!node.isOver(quorum.clock + left + 1)) return
  state.asksFirst = true
  becomeFollower(node)
  believe(node, null)
}

/** A leader reads the clock at least once per heartbeat: if more time seems to have passed, the clock has jumped. */
function timeLed(node: RaftNode): Micros {
  const { quorum } = node.state
  const now = node.now()
  quorum.time += Math.min(Math.max(0, now - quorum.clock), node.parameters.heartbeatInterval)
  quorum.clock = now
  return quorum.time
}
