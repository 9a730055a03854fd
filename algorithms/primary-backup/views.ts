/** Views as replicas see them: membership, primary, and order. */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import type { Member, Replica, ToService, View } from "./types.ts"

export const NO_VIEW: View = { number: 0, primary: 0, since: 0, members: [] }

/** The first view of a group: all are members, in the order of their ids from the primary on. */
export function firstView(primary: NodeId, size: number): View {
  const others = Array.from({ length: size }, (_, id) => id).filter(id => id !== primary)
  return { number: 1, primary, since: 1, members: [primary, ...others].map(id => ({ id, life: 0, count: 0 })) }
}

export function memberOf({ members }: View, id: NodeId): Member | undefined {
  return members.find(member => member.id === id)
}

/** True if a view comes after another: one of a later reign comes after all of an earlier one, whatever their numbers. */
export function isNewer(view: View, than: View): boolean {
  return view.since > than.since || (view.since === than.since && view.number > than.number)
}

/**
 * By timeouts: the number of the view in which a replica takes over after one of the reign `since`. It is the next number
 * that is congruent to the replica's id modulo the number of replicas, so no two replicas choose the same.
 */
export function reignAfter(since: number, id: NodeId, size: number): number {
  const next = since + 1
  return next + ((id - (next % size) + size) % size)
}

/** True if nodes decide by timeouts, without a view service. */
export function isTimed({ parameters }: Replica): boolean {
  return parameters.takeover === "timeouts"
}

export function isBlocking({ parameters }: Replica): boolean {
  return parameters.replies === "blocking"
}

/** True if a replica is the primary of its view, and no other is being formed. */
export function isServing({ state: { status, forming, view } }: Replica): boolean {
  return status === "primary" && forming <= view.number
}

/** True if a replica, in its current life, is a member of its view. */
export function isMember({ id, state: { view, life } }: Replica): boolean {
  return memberOf(view, id)?.life === life
}

/** True if a replica's state comes from the primary of its view. */
export function isSynchronised({ state: { status, reign, view } }: Replica): boolean {
  return status !== "joining" && reign === view.since
}

export function believe(node: Replica, leader: NodeId | null): void {
  node.report({ type: "believes", leader, epoch: epochOf(node) })
}

/** The number of the latest view that a replica knows; by timeouts that of the reign, since the primary numbers its own views. */
export function epochOf(node: Replica): number {
  const { view, forming } = node.state
  return isTimed(node) ? view.since : Math.max(view.number, forming)
}

export function sendToService(node: Replica, message: ToService): void {
  for (const service of node.role("view-service")) node.send(service, message)
}

/** Waits for the next heartbeat of the primary. */
export function awaitPrimary(node: Replica): void {
  node.setTimer("primary", node.parameters.detectionTimeout)
}

/** Stops acting as the primary. */
export function leaveOffice(node: Replica): void {
  const { state } = node
  node.cancelTimer("resend")
  for (const peer of node.peers) node.cancelTimer("backup", peer)
  state.backups.fill(null)
  state.reads = []
}
