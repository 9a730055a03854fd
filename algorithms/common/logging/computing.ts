/**
 * The computation under a protocol that logs receipts: a process works, checkpoints independently of others, and after a failure
 * repeats its execution from its checkpoint, receiving again what it received, at the same steps. It depends on nothing else:
 * processes are piecewise deterministic (Strom and Yemini 1985).
 *
 * Messages of the computation leave at once, whatever is being written: the protocol has already logged what they depend on,
 * as far as it requires.
 */
import { invariant, type NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Output } from "../../../services/recovery/shape.ts"
import { handleWritten, latestCheckpoint, takeCheckpoint } from "../recovery/checkpoints.ts"
import { accept, contentFor, finishStep, hasFinished, reportIfFinished, stand, work } from "../recovery/process.ts"
import type { SentMessage, Written } from "../recovery/types.ts"
import type { Arrival, Logger, Logging } from "./types.ts"

/** Resumes work after a pause. */
export function continueWork<N extends Logger>(node: N, protocol: Logging<N>): void {
  node.state.mode = "working"
  work(node)
  proceed(node, protocol)
}

/** Ends a step, unless a receipt that came before its end is yet to be repeated. */
export function handleStep<N extends Logger>(node: N, protocol: Logging<N>): void {
  const { state } = node
  if (isHeldUp(node)) {
    stand(node)
    state.mode = "waiting"
    return
  }
  const { action } = finishStep(node)
  if (action.type === "message") protocol.send(node, { to: action.to, content: contentFor(state.process, action.to) })
  if (action.type === "output") {
    const { outputs, digest } = state.process.application
    protocol.produce(node, { type: "Output", number: outputs - 1, digest })
  }
  reportIfFinished(node, "now")
  proceed(node, protocol)
}

/** True if a receipt has to be repeated before the current step ends. */
function isHeldUp({ state: { plan, process } }: Logger): boolean {
  return plan[0]?.steps === process.application.steps
}

/** Receives what it can, again or for the first time; then checkpoints, if one is due. */
export function proceed<N extends Logger>(node: N, protocol: Logging<N>): void {
  const { state } = node
  while (state.mode === "working" || state.mode === "waiting") {
    const hasReceived = state.plan.length > 0 ? repeatReceipt(node, protocol) : receiveNext(node, protocol)
    if (!hasReceived) break
  }
  if (state.mode === "waiting" && !isHeldUp(node)) {
    state.mode = "working"
    work(node)
  }
  checkpointIfDue(node, protocol)
}

/** Repeats the receipt that belongs to this step. @returns false if it is too early, or the message is not there yet */
function repeatReceipt<N extends Logger>(node: N, protocol: Logging<N>): boolean {
  const { state } = node
  const { from, number, content, depends } = state.plan[0]!
  if (!isHeldUp(node)) return false
  const arrival: Arrival | undefined =
    content === null
      ? takeArrival(node, each => each.from === from)
      : { from, content, ...(depends === undefined ? {} : { depends }) }
  if (arrival === undefined) return false
  invariant(arrival.content.number === number, "a message that is received again is the one that was received")
  state.plan.shift()
  accept(node, from, arrival.content, "now")
  protocol.repeated?.(node, arrival)
  return true
}

function receiveNext<N extends Logger>(node: N, protocol: Logging<N>): boolean {
  if (!hasCaughtUp(node)) return false
  const held = new Set<NodeId>()
  // Messages of one process are received in the order in which they were sent.
  const arrival = takeArrival(node, each => {
    if (held.has(each.from)) return false
    if (protocol.mayReceive?.(node, each) !== false) return true
    held.add(each.from)
    return false
  })
  if (arrival === undefined) return false
  protocol.receive(node, arrival)
  return true
}

/**
 * True if a process that repeats its execution has sent all that others have received from it, and taken all steps up to its
 * latest output. That no other message arrived before those was chance, too, and is not logged: so new messages are received
 * only after them.
 */
