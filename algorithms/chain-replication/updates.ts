/** Updates (§3): the head gives them their order, and each server takes them from its predecessor and forwards them. */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { Command } from "../../services/replicated-log/command.ts"
import { execute } from "../../services/replicated-log/machine.ts"
import { headOf, isActingTail, isHead, predecessorOf, redirect } from "./chain.ts"
import { sendHeartbeat } from "./heartbeats.ts"
import { answer, commit, lengthOf } from "./history.ts"
import { acknowledge, acknowledgeInTime, forward } from "./links.ts"
import { reissueQueries } from "./queries.ts"
import { sendState } from "./transfer.ts"
import type { Server, Update } from "./types.ts"

/** The head gives a new update the next number. */
export function handleUpdateRequest(node: Server, command: Command, client: ClientId): void {
  const { state } = node
  const { configuration } = state
  const { session, sequence } = command
  if (!isHead(node)) return redirect(node, command, client, configuration && headOf(configuration))
  const last = state.machine.sessions[session]
  if (last !== undefined && sequence <= last.sequence) return answer(node, command, execute(state.machine, command))
  const pending = state.pending.get(session)
  if (pending !== undefined && sequence <= pending.sequence) {
    // The tail's answer may have been lost.
    if (sequence === pending.sequence) pending.isAskedAgain = true
    return
  }
  state.entries.push(command)
  state.pending.set(session, { sequence, isAskedAgain: false })
  advance(node)
}

/** Handles updates from its predecessor in order; one that comes early waits. */
export function handleUpdate(node: Server, { configuration, first, commands }: Update, from: NodeId): void {
  const { state } = node
  if (predecessorOf(node)?.id !== from || configuration < state.predecessorSince) return
  const before = lengthOf(state)
  commands.forEach((command, place) => state.early.set(first + place, command))
  takeEarly(node)
  if (!state.isSynced && first <= before + 1) link(node)
  else if (lengthOf(state) > before) advance(node)
  // It has been acknowledged before, but the acknowledgement may be lost.
  else if (first <= before) acknowledge(node, "protocol")
}

function takeEarly({ state }: Server): void {
  for (const index of state.early.keys()) if (index <= lengthOf(state)) state.early.delete(index)
  for (;;) {
    const index = lengthOf(state) + 1
    const command = state.early.get(index)
    if (command === undefined) return
    state.early.delete(index)
    state.entries.push(command)
  }
}

/**
 * Linked: it has all that its new predecessor had sent to the server between them, or that the old tail had. The tail commits
 * that before it acknowledges it.
 */
function link(node: Server): void {
  const { state } = node
  const isNew = !state.hasCaughtUp
  node.cancelTimer("sync")
  state.isSynced = true
  state.hasCaughtUp = true
  if (isNew) sendHeartbeat(node)
  if (isActingTail(node)) commit(node, lengthOf(state))
  acknowledge(node, "protocol")
  forward(node)
  if (isNew) takeOver(node)
}

/** Forwards new updates. The tail commits them, since all servers before it have them. */
function advance(node: Server): void {
  if (!isActingTail(node)) return forward(node)
  commit(node, lengthOf(node.state))
  acknowledgeInTime(node)
}

/** With no successor, it becomes the tail (§3.2.2). */
export function takeOver(node: Server): void {
  if (!isActingTail(node)) return
  advance(node)
  reissueQueries(node)
  sendState(node, "protocol")
}
