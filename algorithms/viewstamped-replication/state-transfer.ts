/** State transfer (§5.2): a replica that missed something gets it from another one, a checkpoint with it if need be (§5.1). */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { canGiveState, commit, startIn } from "./epochs.ts"
import { adoptLog, opNumber, requestsAfter } from "./log.ts"
import { acknowledge, becomeNormal, hear, prepareEarly } from "./status.ts"
import {
  type GetEpochState,
  type GetState,
  isPrimary,
  type Log,
  type NewState,
  type Replica,
  takesPart,
} from "./types.ts"

/**
 * Asks for the missing part of the log of a view: in its own view, everything after its own log; in a later view, everything
 * after its commit-number, since later requests may not be in that view's log.
 *
 * The paper drops that at once. Here it is dropped when the answer comes: until then a view change may depend on it.
 */
export function askForState(node: Replica, view: number, from: NodeId): void {
  const { state } = node
  if (state.isTransferring) return
  state.isTransferring = true
  const isInView = state.status === "normal" && view === state.viewNumber
  const known = isInView ? opNumber(state) : state.commitNumber
  node.send(from, { type: "GetState", view, opNumber: known }, "retransmission")
  node.setTimer("transfer", node.parameters.heartbeatInterval)
}

/** No answer: the next message that reveals the gap triggers a new request. */
export function transferTimedOut({ state }: Replica): void {
  state.isTransferring = false
}

/** Answers if it is in normal operation in the view that is asked about. */
export function handleGetState(node: Replica, message: GetState, from: NodeId): void {
  const { state } = node
  if (state.status !== "normal" || message.view !== state.viewNumber) return
  sendState(node, from, message.opNumber, state.viewNumber)
}

/**
 * Answers a replica that is new in the epoch, from any view of that: all that the new one has is committed (§7.1.1, step 2).
 * During a view change it answers from the previous view: if others have failed, a quorum may need the new replica.
 */
export function handleGetEpochState(node: Replica, message: GetEpochState, from: NodeId): void {
  const { state } = node
  const view = state.status === "transitioning" ? state.viewNumber : state.lastNormalView
  if (canGiveState(state)) sendState(node, from, message.opNumber, view)
}

/** Sends the log after `known`, and the checkpoint with it if that covers some of it. */
function sendState(node: Replica, to: NodeId, known: number, view: number): void {
  const { state } = node
  const { checkpoint, commitNumber } = state
  if (known > opNumber(state)) return
  const isCovered = known < checkpoint.opNumber
  const after = isCovered ? checkpoint.opNumber : known
  const requests = requestsAfter(state, after)
  node.send(to, {
    type: "NewState",
    view,
    after,
    checkpoint: isCovered ? checkpoint : null,
    requests,
    commitNumber,
  })
}

export function handleNewState(node: Replica, message: NewState, from: NodeId): void {
  const { state } = node
  const { view, commitNumber } = message
  const isInView = state.status === "normal" && view === state.viewNumber
  const isNew = state.status === "transitioning" && state.configuration.members.includes(node.id)
  if (!(takesPart(state) || isNew) || view < state.viewNumber || (isInView && isPrimary(node))) return
  // An answer to an earlier life of this replica may begin beyond its log.
  if (message.checkpoint === null && message.after > opNumber(state)) return
  const log = completed(state, message)
  if (isInView) {
    // Prepares may have arrived before the answer.
    if (opNumber(log) <= opNumber(state)) return
    adoptLog(node, log)
    state.isTransferring = false
    node.cancelTimer("transfer")
  } else {
    adoptLog(node, log)
    if (isNew) startIn(node, view)
    else becomeNormal(node, view)
  }
  hear(node, from)
  if (opNumber(state) > commitNumber) acknowledge(node)
  prepareEarly(node)
  commit(node, Math.max(commitNumber, state.commitNumber))
}

/** The log that an answer completes: with its checkpoint, or with the replica's own log up to where the answer begins. */
function completed(own: Log, { after, checkpoint, requests }: NewState): Log {
  if (checkpoint !== null) return { checkpoint, requests }
  const { checkpoint: ours } = own
  if (after < ours.opNumber) return { checkpoint: ours, requests: requests.slice(ours.opNumber - after) }
  return { checkpoint: ours, requests: [...own.requests.slice(0, after - ours.opNumber), ...requests] }
}
