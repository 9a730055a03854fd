/**
 * Recovery of a failed node (Raymond 1989, §5): it has lost its variables, and reconstructs them from what its neighbours
 * know.
 *
 * It waits until all that it sent before the crash has arrived, and sends RESTART to its neighbours. Each answers with ADVISE:
 * whether its HOLDER is the restarted node, its ASKED, and whether the restarted node is in its REQUEST_Q. Then
 *
 * - HOLDER is the neighbour whose own HOLDER is another node. If there is none, the privilege was here, or was on its way here
 *   and got lost, and the restarted node has it;
 * - ASKED is true if HOLDER has the restarted node in its queue;
 * - REQUEST_Q are the neighbours whose HOLDER is the restarted node and that have asked. Their order is lost.
 *
 * Requests and the privilege that arrive meanwhile count, but ASSIGN_PRIVILEGE and MAKE_REQUEST wait for the last ADVISE.
 *
 * Not in the paper: the numbers of requests and hops, which a node learns from ADVISE as well, and the numbers of recoveries, so
 * that an ADVISE for an earlier one is not taken for an answer; and RESTART is sent again to a neighbour that is silent. Two
 * neighbours that are down at the same time wait for each other for ever.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { neighboursOf } from "./tree.ts"
import type { Advise, RaymondNode, Recovery } from "./types.ts"

export function beginRecovery(node: RaymondNode): void {
  node.save({ recoveries: node.disk.recoveries + 1 })
  node.state.recovery = { advice: new Map(), passes: 0, hasAsked: false }
  node.setTimer("recover", node.parameters.recoveryDelay)
}

/** RESTART to all neighbours that have not advised this node yet. */
export function sendRestarts(node: RaymondNode): void {
  const { state, disk, parameters } = node
  const { recovery } = state
  if (recovery === null) return
  const restart = { type: "Restart", recovery: disk.recoveries } as const
  for (const neighbour of neighboursOf(node.id, node.size, parameters.tree)) {
    if (!recovery.advice.has(neighbour))
      node.send(neighbour, restart, recovery.hasAsked ? "retransmission" : "protocol")
  }
  recovery.hasAsked = true
  node.setTimer("recover", parameters.restartInterval)
  // A group of one has nobody to ask.
  if (node.size === 1) restore(node, recovery)
}

export function advise(node: RaymondNode, recovery: number, to: NodeId): void {
  const { holder, asked, requestQueue, requests, latestRequest, passes } = node.state
  node.send(to, {
    type: "Advise",
    recovery,
    isHolder: holder === to,
    asked,
    isQueued: requestQueue.includes(to),
    requests,
    latestRequest: latestRequest[to]!,
    passes,
  })
}

/** Records the advice of a neighbour. @returns whether it was the last one, and the node knows its variables again */
export function concludeRecovery(node: RaymondNode, message: Advise, from: NodeId): boolean {
  const { state, disk, size, parameters } = node
  const { recovery } = state
  if (recovery === null || message.recovery !== disk.recoveries || recovery.advice.has(from)) return false
  recovery.advice.set(from, message)
  if (recovery.advice.size < neighboursOf(node.id, size, parameters.tree).length) return false
  restore(node, recovery)
  return true
}

function restore(node: RaymondNode, { advice, passes }: Recovery): void {
  const { state } = node
  // Neighbours are queued by id: the order of their answers does not show when they asked.
  const answers = [...advice].toSorted(([a], [b]) => a - b)
  const others = answers.filter(([, { isHolder }]) => !isHolder)
  invariant(others.length <= 1, "the privilege is in one direction")
  state.passes = Math.max(passes, ...answers.map(([, each]) => each.passes))
  const [there] = others
  // True if the privilege arrived after the holder had sent its ADVISE; a duplicate of an earlier one has fewer hops than
  // its sender knows.
  const isHere = there === undefined || passes > there[1].passes
  state.holder = isHere ? node.id : there[0]
  state.asked = !isHere && there[1].isQueued
  state.requests = Math.max(0, ...answers.map(([, each]) => each.latestRequest))
  for (const [neighbour, { isHolder, asked, requests }] of answers) {
    state.latestRequest[neighbour] = Math.max(state.latestRequest[neighbour]!, requests)
    if (isHolder && asked && !state.requestQueue.includes(neighbour)) state.requestQueue.push(neighbour)
  }
  state.recovery = null
  node.cancelTimer("recover")
}
