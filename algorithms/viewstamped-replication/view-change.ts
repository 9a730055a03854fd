/** View changes (§4.2), by the paper's steps: from the replica that misses its primary to the new one. */
import { invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { majority } from "../common/quorum.ts"
import { commit } from "./epochs.ts"
import { adoptLog, logOf, opNumber } from "./log.ts"
import { acknowledge, awaitPrimary, becomeNormal, believe, leaveView, learnLives, sendToGroup } from "./status.ts"
import {
  type DoViewChange,
  isPrimary,
  primaryIn,
  type Replica,
  type StartView,
  type StartViewChange,
  takesPart,
} from "./types.ts"

// --- All replicas ----------------------------------------------------------------------------------------------------

/** A backup has waited too long for its primary, or a replica for the end of a view change. */
export function viewChangeTimedOut(node: Replica): void {
  startViewChange(node, node.state.viewNumber + 1)
}

/** Asked to: as if it missed its primary. */
export function handleElect(node: Replica): void {
  if (node.state.status === "normal" && !isPrimary(node)) startViewChange(node, node.state.viewNumber + 1)
}

/** Step 1: starts a view change, because its timer has expired or another replica has started one. */
function startViewChange(node: Replica, view: number): void {
  const { state } = node
  invariant(takesPart(state), "a recovering replica takes no part in view changes (§4.3)")
  invariant(view > state.viewNumber, "a view change advances the view-number (§4.2, step 1)")
  leaveView(node)
  state.status = "view-change"
  state.viewNumber = view
  believe(node, null)
  awaitPrimary(node)
  sendStartViewChange(node, "protocol")
}

function sendStartViewChange(node: Replica, purpose: Purpose): void {
  const { viewNumber: view, crashVector } = node.state
  sendToGroup(node, { type: "StartViewChange", view, crashVector: crashVector.slice() }, purpose)
  node.setTimer("resend", node.parameters.heartbeatInterval)
}

/** Step 2: a replica sends DoViewChange once it knows that f others know of the view change, too. */
export function handleStartViewChange(node: Replica, { view, crashVector }: StartViewChange, from: NodeId): void {
  const { state } = node
  if (!takesPart(state) || !learnLives(node, crashVector, from) || !joins(node, view)) return
  state.startViewChanges[from] = crashVector[from]!
  const others = state.startViewChanges.filter(incarnation => incarnation !== null).length
  if (others < majority(state.configuration.members.length) - 1 || state.doViewChanges[node.id] !== null) return
  const { lastNormalView, commitNumber } = state
  const message: DoViewChange = { type: "DoViewChange", view, log: logOf(state), lastNormalView, commitNumber }
  invariant(lastNormalView < view, "a DoViewChange is about a view in which the replica has not been (§4.2, step 2)")
  state.doViewChanges[node.id] = message
  const primary = primaryIn(state, view)
  if (primary === node.id) startView(node)
  else node.send(primary, message)
}

/** True if a replica is changing to this view; if the view is later than its own, it starts to change now (step 1). */
function joins(node: Replica, view: number): boolean {
  const { state } = node
  if (view > state.viewNumber) startViewChange(node, view)
  return view === state.viewNumber && state.status === "view-change"
}

/** Resends messages that may have been lost. */
export function resendViewChange(node: Replica): void {
  const { viewNumber, doViewChanges } = node.state
  const primary = primaryIn(node.state, viewNumber)
  const own = doViewChanges[node.id]!
  sendStartViewChange(node, "retransmission")
  if (own !== null && primary !== node.id) node.send(primary, own, "retransmission")
}

// --- The new primary -------------------------------------------------------------------------------------------------

/** Step 3, for others' messages. */
export function handleDoViewChange(node: Replica, message: DoViewChange, from: NodeId): void {
  const { state } = node
  invariant(primaryIn(state, message.view) === node.id, "DoViewChange goes to the new primary (§4.2, step 2)")
  if (!takesPart(state) || !joins(node, message.view)) return
  state.doViewChanges[from] = message
  startView(node)
}

/** Steps 3 and 4: with f+1 logs, its own among them, the new primary has one with all that is committed. */
function startView(node: Replica): void {
  const { state } = node
  const received = state.doViewChanges.filter(message => message !== null)
  if (received.length < majority(state.configuration.members.length) || state.doViewChanges[node.id] === null) return
  const { log, view } = received.reduce((best, message) => (isMoreRecent(message, best) ? message : best))
  const commitNumber = received.reduce((highest, message) => Math.max(highest, message.commitNumber), 0)
  adoptLog(node, log)
  becomeNormal(node, view)
  sendToGroup(node, { type: "StartView", view, log: logOf(state), commitNumber })
  commit(node, Math.max(commitNumber, state.commitNumber))
}

/** Compares logs: the one to adopt is of the latest view in normal operation, and among those the longest. */
function isMoreRecent(a: DoViewChange, b: DoViewChange): boolean {
  if (a.lastNormalView !== b.lastNormalView) return a.lastNormalView > b.lastNormalView
  return opNumber(a.log) > opNumber(b.log)
}

// --- The others ------------------------------------------------------------------------------------------------------

/** Step 5: a backup adopts the log of the new view, and prepares its uncommitted requests. */
export function handleStartView(node: Replica, { view, log, commitNumber }: StartView, from: NodeId): void {
  const { state } = node
  invariant(from === primaryIn(state, view), "only its primary starts a view (§4.2, step 3)")
  const isOld = view < state.viewNumber || (view === state.viewNumber && state.status === "normal")
  if (!takesPart(state) || isOld) return
  adoptLog(node, log)
  becomeNormal(node, view)
  if (opNumber(state) > commitNumber) acknowledge(node)
  commit(node, Math.max(commitNumber, state.commitNumber))
}
