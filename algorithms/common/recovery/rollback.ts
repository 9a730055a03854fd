/**
 * Recovery by rolling back to a line of checkpoints. A process that restarts stops all others, learns which states are
 * available, chooses a line, and lets all continue from it (Elnozahy, Alvisi, Wang and Johnson 2002, §2.2): 5(n-1) messages.
 *
 * Processes may fail meanwhile. One that restarts initiates a recovery with a higher number, which all join; of two
 * concurrent recoveries, the higher number wins.
 */
import { invariant, type NodeId, type Purpose } from "../../../runtime/contract/algorithm.ts"
import { latestCheckpoint, stableStates } from "./checkpoints.ts"
import { resume } from "./computing.ts"
import { imageOf, restore, stand } from "./process.ts"
import {
  type Available,
  type Begin,
  CURRENT,
  type Protocol,
  programOf,
  type RecoveryMessageOf,
  type Saver,
} from "./types.ts"

/** A client starts the process, for the first time or after a crash. */
export function begin<N extends Saver>(node: N, { program }: Begin, protocol: Protocol<N>): void {
  const { state } = node
  state.process.program = program
  if (!state.hasCurrent) return initiateRecovery(node, protocol)
  if (state.mode === "idle") resume(node, protocol)
}

/** A process that has restarted initiates a recovery. */
export function initiateRecovery<N extends Saver>(node: N, protocol: Protocol<N>): void {
  const { state, size, id } = node
  join(node, (Math.floor(state.epoch / size) + 1) * size + id, protocol)
  state.round = { available: new Map(), committed: new Map(), line: null, received: new Map() }
  for (const peer of node.peers) node.send(peer, { type: "Stop", epoch: state.epoch })
  node.setTimer("retry", node.parameters.retryInterval)
  const { epoch } = state
  handleStopped(
    node,
    { type: "Stopped", epoch, available: availableStates(node), committed: node.disk.committed },
    id,
    protocol,
  )
}

/** Stops for a recovery: aborts pending work, and drops messages not yet received. */
function join<N extends Saver>(node: N, epoch: number, protocol: Protocol<N>): void {
  const { state } = node
  invariant(epoch > state.epoch, "the numbers of recoveries grow")
  stand(node)
  state.epoch = epoch
  node.save({ epoch })
  state.mode = "stopped"
  state.isInLine = false
  state.round = null
  state.writing = null
  state.survey = null
  state.inbox.length = 0
  for (const timer of ["checkpoint", "retry", "loaded"] as const) node.cancelTimer(timer)
  protocol.stopped?.(node)
}

export function handleStop<N extends Saver>(
  node: N,
  { epoch }: RecoveryMessageOf<"Stop">,
  from: NodeId,
  protocol: Protocol<N>,
): void {
  if (epoch < node.state.epoch) return
  const isAgain = epoch === node.state.epoch
  if (!isAgain) join(node, epoch, protocol)
  const purpose = isAgain ? "retransmission" : "protocol"
  const available = availableStates(node)
  node.send(from, { type: "Stopped", epoch, available, committed: node.disk.committed }, purpose)
}

/** Checkpoints, and after them the state in memory, if there is one. */
function availableStates(node: Saver): readonly Available[] {
  const stable = stableStates(node)
  if (!node.state.hasCurrent) return stable
  const { sent, received } = imageOf(node).application
  return [...stable, { index: CURRENT, sent, received }]
}

/** The initiator records a process's states; once it knows those of all, it chooses the line. */
export function handleStopped<N extends Saver>(
  node: N,
  { epoch, available, committed }: RecoveryMessageOf<"Stopped">,
  from: NodeId,
  protocol: Protocol<N>,
): void {
  const { state, size } = node
  const { round } = state
  if (round === null || epoch !== state.epoch || round.line !== null) return
  round.available.set(from, available)
  round.committed.set(from, committed)
  if (round.available.size < size) return
  const ids = Array.from({ length: size }, (_, id) => id)
  const line = protocol.lineOf(
    ids.map(id => round.available.get(id)!),
    ids.map(id => round.committed.get(id)!),
  )
  invariant(line !== null, "there is a recovery line: the initial states, or the latest that is known to be safe")
  round.line = line
  for (const peer of node.peers) node.send(peer, { type: "RollBack", epoch, line })
  rollBack(node, line, protocol)
}

