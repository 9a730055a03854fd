/**
 * Take-over by timeouts: a backup that misses the primary's heartbeats assumes that it is dead, and the next in line takes over.
 *
 * Nobody is asked. Where a heartbeat can be lost, or late, or a link cut, there are two primaries, and each drops the other from
 * its view and answers clients. When they hear of each other, the one of the earlier reign gives up, and what it told its clients is
 * gone.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"
import { becomeJoining, join } from "./joining.ts"
import { becomePrimary } from "./members.ts"
import type { Replica, View, ViewMessage } from "./types.ts"
import { awaitPrimary, believe, isMember, isNewer, isSynchronised, leaveOffice, reignAfter } from "./views.ts"

/** The primary lets the others hear of it. */
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
  // After its reign, not after the latest of its views: of that one only some replicas may have heard.
  const since = reignAfter(state.view.since, next.id, size)
  const isNext = next.id === node.id
  // The members of the first view are for its primary to say. Until then a backup is before all views of that reign.
  state.view = { number: isNext ? since : since - 1, primary: next.id, since, members }
  believe(node, next.id)
  if (isNext) becomePrimary(node)
  else awaitPrimary(node)
}

/** A primary is alive. A newer view is followed; who believed to be the primary gives up, and forgets. */
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
