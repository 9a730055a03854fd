/**
 * Take-over by timeouts: a backup that misses the primary's heartbeats assumes that it is dead, and the next in line takes over.
 *
 * There is no agreement: a lost or late heartbeat, or a cut link, leads to two primaries, each of which drops the other from
 * its view and answers clients. When they hear of each other, the one of the earlier reign gives up, and the updates that it
 * acknowledged to its clients are lost.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { becomeJoining, join } from "./joining.ts"
import { becomePrimary } from "./members.ts"
import type { Replica, View, ViewMessage } from "./types.ts"
import { awaitPrimary, believe, isMember, isNewer, isSynchronised, leaveOffice, reignAfter } from "./views.ts"

/** The primary sends its heartbeat. */
export function sendAlive(node: Replica): void {
  const { status, view } = node.state
  if (status === "primary") node.broadcast({ type: "View", view }, "heartbeat")
}

/** The primary is dead: the next in line takes over, and the others wait to hear from that one. */
export function primaryTimedOut(node: Replica): void {
  const { state, size } = node
  if (state.status !== "backup") return
  const members = state.view.members.filter(({ id }) => id !== state.view.primary)
  const [next] = members
  if (next === undefined) return
  // Numbered after its reign, not after its latest view, which only some replicas may know.
  const since = reignAfter(state.view.since, next.id, size)
  const isNext = next.id === node.id
  // The primary determines the members of its first view. Until then a backup's view precedes all views of that reign.
  state.view = { number: isNext ? since : since - 1, primary: next.id, since, members }
  believe(node, next.id)
  if (isNext) becomePrimary(node)
  else awaitPrimary(node)
}

/** A primary is alive: adopts its view if newer; another primary then gives up, and forgets its state. */
export function handleHeartbeat(node: Replica, { view }: ViewMessage, from: NodeId): void {
  const { state } = node
  if (isNewer(state.view, view) || from !== view.primary) return
  if (isNewer(view, state.view)) follow(node, view)
  awaitPrimary(node)
}

function follow(node: Replica, view: View): void {
  const { state } = node
  const isSamePrimary = view.since === state.view.since
  const isAsking = state.status === "joining" && state.view.number > 0 && state.view.primary === view.primary
  if (state.status === "primary") leaveOffice(node)
  state.view = view
  if (!isSamePrimary) believe(node, view.primary)
  if (state.status === "joining") {
    if (!isAsking) join(node, "protocol")
  } else if (isMember(node)) {
    state.status = "backup"
    if (!isSynchronised(node)) join(node, "protocol")
  } else if (state.status !== "standby" || !isSynchronised(node)) becomeJoining(node)
}
