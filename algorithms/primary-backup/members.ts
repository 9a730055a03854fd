/** The primary and the members of its view: taking office, admitting replicas, and removing those that do not answer. */
import type { NodeId, Purpose } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine } from "../../services/replicated-log/machine.ts"
import { awaitAck, commit, commitAcked, updateMessage } from "./committing.ts"
import type { Backup, Life, Member, Replica, Snapshot } from "./types.ts"
import { isBlocking, isServing, isTimed, leaveOffice, memberOf, sendToService } from "./views.ts"

/**
 * Takes office in the view that has begun.
 *
 * The view service has chosen the member with the most updates, and reports how many the others have: they get what they
 * lack. By timeouts that is unknown: they get the whole state, and may lose updates that this primary never had.
 */
export function becomePrimary(node: Replica): void {
  const { state } = node
  const { view, count } = state
  leaveOffice(node)
  for (const timer of ["primary", "join", "gap"] as const) node.cancelTimer(timer)
  state.status = "primary"
  state.reign = view.since
  state.early.clear()
  node.setTimer("resend", node.parameters.heartbeatInterval)
  for (const member of view.members) {
    const { id, life } = member
    if (id === node.id) continue
    const isKnown = !isTimed(node) || view.number === 1
    const backup = newBackup(life, "member", isKnown ? member.count : -1, count)
    state.backups[id] = backup
    if (isKnown) shipMissing(node, id, member.count)
    else sendState(node, id, life, "protocol")
    awaitAck(node, id)
  }
  if (isBlocking(node)) commitAcked(node)
  else commit(node, count)
}

function shipMissing(node: Replica, peer: NodeId, has: number): void {
  for (const update of node.state.uncommitted) if (update.number > has) node.send(peer, updateMessage(node, update))
}

/** Continues with other members: the view has changed, and the primary is the same. */
export function changeMembers(node: Replica): void {
  const { state } = node
  for (const peer of node.peers) {
    const member = memberOf(state.view, peer)
    const backup = state.backups[peer] ?? null
    if (member !== undefined && backup?.life === member.life) backup.standing = "member"
    else if (member !== undefined) state.backups[peer] = newBackup(member.life, "member", member.count, state.count)
    else if (backup?.standing === "member" || backup?.isSuspected === true) state.backups[peer] = null
    awaitAck(node, peer)
  }
  commitAcked(node)
}

export function newBackup(life: Life, standing: Backup["standing"], acked: number, due: number): Backup {
  return { life, standing, acked, needed: 0, isSuspected: false, due }
}

/**
 * Admits a replica in steps: from its first acknowledgement on, updates need its acknowledgement to be safe; once it has all
 * that was safe before, it becomes a member. So no member ever lacks an update that a client knows of.
 */
export function promote(node: Replica, peer: NodeId): void {
  const { state } = node
  const backup = state.backups[peer] ?? null
  if (backup === null || backup.standing === "member" || backup.acked < 0) return
  if (backup.standing === "joining") {
    backup.standing = "standby"
    backup.needed = isBlocking(node) ? state.committed : 0
  }
  if (!mayBeAdmitted(backup)) return
  const member = { id: peer, life: backup.life, count: backup.acked }
  if (!isTimed(node)) return sendToService(node, { type: "Admit", view: state.view.number, member })
  changeView(node, [...state.view.members, member])
}

function mayBeAdmitted({ standing, acked, needed, isSuspected }: Backup): boolean {
  return standing === "standby" && acked >= needed && !isSuspected
}

/**
 * Removes a backup that does not answer, or has lost its state. The primary decides alone by timeouts, and as long as the
 * backup cannot be a member yet; otherwise the view service does, since it chooses the next primary among the members that
 * it knows.
 */
export function suspect(node: Replica, peer: NodeId, backup: Backup): void {
  const { state } = node
  const isOut = backup.standing === "joining" || (backup.standing === "standby" && backup.acked < backup.needed)
  if (isOut) state.backups[peer] = null
  else if (isTimed(node)) {
    changeView(
      node,
      state.view.members.filter(({ id }) => id !== peer),
    )
  } else {
    backup.isSuspected = true
    sendToService(node, { type: "Suspect", view: state.view.number, member: peer, life: backup.life })
  }
}

/** By timeouts: the primary changes the members itself, and tells everybody. */
function changeView(node: Replica, members: readonly Member[]): void {
  const { state } = node
  state.view = { ...state.view, number: state.view.number + 1, members }
  node.broadcast({ type: "View", view: state.view })
  changeMembers(node)
}

export function backupTimedOut(node: Replica, peer: NodeId): void {
  const backup = node.state.backups[peer] ?? null
  if (!isServing(node) || backup === null) return
  suspect(node, peer, backup)
  awaitAck(node, peer)
  commitAcked(node)
}

export function sendState(node: Replica, to: NodeId, life: Life, purpose: Purpose): void {
  node.send(to, { type: "State", view: node.state.view, life, snapshot: snapshotOf(node) }, purpose)
}

/** A copy of the primary's whole state, for a message. */
function snapshotOf({ state: { count, committed, uncommitted, machine } }: Replica): Snapshot {
  return { count, committed, uncommitted: uncommitted.slice(), machine: copyOfMachine(machine) }
}
