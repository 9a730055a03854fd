/**
 * Recovery from a log: a process that restarts loads its checkpoint, reports to all others which messages it has, and learns
 * which of its own they have, 2(n-1) messages; messages lost in flight are resent. Then it repeats its execution, and sends
 * only what receivers lack.
 */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import type { Begin } from "../../../services/recovery/shape.ts"
import { restore, stand } from "../recovery/process.ts"
import { type Checkpoint, programOf } from "../recovery/types.ts"
import { awaitCheckpoint, continueWork, messagesOf, proceed } from "./computing.ts"
import type { Known, Logger, Logging, Restarted } from "./types.ts"

/** A client starts the process, for the first time or after a crash. */
export function begin<N extends Logger>(node: N, { program }: Begin, protocol: Logging<N>): void {
  const { state } = node
  state.process.program = program
  if (state.mode !== "idle") return
  if (state.hasRestarted) return protocol.restart(node)
  awaitCheckpoint(node)
  continueWork(node, protocol)
}

/** Returns to the state of a checkpoint, and aborts pending work. @param discarded number of later checkpoints discarded */
export function returnTo(node: Logger, checkpoint: Checkpoint, discarded: number): void {
  const { state, disk } = node
  stand(node)
  state.mode = "loading"
  state.isLoaded = false
  state.isDue = false
  state.writing = null
  if (disk.sent.length > checkpoint.kept) node.truncate("sent", checkpoint.kept)
  state.unsaved = []
  state.outputs = [...checkpoint.outputs]
  state.plan = []
  state.inbox = []
  restore(node, checkpoint, discarded, "now")
}

/** Asks all others, and begins to load the checkpoint meanwhile. */
export function askAll<N extends Logger>(node: N, protocol: Logging<N>): void {
  const { state, peers } = node
  node.cancelTimer("checkpoint")
  state.restart = node.now()
  for (const peer of peers) {
    state.known[peer] = null
    state.unanswered.add(peer)
    protocol.ask(node, peer)
  }
  if (peers.length > 0) node.setTimer("retry", node.parameters.retryInterval)
  node.setTimer("loaded", programOf(node).restart)
}

/** The query of a process that has restarted. */
export function questionOf(node: Logger): Restarted {
  const { restart, known } = node.state
  return { type: "Restarted", restart, received: known.map((_, id) => messagesOf(node, id)) }
}

/** The answer to the query of another process. */
export function answerTo(node: Logger, restart: Micros, from: NodeId): Known {
  return { type: "Known", restart, received: messagesOf(node, from) }
}

/** Resends the query to those that have not answered: they may have been down. */
export function handleRetry<N extends Logger>(node: N, protocol: Logging<N>): void {
  const { unanswered } = node.state
  if (unanswered.size === 0) return
  for (const peer of node.peers) if (unanswered.has(peer)) protocol.ask(node, peer, "retransmission")
  node.setTimer("retry", node.parameters.retryInterval)
}

export function handleLoaded<N extends Logger>(node: N, protocol: Logging<N>): void {
  node.state.isLoaded = true
  repeatIfReady(node, protocol)
}

/** Begins to repeat its execution, once it has all that it needs. */
export function repeatIfReady<N extends Logger>(node: N, protocol: Logging<N>): void {
  const { state } = node
  if (state.mode !== "loading" || !state.isLoaded || protocol.isReady?.(node) === false) return
  protocol.ready?.(node)
  const replaysTo = state.process.application.receipts + state.plan.length
  const { mayLeaveOrphans } = protocol
  node.report({ type: "recovered", replaysTo, ...(mayLeaveOrphans === undefined ? {} : { mayLeaveOrphans }) }, "now")
  awaitCheckpoint(node)
  continueWork(node, protocol)
}

/** Resends the query to a process that has restarted and has not answered yet. */
export function resendQuestion<N extends Logger>(node: N, to: NodeId, protocol: Logging<N>): void {
  if (node.state.unanswered.has(to)) protocol.ask(node, to, "retransmission")
}

/** Resends the messages that a process lacks, given the number that it has. */
export function resendTo<N extends Logger>(node: N, to: NodeId, received: number, protocol: Logging<N>): void {
  const { state, disk } = node
  state.known[to] = received
  for (const message of [...disk.sent, ...state.unsaved]) {
    if (message.to === to && message.content.number >= received) protocol.transmit(node, message, "retransmission")
  }
  // Receipts may have waited for this information.
  proceed(node, protocol)
}

/** True for the first answer of a process to the latest query. */
export function isAnswer({ state }: Logger, { restart }: Known, from: NodeId): boolean {
  return restart === state.restart && state.unanswered.has(from)
}

/** A process has answered. */
export function handleKnown<N extends Logger>(node: N, message: Known, from: NodeId, protocol: Logging<N>): void {
  if (!isAnswer(node, message, from)) return
  node.state.unanswered.delete(from)
  resendTo(node, from, message.received, protocol)
  repeatIfReady(node, protocol)
}
