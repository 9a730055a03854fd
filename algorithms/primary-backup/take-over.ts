/** Take-over by the view service: replicas ping it, stop when it asks them to, and enter the views that it forms. */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { becomeJoining, join } from "./joining.ts"
import { becomePrimary, changeMembers } from "./members.ts"
import type { Replica, Suspend, ViewMessage } from "./types.ts"
import { enterReign } from "./updates.ts"
import { believe, isMember, leaveOffice, sendToService } from "./views.ts"

/** Sends the view service a sign of life. */
export function ping(node: Replica): void {
  const { view, life } = node.state
  for (const service of node.role("view-service")) {
    node.send(service, { type: "Ping", view: view.number, primary: view.primary, life }, "heartbeat")
  }
}

/** Stops in its view, and reports how many updates it has: the replica with the most will be the primary. */
export function handleSuspend(node: Replica, { view }: Suspend): void {
  const { state } = node
  if (view <= state.view.number || view < state.forming || state.status === "joining") return
  if (view > state.forming) {
    state.forming = view
    believe(node, null)
  }
  sendToService(node, { type: "Count", view, life: state.life, count: state.count })
}

/** Enters a view. A replica that is not a member joins, unless the primary has already shipped it a state and counts on it. */
export function handleView(node: Replica, { view }: ViewMessage): void {
  const { state } = node
  if (view.number < state.view.number || view.number < state.forming) return
  const before = state.view
  state.view = view
  if (view.number > before.number) believe(node, view.primary)
  if (isMember(node)) return enterView(node)
  if (state.status === "joining") {
    if (view.primary !== before.primary || before.number === 0) join(node, "protocol")
  } else if (state.status !== "standby" || view.since !== before.since) becomeJoining(node)
}

function enterView(node: Replica): void {
  const { state, id } = node
  invariant(state.status !== "joining", "no member of a view is without its state")
  const { primary, since } = state.view
  if (primary !== id) {
    if (state.status === "primary") leaveOffice(node)
    state.status = "backup"
    enterReign(node)
  } else if (state.status === "primary" && state.reign === since) changeMembers(node)
  else becomePrimary(node)
}
