/**
 * Passing messages round the ring; with `repair`, past dead nodes.
 *
 * A node has one successor at a time, and changes it only in two ways that keep messages in order: it sends everything
 * unacknowledged to the next node, or returns to an earlier node when everything is acknowledged.
 */
import type { NodeId, Purpose } from "../../runtime/contract/algorithm.ts"
import type { Circulating, Numbered, Token, TokenRingNode } from "./types.ts"

/** Called with the token if no other node is left to take it. */
export type KeepToken = (node: TokenRingNode, token: Token) => void

/** The node to which this one passes messages; itself if it skips all others. */
export function successorOf({ state }: TokenRingNode): NodeId {
  return state.successors[state.place]!
}

/** Sends a message to the next node of the ring. An election of a node that is assumed dead ends here. */
export function forward(node: TokenRingNode, message: Circulating, purpose: Purpose = "protocol"): void {
  const { state, parameters } = node
  if (isOfSkipped(node, message)) return
  state.serial++
  const numbered = { ...advanced(message, state.place + 1), serial: state.serial }
  const successor = successorOf(node)
  node.send(successor, numbered, purpose)
  if (!parameters.repair || successor === node.id) return
  if (state.unacknowledged.length === 0) node.setTimer("ack", parameters.ackTimeout)
  state.unacknowledged.push({ message: numbered })
}

/** With `repair`: acknowledges a message to its sender. */
export function acknowledge(node: TokenRingNode, { serial }: Numbered<Circulating>, sender: NodeId): void {
  if (node.parameters.repair && sender !== node.id) node.send(sender, { type: "Ack", serial })
}

/** The successor has the message, which is dropped from those to resend. */
export function acknowledged(node: TokenRingNode, serial: number, by: NodeId): void {
  const { state, parameters } = node
  if (by !== successorOf(node)) return
  state.unacknowledged = state.unacknowledged.filter(({ message }) => message.serial !== serial)
  if (state.unacknowledged.length > 0) return node.setTimer("ack", parameters.ackTimeout)
  node.cancelTimer("ack")
  returnToSuccessor(node)
}

/** The successor is silent: everything that it has not acknowledged goes to the node after it. */
export function skipSuccessor(node: TokenRingNode, keepToken: KeepToken): void {
  const { state, parameters } = node
  const passed = state.unacknowledged
  state.unacknowledged = []
  state.place++
  state.returned = null
  node.setTimer("probe", parameters.probeInterval)
  for (const { message } of passed) {
    if (isOfSkipped(node, message)) continue
    const further = { ...advanced(message, 1), serial: message.serial }
    const successor = successorOf(node)
    if (successor === node.id && further.type === "Token") {
      keepToken(node, further)
      continue
    }
    node.send(successor, further, "retransmission")
    if (successor !== node.id) state.unacknowledged.push({ message: further })
  }
  if (state.unacknowledged.length > 0) node.setTimer("ack", parameters.ackTimeout)
}

/** Probes all skipped nodes: are they back? */
export function probeSkipped(node: TokenRingNode): void {
  const { successors, place } = node.state
  for (const skipped of successors.slice(0, place)) node.send(skipped, { type: "Probe" }, "heartbeat")
  if (place > 0) node.setTimer("probe", node.parameters.probeInterval)
}

/** A skipped node is back: it becomes the successor again as soon as everything in flight is acknowledged. */
export function takeBackSuccessor(node: TokenRingNode, back: NodeId): void {
  const { state } = node
  const place = state.successors.indexOf(back)
  if (place >= (state.returned ?? state.place)) return
  state.returned = place
  if (state.unacknowledged.length === 0) returnToSuccessor(node)
}

function returnToSuccessor({ state }: TokenRingNode): void {
  if (state.returned === null) return
  state.place = state.returned
  state.returned = null
}

function isOfSkipped({ state }: TokenRingNode, message: Circulating): boolean {
  return message.type === "Election" && state.successors.indexOf(message.candidate) < state.place
}

/** The message advanced by some steps along the ring. */
function advanced(message: Circulating, steps: number): Circulating {
  if (message.type !== "Token") return message
  return { ...message, position: message.position + steps, idle: message.idle + steps }
}
