/** Take-over by the view service: replicas let it hear of them, stop when it says so, and enter the views that it forms. */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { becomeJoining, join } from "./joining.ts"
import { becomePrimary, changeMembers } from "./members.ts"
import type { Replica, Suspend, ViewMessage } from "./types.ts"
import { enterReign } from "./updates.ts"
import { believe, isMember, leaveOffice, sendToService } from "./views.ts"

/** Lets the view service hear of this replica. */
export function ping(node: Replica): void {
  const { view, life } = node.state
  for (const service of node.role("view-service")) {
    node.send(service, { type: "Ping", view: view.number, primary: view.primary, life }, "heartbeat")
  }
}

/** Stops in its view, and says how many updates this replica has: the one with the most will be the primary. */
export function handleSuspend(node: Replica, { view }: Suspend): void {
  const { state } = node
  if (view <= state.view.number || view < state.forming || state.status === "joining") return
  if (view > state.forming) {
    state.forming = view
    believe(node, null)
  }
  sendToService(node, { type: "Count", view, life: state.life, count: state.count })
}

/** Enters a view. Who is no member of it is to join, unless its primary has shipped it a state and counts on it already. */
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