/** Rolls back to the line. A process already in its state of the line only answers again: reloading, it would miss the Resume. */
export function handleRollBack<N extends Saver>(
  node: N,
  { epoch, line }: RecoveryMessageOf<"RollBack">,
  protocol: Protocol<N>,
): void {
  const { state } = node
  if (epoch !== state.epoch || state.mode !== "stopped") return
  if (state.isInLine) confirm(node, protocol, "retransmission")
  else rollBack(node, line, protocol)
}

/** Returns to the state of the line: at once if that is in memory, otherwise once it is loaded. */
function rollBack<N extends Saver>(node: N, line: readonly number[], protocol: Protocol<N>): void {
  const { state } = node
  const target = line[node.id]!
  if (target === CURRENT) return confirm(node, protocol)
  state.mode = "loading"
  state.target = target
  node.setTimer("loaded", programOf(node).restart)
}

/** The checkpoint is loaded: discards later ones, and the messages sent after it. */
export function handleLoaded<N extends Saver>(node: N, protocol: Protocol<N>): void {
  const { state, disk } = node
  const place = disk.checkpoints.findIndex(({ index }) => index === state.target)
  invariant(place >= 0, "a line is made of checkpoints that are there")
  const discarded = disk.checkpoints.length - 1 - place
  if (discarded > 0) node.truncate("checkpoints", place + 1)
  const checkpoint = latestCheckpoint(node)
  if (disk.sent.length > checkpoint.kept) node.truncate("sent", checkpoint.kept)
  state.unsaved = []
  state.outputs = [...checkpoint.outputs]
  restore(node, checkpoint, discarded)
  // Others may not have undone what they received from it yet: until all have, it counts as failed.
  state.hasCurrent = false
  state.mode = "stopped"
  confirm(node, protocol)
}

/** Reports to the initiator that this process is in its state of the line. */
function confirm<N extends Saver>(node: N, protocol: Protocol<N>, purpose: Purpose = "protocol"): void {
  const { epoch, process } = node.state
  node.state.isInLine = true
  const initiator = epoch % node.size
  const message = { type: "RolledBack", epoch, received: [...process.application.received] } as const
  if (initiator === node.id) handleRolledBack(node, message, node.id, protocol)
  else node.send(initiator, message, purpose)
}

/** The initiator lets all continue, once all are in their states of the line. */
export function handleRolledBack<N extends Saver>(
  node: N,
  { epoch, received }: RecoveryMessageOf<"RolledBack">,
  from: NodeId,
  protocol: Protocol<N>,
): void {
  const { state, size } = node
  const { round } = state
  if (round === null || epoch !== state.epoch) return
  round.received.set(from, received)
  if (round.received.size < size) return
  const all = Array.from({ length: size }, (_, id) => round.received.get(id)!)
  state.round = null
  node.cancelTimer("retry")
  node.report({ type: "recovered", replaysTo: null })
  for (const peer of node.peers) node.send(peer, { type: "Resume", epoch, received: all })
  handleResume(node, { type: "Resume", epoch, received: all }, protocol)
}

/** Continues, and resends messages that were in flight, or were received and then undone. */
export function handleResume<N extends Saver>(
  node: N,
  { epoch, received }: RecoveryMessageOf<"Resume">,
  protocol: Protocol<N>,
): void {
  const { state } = node
  if (epoch !== state.epoch || state.mode !== "stopped") return
  state.hasCurrent = true
  protocol.resend(node, received)
  resume(node, protocol)
}

/** The initiator resends to those that have not answered: they may have been down. */
export function retryRecovery(node: Saver): void {
  const { round, epoch } = node.state
  if (round === null) return
  for (const peer of node.peers) {
    if (round.line === null && !round.available.has(peer)) node.send(peer, { type: "Stop", epoch }, "retransmission")
    if (round.line !== null && !round.received.has(peer)) {
      node.send(peer, { type: "RollBack", epoch, line: round.line }, "retransmission")
    }
  }
  node.setTimer("retry", node.parameters.retryInterval)
}