function hasCaughtUp({ disk, state: { known, unanswered, process } }: Logger): boolean {
  const { sent, steps } = process.application
  // Counts reported before the answers may leave out messages that were still in flight.
  return steps >= disk.reached && unanswered.size === 0 && known.every((count, to) => sent[to]! >= (count ?? 0))
}

/** Takes the first message that fits out of those that have arrived. */
function takeArrival({ state: { inbox } }: Logger, fits: (arrival: Arrival) => boolean): Arrival | undefined {
  const place = inbox.findIndex(fits)
  return place < 0 ? undefined : inbox.splice(place, 1)[0]
}

/**
 * Handles a message of the computation. Duplicates are dropped, and so are messages after a gap left by a crash: their
 * sender resends all of them once it knows of the gap.
 */
export function handleArrival<N extends Logger>(node: N, arrival: Arrival, protocol: Logging<N>): void {
  if (arrival.content.number !== messagesOf(node, arrival.from)) return
  node.state.inbox.push(arrival)
  proceed(node, protocol)
}

/** The number of messages of a process that this one has received or buffered. */
export function messagesOf({ state: { process, plan, inbox } }: Logger, from: NodeId): number {
  const planned = plan.filter(each => each.from === from && each.content !== null).length
  return process.application.received[from]! + planned + inbox.filter(each => each.from === from).length
}

/** Logs a message, and transmits it unless the receiver has it or is yet to report what it has. */
export function sendMessage<N extends Logger>(node: N, message: SentMessage, protocol: Logging<N>): void {
  node.state.unsaved.push(message)
  const isSuppressed = !isLacking(node, message)
  reportSent(node, message, isSuppressed, isSuppressed ? 0 : protocol.transmit(node, message))
}

/** True if the receiver is known to lack the message; false while it is yet to report. */
export function isLacking({ state }: Logger, { to, content }: SentMessage): boolean {
  const known = state.known[to]!
  return known !== null && content.number >= known
}

export function reportSent(node: Logger, { to, content }: SentMessage, isSuppressed: boolean, determinants = 0): void {
  const added = determinants > 0 ? { determinants } : {}
  node.report({ type: "sent", to, ...content, isSuppressed, ...added }, "now")
}

/** Bytes of a number of steps on the disk. */
const POSITION_BYTES = 8

/**
 * Commits output, once the process's progress is on the disk.
 *
 * @param steps taken before it @param bytes that the disk writes besides
 */
export function commitOutput(node: Logger, output: Output, steps: number, bytes = 0): void {
  if (steps > node.disk.reached) node.save({ reached: steps })
  node.report({ type: "stored", what: "log", bytes: POSITION_BYTES + bytes })
  node.reply(node.id, output)
}

/** Takes a checkpoint, or marks it as due. */
export function handleCheckpointTimer<N extends Logger>(node: N, protocol: Logging<N>): void {
  node.state.isDue = true
  checkpointIfDue(node, protocol)
}

export function checkpointIfDue<N extends Logger>(node: N, protocol: Logging<N>): void {
  const { state } = node
  if (!state.isDue || state.mode !== "working" || protocol.mayCheckpoint?.(node) === false) return
  state.isDue = false
  const index = latestCheckpoint(node).index + 1
  if (protocol.takeCheckpoint === undefined) takeCheckpoint(node, index)
  else protocol.takeCheckpoint(node, index)
}

/** A block is on the disk: with the last one, the process resumes work. */
export function handleBlock<N extends Logger>(node: N, message: Written, protocol: Logging<N>): void {
  handleWritten(node, message, {
    saved(_, checkpoint) {
      protocol.saved(node, checkpoint)
      awaitCheckpoint(node)
      continueWork(node, protocol)
    },
  })
}

/** Schedules the next checkpoint, unless the process has finished. */
export function awaitCheckpoint(node: Logger): void {
  if (!hasFinished(node.state.process)) node.setTimer("checkpoint", node.parameters.interval)
}

/** Forgets checkpoints before the one with an index. */
export function discardBefore(node: Logger, { index }: { readonly index: number }): void {
  const place = node.disk.checkpoints.findIndex(checkpoint => checkpoint.index === index)
  if (place > 0) node.discard("checkpoints", place)
}
