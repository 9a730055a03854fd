/** State transfer: a replica with no state, or with that of another primary, gets its primary's. */
import { invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine, emptyMachine } from "../../services/replicated-log/machine.ts"
import { awaitAck } from "./committing.ts"
import { newBackup, sendState, suspect } from "./members.ts"
import type { Join, Replica, Snapshot, StateMessage } from "./types.ts"
import { enterReign, installEarly } from "./updates.ts"
import { awaitPrimary, believe, isMember, isNewer, isServing, isSynchronised, isTimed, leaveOffice } from "./views.ts"

/** Begins a new life without a state: the old state belongs to no current view. */
export function becomeJoining(node: Replica): void {
  const { state } = node
  leaveOffice(node)
  state.status = "joining"
  state.life = Math.max(state.life, node.now()) + 1
  state.machine = emptyMachine()
  state.count = 0
  state.committed = 0
  state.uncommitted = []
  state.early.clear()
  node.cancelTimer("gap")
  join(node, "protocol")
}

/** Asks the primary for its state, until it has arrived and this replica is a member. */
export function join(node: Replica, purpose: Purpose): void {
  askForState(node, purpose)
  node.setTimer("join", node.parameters.heartbeatInterval)
}

function askForState(node: Replica, purpose: Purpose): void {
  const { view, life, count } = node.state
  if (view.number > 0 && view.primary !== node.id) node.send(view.primary, { type: "Join", life, count }, purpose)
}

export function joinTimedOut(node: Replica): void {
  if (node.state.status === "standby" || !isSynchronised(node)) join(node, "retransmission")
}

/** Asks for the updates missing before an early one: links have lost them. */
export function gapTimedOut(node: Replica): void {
  askForState(node, "retransmission")
  node.setTimer("gap", node.parameters.heartbeatInterval)
}

/** On the primary: a replica asks for the state. If it is in a later life, it has lost the state that it had. */
export function handleJoin(node: Replica, { life, count }: Join, from: NodeId): void {
  const { state } = node
  const known = state.backups[from] ?? null
  if (!isServing(node) || (known?.life ?? 0) > life) return
  if (known !== null && known.life < life) suspect(node, from, known)
  const backup = state.backups[from] ?? null
  if (backup !== null && backup.life !== life) return
  if (backup !== null && backup.acked >= 0 && count >= state.committed) return
  if (backup === null) state.backups[from] = newBackup(life, "joining", -1, state.count)
  sendState(node, from, life, "protocol")
  awaitAck(node, from)
}

/** Adopts the primary's state, if it is meant for this life and its view is not older than the replica's. */
export function handleState(node: Replica, { view, life, snapshot }: StateMessage, from: NodeId): void {
  const { state } = node
  if (life !== state.life || view.number < state.forming || isNewer(state.view, view)) return
  invariant(from === view.primary, "only its primary speaks for a view")
  const isNew = isNewer(view, state.view)
  if (state.status === "primary") leaveOffice(node)
  if (!isSynchronised(node) || state.reign !== view.since || snapshot.count > state.count) adopt(node, snapshot)
  if (isNew) state.view = view
  enterReign(node)
  state.status = isMember(node) ? "backup" : "standby"
  if (state.status === "backup") node.cancelTimer("join")
  if (isNew) believe(node, from)
  if (isTimed(node)) awaitPrimary(node)
  // Sent even if updates are not acknowledged: the primary waits for this one.
  node.send(from, { type: "Ack", since: view.since, life, count: state.count })
  installEarly(node)
}

function adopt(node: Replica, { count, committed, uncommitted, machine }: Snapshot): void {
  const { state } = node
  state.machine = copyOfMachine(machine)
  state.count = count
  state.committed = committed
  state.uncommitted = uncommitted.slice()
  node.report({ type: "restored", index: committed })
}
