/**
 * Leadership transfer (thesis §3.10): a leader stops taking requests, brings another member up to date, and tells it to
 * stand for election at once.
 */
import { type ClientId, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { TransferLeadership } from "../../runtime/contract/transfer.ts"
import { nextAttempt } from "../common/preferred-leader.ts"
import { answerOperator, redirect, takesRequests } from "./clients.ts"
import { lastLogIndex } from "./log.ts"
import { isVoter } from "./membership.ts"
import { forgoLeases } from "./reads.ts"
import type { RaftNode } from "./types.ts"

export function handleTransferLeadership(node: RaftNode, { sequence, to }: TransferLeadership, client: ClientId): void {
  const { state } = node
  if (!takesRequests(node)) return redirect(node, client, sequence)
  if (to === node.id || !isVoter(state.configuration, to)) return answerOperator(node, client, sequence, false)
  answerOperator(node, client, sequence, true)
  beginTransfer(node, to)
}

function beginTransfer(node: RaftNode, to: NodeId): void {
  node.state.transferee = to
  node.setTimer("transfer", node.parameters.electionTimeoutMin)
  continueTransfer(node)
}

/**
 * A server has acknowledged entries: if it is the preferred leader, and has all that is committed, this leader hands over to
 * it. The election that follows is as safe as any, so it may be tried whenever it is likely to succeed.
 */
export function preferLeader(node: RaftNode, server: NodeId): void {
  const { state, parameters } = node
  if (server === node.id || server !== parameters.preferredLeader) return
  if (state.role !== "leader" || !takesRequests(node)) return
  if (state.change !== null || !isVoter(state.configuration, server)) return
  if (state.matchIndex[server]! < state.commitIndex || !node.isOver(state.handOverAt)) return
  state.handOverAt = nextAttempt(node)
  beginTransfer(node, server)
}

/** Once the transferee has the whole log, it is to start an election at once. */
export function continueTransfer(node: RaftNode): void {
  const { disk, state } = node
  const { transferee } = state
  if (transferee === null || state.matchIndex[transferee]! < lastLogIndex(disk)) return
  invariant(state.role === "leader" && transferee !== node.id, "a leader hands over to another server (thesis §3.10)")
  forgoLeases(node)
  node.send(transferee, { type: "TimeoutNow", term: disk.currentTerm })
}

/** The transferee did not take over within an election timeout: this leader continues. */
export function abortTransfer(node: RaftNode): void {
  node.state.transferee = null
}
