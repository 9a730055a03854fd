/**
 * Take-over: the replicas that survive their sequencer agree on how far its order goes, and one of them continues it.
 *
 * Delays have a bound, so a replica that has not answered in time has crashed. A replica that has heard all survivors knows
 * everything that any of them has executed. A survivor that has answered executes nothing of earlier epochs any more, so a
 * wrongly suspected sequencer does no harm as long as it also answers.
 */
import { invariant, type NodeId } from "../../../runtime/contract/algorithm.ts"
import { copyOfMachine } from "../../../services/replicated-log/machine.ts"
import { type Choose, executeOrdered, order } from "./order.ts"
import { adoptMachine, awaitSequencer, beginEpoch, enterEpoch, rejoin, transferTo } from "./status.ts"
import {
  isSequencer,
  type Join,
  type NewSequencer,
  type Replica,
  type Survivor,
  type TakeOver,
  type Transfer,
} from "./types.ts"

/** The sequencer has timed out: the replica takes over in its own next epoch. */
export function suspectTimedOut(node: Replica): void {
  const { id, size, state } = node
  enterEpoch(node, state.epoch + 1 + ((id - ((state.epoch + 1) % size) + size) % size))
  state.status = "taking over"
  node.broadcast({ type: "TakeOver", epoch: state.epoch, executed: state.executed })
  node.setTimer("collect", node.parameters.collectTime)
}

/** Answers a replica that takes over; if its epoch is over, it learns that from the answer, and gives up. */
export function handleTakeOver(node: Replica, { epoch, executed }: TakeOver, from: NodeId): void {
  const { state } = node
  // It has nothing to contribute.
  if (state.status === "joining") return
  if (epoch > state.epoch) waitFor(node, epoch)
  const isAhead = state.epoch === epoch && state.executed > executed
  node.send(from, {
    type: "Survivor",
    epoch: state.epoch,
    executed: state.executed,
    machine: isAhead ? copyOfMachine(state.machine) : null,
  })
}

export function handleSurvivor<N extends Replica>(node: N, message: Survivor, from: NodeId, choose: Choose<N>): void {
  const { state, peers } = node
  if (state.status !== "taking over" || message.epoch < state.epoch) return
  if (message.epoch > state.epoch) return waitFor(node, message.epoch)
  state.survivors[from] = message
  if (peers.every(peer => state.survivors[peer] !== null)) becomeSequencer(node, choose)
}

/** Those that have not answered have crashed. */
export function collectTimedOut<N extends Replica>(node: N, choose: Choose<N>): void {
  becomeSequencer(node, choose)
}

/** Continues the order from the most advanced survivor's position, updates all others to it, and orders pending requests. */
function becomeSequencer<N extends Replica>(node: N, choose: Choose<N>): void {
  const { state } = node
  const survivors = state.survivors.slice()
  for (const survivor of survivors) {
    if (survivor === null || survivor.executed <= state.executed) continue
    invariant(survivor.machine !== null, "who is ahead of one that takes over sends its machine along")
    adoptMachine(node, survivor.executed, survivor.machine)
  }
  const { epoch, executed } = state
  state.survivors = Array<null>(node.size).fill(null)
  node.cancelTimer("collect")
  beginEpoch(node)
  node.broadcast({ type: "NewSequencer", epoch, executed })
  for (const [peer, survivor] of survivors.entries()) {
    if (survivor !== null && survivor.executed < executed) transferTo(node, peer, null)
  }
  if (node.parameters.requests === "sequencer") {
    for (const frontEnd of node.role("front-end")) node.send(frontEnd, { type: "SequencerIs", epoch })
  }
  const waiting = [...state.pending.values()].toSorted((a, b) => a.command.session - b.command.session)
  for (const asked of waiting) order(node, asked, choose)
}

export function handleNewSequencer<N extends Replica>(
  node: N,
  { epoch, executed }: NewSequencer,
  choose: Choose<N>,
): void {
  const { state } = node
  const isKnown = epoch === state.epoch && state.status === "active"
  if (state.status === "joining" || epoch < state.epoch || isKnown) return
  if (epoch > state.epoch) enterEpoch(node, epoch)
  // It was cut off: what it executed beyond that is not part of the order.
  if (executed < state.executed) return rejoin(node)
  beginEpoch(node)
  executeOrdered(node, choose)
}

/** Another replica takes over: executes nothing until that is done. */
function waitFor(node: Replica, epoch: number): void {
  enterEpoch(node, epoch)
  node.state.status = "waiting"
  awaitSequencer(node)
}

/** The sequencer sends its state to a replica that has lost its own. */
export function handleJoin(node: Replica, { nonce }: Join, from: NodeId): void {
  if (isSequencer(node)) transferTo(node, from, nonce)
}

/** Adopts the sequencer's state, and executes what was ordered after it. */
export function handleTransfer<N extends Replica>(node: N, message: Transfer, choose: Choose<N>): void {
  const { state } = node
  const { nonce, epoch, executed, machine } = message
  if (epoch < state.epoch) return
  if (state.status === "joining" ? nonce !== state.nonce : executed <= state.executed) return
  if (epoch > state.epoch) enterEpoch(node, epoch)
  adoptMachine(node, executed, machine)
  node.cancelTimer("rejoin")
  beginEpoch(node)
  executeOrdered(node, choose)
}
