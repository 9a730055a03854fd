/** Normal operation (§4.1): a request on its way from the client to its execution, by the paper's steps. */
import { type ClientId, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { execute } from "../../services/replicated-log/machine.ts"
import { majority } from "../common/quorum.ts"
import { commit } from "./epochs.ts"
import { nextGroup, opNumber } from "./log.ts"
import { redirect } from "./reconfiguration.ts"
import { askForState } from "./state-transfer.ts"
import { acknowledge, awaitPrimary, hear, prepareEarly, prepareOf, prepareRequest } from "./status.ts"
import { type Commit, isPrimary, type Prepare, type PrepareOk, primaryIn, type Replica, takesPart } from "./types.ts"

// --- The primary -----------------------------------------------------------------------------------------------------

/** Steps 1 to 3: the primary gives a new request its op-number, and has the backups prepare it. */
export function handleCommand(node: Replica, request: Command, client: ClientId): void {
  const { state } = node
  const { session, sequence } = request
  if (!isPrimary(node)) return redirect(node, client, sequence)
  // Step 2: a request executed according to the client-table is answered again; a pending one will be.
  const last = state.machine.sessions[session]
  if (last !== undefined && sequence <= last.sequence) {
    return answerCommand(node, request, execute(state.machine, request))
  }
  if (sequence <= (state.pending.get(session) ?? 0)) return
  // The Reconfiguration is the last request of its epoch (§7.1).
  if (nextGroup(state, state.configuration.epoch) !== null) {
    return node.reply(client, { type: "Redirect", sequence, leader: null })
  }
  state.pending.set(session, sequence)
  prepareRequest(node, request)
  commitPrepared(node)
}

/** Step 5. Backups prepare in order, so that one answer stands for all requests before it, too. */
export function handlePrepareOk(node: Replica, { view, opNumber: prepared }: PrepareOk, from: NodeId): void {
  const { state } = node
  if (!isPrimary(node) || view !== state.viewNumber) return
  invariant(prepared <= opNumber(state), "a backup has no request that its primary has not (§4.1, step 4)")
  if (prepared <= state.prepared[from]!) return
  state.prepared[from] = prepared
  commitPrepared(node)
}

/** Step 5: a request that f backups have prepared, and with it all before, is committed. */
function commitPrepared(node: Replica): void {
  const { state } = node
  const { commitNumber, prepared } = state
  const quorum = majority(state.configuration.members.length)
  let committed = commitNumber
  while (prepared.filter(number => number > committed).length >= quorum) committed++
  if (committed > commitNumber) commit(node, committed)
}

/** Step 6: the primary of an idle group sends a sign of life. Uncommitted requests are prepared again. */
export function heartbeatTimedOut(node: Replica): void {
  const { state } = node
  invariant(isPrimary(node), "only a primary tells what is committed (§4.1, step 6)")
  const last = opNumber(state)
  const commitMessage = { type: "Commit", view: state.viewNumber, commitNumber: state.commitNumber } as const
  for (const peer of state.others) {
    const lacks = state.commitNumber < last && state.prepared[peer]! < last
    if (lacks) node.send(peer, prepareOf(node), "retransmission")
    else node.send(peer, commitMessage, "heartbeat")
  }
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

// --- The backups -----------------------------------------------------------------------------------------------------

/** Step 4: a backup adds requests to its log in the order of their op-numbers; one that comes early waits. */
export function handlePrepare(node: Replica, message: Prepare, from: NodeId): void {
  const { state } = node
  const { view, request, commitNumber } = message
  if (!followsPrimary(node, view, from)) return
  const next = opNumber(state) + 1
  if (message.opNumber > next) return keepEarly(node, message)
  if (message.opNumber === next) state.requests.push(request)
  acknowledge(node)
  prepareEarly(node)
  commit(node, Math.min(commitNumber, opNumber(state)))
}

/** A request waits for those that precede it, which may still be in flight. */
function keepEarly(node: Replica, message: Prepare): void {
  const { early } = node.state
  if (early.size === 0) node.setTimer("gap", node.parameters.heartbeatInterval)
  early.set(message.opNumber, message.request)
}

/** They have not arrived: the backup fetches them (§5.2). */
export function gapTimedOut(node: Replica): void {
  const { state } = node
  askForState(node, state.viewNumber, primaryIn(state, state.viewNumber))
  node.setTimer("gap", node.parameters.heartbeatInterval)
}

/** Step 7: a backup executes what it learns to be committed. */
export function handleCommit(node: Replica, { view, commitNumber }: Commit, from: NodeId): void {
  if (!followsPrimary(node, view, from)) return
  if (commitNumber > opNumber(node.state)) return askForState(node, view, from)
  commit(node, commitNumber)
}

/**
 * True if a message of a view's primary is for this replica as a backup in that view. A replica that learns from it of a
 * later view, or that its own view change is over, has to get the log of that view first (§5.2).
 */
function followsPrimary(node: Replica, view: number, from: NodeId): boolean {
  const { state } = node
  invariant(from === primaryIn(state, view), "only its primary speaks for a view (§4)")
  if (!takesPart(state) || view < state.viewNumber) return false
  const isInView = state.status === "normal" && view === state.viewNumber
  awaitPrimary(node)
  if (!isInView) askForState(node, view, from)
  else hear(node, from)
  return isInView
}
