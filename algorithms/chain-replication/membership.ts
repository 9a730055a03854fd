/** A server when the master changes the chain (§3.2): as head, tail or between them, and outside. */
import { invariant, type Purpose } from "../../runtime/contract/algorithm.ts"
import { emptyMachine } from "../../services/replicated-log/machine.ts"
import {
  initialConfiguration,
  isHead,
  isSame,
  placeOf,
  predecessorOf,
  reportOffices,
  successorOf,
  tailOf,
} from "./chain.ts"
import { heartbeat, sendHeartbeat } from "./heartbeats.ts"
import { entriesAfter, lengthOf } from "./history.ts"
import { sendUpdates, stopResending, supply } from "./links.ts"
import { reissueQueries } from "./queries.ts"
import { isTransferTo, sendState } from "./transfer.ts"
import type { Life, Reconfigure, Resume, Server, State } from "./types.ts"
import { takeOver } from "./updates.ts"

/** A server that knows nothing. */
export function newState(life: Life): State {
  return {
    life,
    configuration: null,
    machine: emptyMachine(),
    committed: 0,
    base: 0,
    entries: [],
    early: new Map(),
    predecessorSince: 0,
    successorSince: 0,
    isSynced: false,
    isSuccessorSynced: false,
    hasCaughtUp: false,
    sent: null,
    acknowledged: 0,
    isAcknowledgeDue: false,
    isResendDue: false,
    pending: new Map(),
    asking: new Map(),
    leaseUntil: 0,
    transfer: null,
    readyIn: 0,
  }
}

/** At the first boot of the group, all servers are its chain. */
export function start(node: Server): void {
  const { state } = node
  state.configuration = initialConfiguration(node.size)
  state.isSynced = true
  state.isSuccessorSynced = true
  state.hasCaughtUp = true
  state.sent = 0
  reportOffices(node)
  heartbeat(node)
}

/** At a later boot its state is lost: it starts a new life outside the chain. */
export function recover(node: Server): void {
  node.state.life = node.now() + 1
  reportOffices(node)
  heartbeat(node)
}

/** The chain has changed. */
export function handleReconfigure(node: Server, { configuration }: Reconfigure): void {
  const { state } = node
  const { configuration: old } = state
  if (old !== null && configuration.number <= old.number) return
  const wasMember = placeOf(node) >= 0
  const predecessor = predecessorOf(node)
  const successor = successorOf(node)
  state.configuration = configuration
  reportOffices(node)
  const isMember = placeOf(node) >= 0
  if (wasMember && !isMember) return leave(node)
  if (!isMember) return
  if (!wasMember || !isSame(predecessor, predecessorOf(node))) predecessorChanged(node)
  if (!wasMember || !isSame(successor, successorOf(node))) successorChanged(node)
  if (!isTransferTo(node, configuration.joining)) state.transfer = null
  sendState(node, "protocol")
  if (old !== null && tailOf(old) !== tailOf(configuration)) reissueQueries(node)
}

/** Removed while alive: its state may have diverged. It starts afresh, as after a crash. */
function leave(node: Server): void {
  const { state } = node
  for (const timer of ["acknowledge", "resend", "sync", "transfer"] as const) node.cancelTimer(timer)
  const { configuration } = state
  Object.assign(state, newState(Math.max(state.life, node.now()) + 1), { configuration })
  sendHeartbeat(node)
}

/**
 * The head has no predecessor to wait for (§3.2.1). Others report what they have to the master, for their new predecessor
 * (§3.2.3).
 */
function predecessorChanged(node: Server): void {
  const { state } = node
  state.predecessorSince = state.configuration!.number
  state.early.clear()
  state.isSynced = isHead(node)
  node.cancelTimer("sync")
  if (!state.isSynced) return sendReceived(node, "protocol")
  invariant(state.hasCaughtUp, "a new head has all updates that the chain has committed (§3.2.1)")
  for (const { session, sequence } of entriesAfter(state, state.committed)) {
    state.pending.set(session, { sequence, isAskedAgain: false })
  }
}

function sendReceived(node: Server, purpose: Purpose): void {
  const { number: configuration } = node.state.configuration!
  for (const master of node.role("master")) {
    node.send(master, { type: "Received", configuration, received: lengthOf(node.state) }, purpose)
  }
  node.setTimer("sync", node.parameters.resendAfter)
}

export function syncTimedOut(node: Server): void {
  sendReceived(node, "retransmission")
}

/** With no successor, it is the tail (§3.2.2). A new tail that already has its state gets the updates since then (§3.2.4). */
function successorChanged(node: Server): void {
  const { state } = node
  const successor = successorOf(node)
  stopResending(node)
  state.successorSince = state.configuration!.number
  state.isSuccessorSynced = false
  state.sent = null
  if (successor === null) takeOver(node)
  else if (state.transfer !== null && isTransferTo(node, successor)) {
    sendUpdates(node, successor.id, state.transfer.index, "protocol")
  }
}

/** The master reports what the new successor has (§3.2.3). */
export function handleResume(node: Server, { configuration, received }: Resume): void {
  const { state } = node
  const isLate = state.isSuccessorSynced || configuration < state.successorSince
  if (isLate || state.configuration === null || configuration > state.configuration.number) return
  if (successorOf(node) !== null) supply(node, received)
}
