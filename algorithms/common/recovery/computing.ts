/** The computation under a protocol that rolls back: it begins, sends, and receives in order while it works. */
import { accept, contentFor, finishStep, reportIfFinished, work } from "./process.ts"
import type { ApplicationMessage, Protocol, Saver } from "./types.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import type { Content } from "../../../services/recovery/program.ts"

/** Starts or resumes work, first receiving what has arrived meanwhile. */
export function resume<N extends Saver>(node: N, protocol: Protocol<N>): void {
  continueWork(node, protocol)
  protocol.resumed(node)
}

/** Resumes work after a pause. */
export function continueWork<N extends Saver>(node: N, protocol: Protocol<N>): void {
  node.state.mode = "working"
  work(node)
  receiveWaiting(node, protocol)
}

/**
 * Ends a step. Its output waits to be committed.
 *
 * @param messageOf the protocol's message for a content
 * @param isKept the sender keeps what it sends, with its next checkpoint
 */
export function endStep(node: Saver, messageOf: (content: Content) => ApplicationMessage, isKept = true): void {
  const { action } = finishStep(node)
  if (action.type === "message") {
    const content = contentFor(node.state.process, action.to)
    if (isKept) node.state.unsaved.push({ to: action.to, content })
    node.report({ type: "sent", to: action.to, ...content, isSuppressed: false })
    node.send(action.to, messageOf(content))
  }
  if (action.type === "output") {
    const { outputs, digest } = node.state.process.application
    node.state.outputs.push({ type: "Output", number: outputs - 1, digest })
  }
  reportIfFinished(node)
}

/** A message of the computation in a protocol that adds nothing to it. */
export function plainMessage({ state }: Saver, content: Content): ApplicationMessage {
  return { type: "Application", epoch: state.epoch, content }
}

/** Resends, from this process's log, the messages that others lack in their states. */
export function resendKept(
  node: Saver,
  received: readonly (readonly number[])[],
  messageOf: (content: Content) => ApplicationMessage,
): void {
  const { disk, state } = node
  for (const { to, content } of [...disk.sent, ...state.unsaved]) {
    if (content.number >= received[to]![node.id]!) node.send(to, messageOf(content), "retransmission")
  }
}

/** Handles a message of the computation. One from before a recovery is dropped. */
export function handleApplication<N extends Saver>(
  node: N,
  message: ApplicationMessage,
  from: NodeId,
  protocol: Protocol<N>,
): void {
  if (message.epoch !== node.state.epoch) return
  node.state.inbox.push({ from, message })
  receiveWaiting(node, protocol)
}

function receiveWaiting<N extends Saver>(node: N, protocol: Protocol<N>): void {
  const { state } = node
  while (state.mode === "working") {
    const [next] = state.inbox
    if (next === undefined) return
    if (protocol.mayReceive?.(node, next.message) === false) return
    state.inbox.shift()
    accept(node, next.from, next.message.content)
  }
}
