/** Updates on their way: the primary executes a command and ships what it changed, backups install it and acknowledge. */
import { type ClientId, invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { execute, executeChange, install, peek } from "../../services/replicated-log/machine.ts"
import { answerReads, awaitAck, commit, commitAcked, updateMessage } from "./committing.ts"
import { promote, sendState } from "./members.ts"
import type { Ack, Replica, Update, UpdateMessage } from "./types.ts"
import { isBlocking, isServing, isSynchronised, isTimed } from "./views.ts"

// --- The primary -----------------------------------------------------------------------------------------------------

/** Executes a command, and ships what it changed. A duplicate is answered again, unless the command is still pending. */
export function handleCommand(node: Replica, request: Command, client: ClientId): void {
  const { state, parameters } = node
  const { session, sequence, operation } = request
  if (!isServing(node)) return redirect(node, sequence, client)
  const last = state.machine.sessions[session]
  if (last !== undefined && sequence <= last.sequence) {
    const isUnderWay = state.uncommitted.some(update => update.request.session === session)
    return isUnderWay ? undefined : answerCommand(node, request, execute(state.machine, request))
  }
  if (operation.op === "get" && parameters.reads === "local") {
    state.reads.push({ client, sequence, result: peek(state.machine, operation.key), after: state.count })
    return answerReads(node)
  }
  const change = executeChange(state.machine, request, node)
  const update = { number: ++state.count, request, change }
  state.uncommitted.push(update)
  ship(node, update)
  if (isBlocking(node)) commitAcked(node)
  else commit(node, state.count)
}

function redirect(node: Replica, sequence: number, client: ClientId): void {
  const { view, forming } = node.state
  const isKnown = view.number > 0 && view.primary !== node.id && forming <= view.number
  node.reply(client, { type: "Redirect", sequence, leader: isKnown ? view.primary : null })
}

/** Ships an update to all that have, or will have, the earlier ones. */
function ship(node: Replica, update: Update): void {
  const { backups } = node.state
  const message = updateMessage(node, update)
  const receivers = node.peers.filter(peer => backups[peer] !== null)
  // Sent as one broadcast if possible: a crash may interrupt it.
  if (receivers.length === node.peers.length) node.broadcast(message)
  else for (const peer of receivers) node.send(peer, message)
  for (const peer of receivers) if (backups[peer]!.acked === update.number - 1) awaitAck(node, peer)
}

export function handleAck(node: Replica, { since, life, count }: Ack, from: NodeId): void {
  const { state } = node
  const backup = state.backups[from] ?? null
  if (!isServing(node) || since !== state.view.since || backup === null || backup.life !== life) return
  invariant(count <= state.count, "no backup has an update that its primary has not")
  if (count <= backup.acked) return
  backup.acked = count
  backup.isSuspected = false
  awaitAck(node, from)
  promote(node, from)
  commitAcked(node)
}

/** Resends updates that backups have lacked for an interval; the whole state to those that lack safe ones. */
export function resendTimedOut(node: Replica): void {
  const { state, parameters } = node
  node.setTimer("resend", parameters.heartbeatInterval)
  if (!isServing(node)) return
  for (const peer of node.peers) {
    promote(node, peer)
    const backup = state.backups[peer] ?? null
    if (backup === null) continue
    const { acked, due, life } = backup
    backup.due = state.count
    if (acked >= due || !(isBlocking(node) || acked < 0)) continue
    if (acked < state.committed) {
      sendState(node, peer, life, "retransmission")
      continue
    }
    for (const update of state.uncommitted) {
      if (update.number > acked && update.number <= due) node.send(peer, updateMessage(node, update), "retransmission")
    }
  }
}

// --- The backups -----------------------------------------------------------------------------------------------------

/** Installs updates in the order of their numbers; one that comes early waits. */
export function handleUpdate(node: Replica, message: UpdateMessage, from: NodeId): void {
  const { state } = node
  const { update, committed } = message
  if (!follows(node, message, from)) return
  const next = state.count + 1
  if (update.number > next) return keepEarly(node, update)
  if (update.number === next) installUpdate(node, update)
  acknowledge(node)
  installEarly(node)
  if (committed > state.committed) commit(node, Math.min(committed, state.count))
}

/**
 * True if this replica takes the update as a backup of its sender. The first sign of a new view may be an update from its
 * primary: this replica's state is then one that the primary also had, as it is for all members of a view that the view
 * service forms.
 */
function follows(node: Replica, { view: number, since }: UpdateMessage, from: NodeId): boolean {
  const { state } = node
  const { view, forming } = state
  const isSuspended = forming > view.number && number < forming
  if (state.status === "primary" || state.status === "joining" || isSuspended) return false
  // Whatever the members are, it is the same primary.
  if (since === view.since && from === view.primary) return isSynchronised(node)
  if (number <= view.number || isTimed(node)) return false
  state.view = { ...view, number, primary: from, since }
  enterReign(node)
  node.report({ type: "believes", leader: from, epoch: number })
  return true
}

/**
 * Follows a primary, which has all that this replica has; drops early updates of an earlier primary, which this one may not
 * have.
 */
export function enterReign(node: Replica): void {
  const { state } = node
  if (state.reign !== state.view.since) state.early.clear()
  state.reign = state.view.since
}

function installUpdate({ state }: Replica, update: Update): void {
  const { number, request, change } = update
  invariant(number === state.count + 1, "updates are installed in the order of their numbers, without gaps")
  install(state.machine, request, change)
  state.count = number
  state.uncommitted.push(update)
}

/** Reports to the primary what this replica has. Without acknowledgements, only a standby does. */
function acknowledge(node: Replica): void {
  const { view, life, count, status } = node.state
  if (!isBlocking(node) && status !== "standby") return
  node.send(view.primary, { type: "Ack", since: view.since, life, count })
}

function keepEarly(node: Replica, update: Update): void {
  const { early } = node.state
  if (early.size === 0) node.setTimer("gap", node.parameters.heartbeatInterval)
  early.set(update.number, update)
}

/** Installs early updates whose predecessors are installed now. */
export function installEarly(node: Replica): void {
  const { state } = node
  if (state.early.size === 0) return
  for (;;) {
    const update = state.early.get(state.count + 1)
    if (update === undefined) break
    installUpdate(node, update)
    acknowledge(node)
  }
  for (const number of state.early.keys()) if (number <= state.count) state.early.delete(number)
  if (state.early.size === 0) node.cancelTimer("gap")
}
