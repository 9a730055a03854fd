/**
 * Passing messages round the ring; with `repair`, past dead members.
 *
 * Chang and Roberts assume a ring that neither loses messages nor members. The repaired ring is the usual extension
 * (Tanenbaum and van Steen, "Distributed Systems", §6.5: "if the successor is down, the sender skips over the successor and
 * goes to the next member along the ring"): it assumes that a member that does not acknowledge has failed.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Circulating, Message, Passed, RingNode } from "./types.ts"

/** Sends a message to the next member of the ring. */
export function forward(node: RingNode, message: Circulating): void {
  forwardTo(node, 0, message)
}

/** With `repair`: acknowledges a message to its sender. */
export function acknowledge(node: RingNode, message: Circulating, sender: NodeId): void {
  if (!node.parameters.repair || sender === node.id) return
  node.send(sender, { type: "Ack", of: message.type, subject: subjectOf(message), election: message.election })
}

/** The successor has the message, which is dropped from those to resend. */
export function acknowledged(node: RingNode, ack: Message & { type: "Ack" }, by: NodeId): void {
  const { state } = node
  const isMeant = ({ message, place }: Passed): boolean =>
    state.successors[place] === by &&
    message.type === ack.of &&
    subjectOf(message) === ack.subject &&
    message.election === ack.election
  for (const { key } of state.unacknowledged.filter(isMeant)) node.cancelTimer("ack", key)
  state.unacknowledged = state.unacknowledged.filter(passed => !isMeant(passed))
}

/** Passes a message that was not acknowledged in time to the next member but one. */
export function skipSilentMember(node: RingNode, key: number): void {
  const { state } = node
  const late = state.unacknowledged.find(passed => passed.key === key)
  invariant(late !== undefined, "who has acknowledged a message is not waited for")
  state.unacknowledged = state.unacknowledged.filter(passed => passed !== late)
  // The candidate or leader itself has failed: its message would go round forever.
  if (state.successors[late.place] !== subjectOf(late.message)) forwardTo(node, late.place + 1, late.message)
}

function forwardTo(node: RingNode, place: number, message: Circulating): void {
  const { state, parameters } = node
  const successor = state.successors[place]
  invariant(
    successor !== undefined,
    "a message goes round the ring once and ends at its sender (Chang and Roberts 1979)",
  )
  invariant(
    message.type !== "Election" || message.candidate >= node.id,
    "a member forwards no candidate smaller than itself (Chang and Roberts 1979)",
  )
  node.send(successor, message)
  if (!parameters.repair || successor === node.id) return
  const key = (state.unacknowledged.at(-1)?.key ?? 0) + 1
  state.unacknowledged.push({ message, place, key })
  node.setTimer("ack", parameters.ackTimeout, key)
}

function subjectOf(message: Circulating): NodeId {
  return message.type === "Election" ? message.candidate : message.leader
}
