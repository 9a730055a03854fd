/** The link to the successor, on which updates go down the chain, and acknowledgements on the way back (§3). */
import { invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine } from "../../services/replicated-log/machine.ts"
import { predecessorOf, successorOf } from "./chain.ts"
import { commit, entriesAfter, lengthOf } from "./history.ts"
import type { Ack, Server } from "./types.ts"

/** Updates in one message at most, when they are sent again. */
const MAX_RESENT = 100

// --- Down the chain --------------------------------------------------------------------------------------------------

/** Forwards to the successor what it has not been sent; to a new one, only once it is known what that has (§3.2.3). */
export function forward(node: Server): void {
  const { state } = node
  const successor = successorOf(node)
  if (successor === null || state.sent === null || state.sent >= lengthOf(state)) return
  sendUpdates(node, successor.id, state.sent, "protocol")
}

/** Sends the successor the updates after the first `after`; an empty message if there are none. */
export function sendUpdates(node: Server, to: NodeId, after: number, purpose: Purpose, most = Infinity): void {
  const { state } = node
  const commands = entriesAfter(state, after).slice(0, most)
  node.send(to, { type: "Update", configuration: state.configuration!.number, first: after + 1, commands }, purpose)
  state.sent = Math.max(state.sent ?? 0, after + commands.length)
  awaitAck(node)
}

/** Sends a new successor what it lacks of the Sent list (§3.2.3); the whole state, if it lacks more. */
export function supply(node: Server, received: number): void {
  const { state } = node
  const successor = successorOf(node)
  invariant(successor !== null, "only a server with a successor learns what that has (§3.2.3)")
  invariant(
    received <= lengthOf(state),
    "a server has all updates that its successor has (§3, Update Propagation Invariant)",
  )
  let after = received
  if (received < state.base) {
    after = state.committed
    const { id, life } = successor
    const { number: configuration } = state.configuration!
    const machine = copyOfMachine(state.machine)
    node.send(id, { type: "Transfer", configuration, life, index: after, machine })
  }
  sendUpdates(node, successor.id, after, "protocol")
}

function awaitAck(node: Server): void {
  const { state } = node
  if (state.isResendDue || state.committed >= lengthOf(state)) return
  state.isResendDue = true
  node.setTimer("resend", node.parameters.resendAfter)
}

/** Resends the earliest unacknowledged updates, which may be lost. */
export function resend(node: Server): void {
  const { state } = node
  const successor = successorOf(node)
  state.isResendDue = false
  if (successor === null || state.sent === null || state.committed >= lengthOf(state)) return
  sendUpdates(node, successor.id, state.committed, "retransmission", MAX_RESENT)
}

export function stopResending(node: Server): void {
  node.cancelTimer("resend")
  node.state.isResendDue = false
}

// --- Up the chain ----------------------------------------------------------------------------------------------------

/** True if the tail acknowledges each update at once, not periodically. */
function acknowledgesAtOnce({ parameters: { reads, replies } }: Server): boolean {
  return reads === "any" || replies === "head"
}

/** Acknowledges new commits, at once or with the next heartbeat interval. */
export function acknowledgeInTime(node: Server): void {
  const { state } = node
  if (state.committed <= state.acknowledged) return
  if (acknowledgesAtOnce(node)) return acknowledge(node, "protocol")
  if (state.isAcknowledgeDue || predecessorOf(node) === null) return
  state.isAcknowledgeDue = true
  node.setTimer("acknowledge", node.parameters.heartbeatInterval)
}

export function acknowledgeTimedOut(node: Server): void {
  node.state.isAcknowledgeDue = false
  acknowledge(node, "heartbeat")
}

/** Reports to the predecessor what the tail has committed; to a new one, only once that has sent what this server lacks. */
export function acknowledge(node: Server, purpose: Purpose): void {
  const { state } = node
  const predecessor = predecessorOf(node)
  if (predecessor === null || !state.isSynced) return
  const { committed } = state
  state.acknowledged = committed
  node.send(predecessor.id, { type: "Ack", configuration: state.configuration!.number, committed }, purpose)
}

/** Drops from Sent what the tail has, and lets the servers upstream do so. */
export function handleAck(node: Server, { configuration, committed }: Ack, from: NodeId): void {
  const { state } = node
  if (successorOf(node)?.id !== from || configuration < state.successorSince) return
  state.isSuccessorSynced = true
  if (committed > state.committed) {
    commit(node, committed)
    stopResending(node)
    awaitAck(node)
  }
  if (state.committed > state.acknowledged) acknowledge(node, acknowledgesAtOnce(node) ? "protocol" : "heartbeat")
}
