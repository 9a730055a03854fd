/**
 * Passing messages round the ring; with `repair`, past dead members.
 *
 * Chang and Roberts assume a ring that neither loses messages nor members. The repaired ring is the usual extension
 * (Tanenbaum and van Steen, "Distributed Systems", §6.5: "if the successor is down, the sender skips over the
 * successor and goes to the next member along the ring"): it takes whoever does not acknowledge for dead.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Circulating, Message, Passed, RingNode } from "./types.ts"

/** Sends a message to the next member of the ring. */
export function passOn(node: RingNode, message: Circulating): void {
  passTo(node, 0, message)
}

/** With `repair`: tells the sender that its message has arrived. */
export function acknowledge(node: RingNode, message: Circulating, sender: NodeId): void {
  if (!node.parameters.repair || sender === node.id) return
  node.send(sender, { type: "Ack", of: message.type, subject: subjectOf(message), election: message.election })
}

/** The successor has the message; nothing more needs to be done for it. */
export function acknowledged(node: RingNode, ack: Message & { type: "Ack" }, by: NodeId): void {
  const { state } = node
  const isMeant = ({ message, place }: Passed): boolean =>
    state.successors[place] === by &&
    message.type === ack.of &&
    subjectOf(message) === ack.subject &&
    message.election === ack.election
  state.unacknowledged = state.unacknowledged.filter(passed => !isMeant(passed))
}

/** Passes everything that was not acknowledged in time to the next member but one. */
export function skipSilentMembers(node: RingNode): void {
  const { state } = node
  const late = state.unacknowledged.filter(({ deadline }) => deadline <= node.now())
  state.unacknowledged = state.unacknowledged.filter(({ deadline }) => deadline > node.now())
  for (const { message, place } of late) {
    // A candidate or leader that is dead itself: its message would go round for ever.
    if (state.successors[place] !== subjectOf(message)) passTo(node, place + 1, message)
  }
  awaitAcks(node)
}

function passTo(node: RingNode, place: number, message: Circulating): void {
  const { state, parameters } = node
  const successor = state.successors[place]
  invariant(
    successor !== undefined,
    "a message goes round the ring once and ends at its sender (Chang and Roberts 1979)",
  )
  invariant(
    message.type !== "Election" || message.candidate >= node.id,
    "a member passes on no candidate smaller than itself (Chang and Roberts 1979)",
  )
  node.send(successor, message)
  if (!parameters.repair || successor === node.id) return
  state.unacknowledged.push({ message, place, deadline: node.now() + parameters.ackTimeout })
  awaitAcks(node)
}

function awaitAcks(node: RingNode): void {
  const oldest = node.state.unacknowledged[0]
  if (oldest !== undefined) node.setTimer("ack", Math.max(0, oldest.deadline - node.now()))
}

function subjectOf(message: Circulating): NodeId {
  return message.type === "Election" ? message.candidate : message.leader
}
