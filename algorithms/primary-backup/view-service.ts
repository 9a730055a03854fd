/**
 * The view service: a process that hears of all replicas, and alone decides who is the primary.
 *
 * It numbers views. A backup that is silent is removed. If the primary is silent, the service tells the members to stop,
 * asks how many updates each has, and makes the one with the most the primary of the next view (like the master of a
 * primary-backup group in van Renesse and Schneider 2004). A view consists of members of the previous one, in the same
 * lives, and of replicas whose state its primary vouches for: so all of them have all updates that clients know of.
 *
 * One process has a disk, which survives. While it is down the primary continues, and nobody takes over. Several keep the
 * views in a replicated log (`logged-views.ts`): the leader of the log acts, and announces only what the log has.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Admit, Count, Member, Ping, Suspect, View, Views, ViewService } from "./types.ts"
import { firstView, memberOf } from "./views.ts"

/** The keeper of views: a disk, or a log. It announces views once they are stored. */
export type Keep = (service: ViewService, views: Views) => void

/** After a boot all are assumed to be alive until their detection timeouts. */
export function startService(service: ViewService): void {
  if (service.state.views.view !== null) for (const replica of service.peers) hear(service, replica)
}

/** The initial volatile state. */
export function newRound(size: number) {
  return {
    isSilent: Array<boolean>(size).fill(false),
    lives: Array<number>(size).fill(0),
    counts: Array<number | null>(size).fill(null),
    primaryDue: 0,
  }
}

/** Announces stored views to the replicas: to stop, or to begin a view. The first view they know already. */
export function announce(service: ViewService, views: Views): void {
  const { state } = service
  const isFirst = state.views.view === null
  state.views = views
  const { view, forming } = views
  if (isFirst) return startService(service)
  if (forming === null) {
    for (const { id } of view!.members) service.send(id, { type: "View", view: view! })
    return
  }
  state.counts.fill(null)
  for (const { id } of view!.members) if (!state.isSilent[id]) service.send(id, { type: "Suspend", view: forming })
}

// --- Who is alive ----------------------------------------------------------------------------------------------------

/** A replica is alive. If it is in a later life than in the view, it has lost its state. */
export function handlePing(
  service: ViewService,
  { view: number, primary, life }: Ping,
  from: NodeId,
  keep: Keep,
): void {
  const { state } = service
  const { views } = state
  if (life < state.lives[from]!) return
  state.lives[from] = life
  if (views.view === null) {
    if (number > 0) keep(service, { view: firstView(primary, service.size), forming: null })
    return
  }
  const isLost = (memberOf(views.view, from)?.life ?? life) < life
  // Updates that the lost primary has answered may still be in flight to the backups; once its silence is detected they are
  // not.
  if (isLost && service.parameters.replies === "non-blocking" && from === views.view.primary) return
  hear(service, from)
  if (isLost) {
    lose(service, views.view, from, keep)
    // In a log, the decision is not committed yet.
    if (state.register !== null) return
  }
  const { view, forming } = state.views
  if (view === null) return
  if (forming !== null) {
    const isAsked = memberOf(view, from)?.life === life && state.counts[from] === null
    if (isAsked) service.send(from, { type: "Suspend", view: forming }, "retransmission")
    return
  }
  if (from === view.primary) hearPrimary(service, view, keep)
  const latest = state.views.view ?? view
  if (number < latest.number) service.send(from, { type: "View", view: latest }, "retransmission")
}

function hear(service: ViewService, replica: NodeId): void {
  service.state.isSilent[replica] = false
  service.setTimer("silence", service.parameters.detectionTimeout, replica)
}

/** A sign of life from the primary: for a while, silence of others means that they failed, not that the service is cut off. */
function hearPrimary(service: ViewService, view: View, keep: Keep): void {
  const { detectionTimeout, heartbeatInterval } = service.parameters
  service.state.primaryDue = service.now() + detectionTimeout - heartbeatInterval
  removeSilent(service, view, keep)
}

export function silenceTimedOut(service: ViewService, replica: NodeId, keep: Keep): void {
  const { state } = service
  const { view, forming } = state.views
  state.isSilent[replica] = true
  if (view === null || memberOf(view, replica) === undefined) return
  if (forming !== null) formView(service, view, forming, keep)
  else if (replica === view.primary) beginForming(service, view, keep)
  else if (!service.isOver(state.primaryDue)) removeSilent(service, view, keep)
}

/** A member has begun another life. */
function lose(service: ViewService, view: View, replica: NodeId, keep: Keep): void {
  const { forming } = service.state.views
  if (forming !== null) formView(service, view, forming, keep)
  else if (replica === view.primary) beginForming(service, view, keep)
  else changeMembers(service, view, others(view, replica), keep)
}

// --- Views with the same primary -------------------------------------------------------------------------------------

function removeSilent(service: ViewService, view: View, keep: Keep): void {
  const { isSilent } = service.state
  const members = view.members.filter(({ id }) => id === view.primary || !isSilent[id])
  if (members.length < view.members.length) changeMembers(service, view, members, keep)
}

/** The primary counts on a replica that has its state. */
export function handleAdmit(service: ViewService, { view: number, member }: Admit, from: NodeId, keep: Keep): void {
  const view = viewOf(service, number, from)
  if (view === undefined || memberOf(view, member.id) !== undefined) return
  if (service.state.lives[member.id]! > member.life) return
  hear(service, member.id)
  changeMembers(service, view, [...view.members, member], keep)
}

/** The primary wants a replica removed. The next view is without it, and an admission under way is void. */
export function handleSuspect(
  service: ViewService,
  { view: number, member, life }: Suspect,
  from: NodeId,
  keep: Keep,
): void {
  const view = viewOf(service, number, from)
  if (view === undefined) return
  const members = view.members.filter(other => other.id !== member || other.life !== life)
  changeMembers(service, view, members, keep)
}

/** The current view, if a message of its primary is about that, and no other view is being formed. */
function viewOf(
  {
    state: {
      views: { view, forming },
    },
  }: ViewService,
  number: number,
  from: NodeId,
): View | undefined {
  return view !== null && forming === null && view.number === number && view.primary === from ? view : undefined
}

function others({ members }: View, replica: NodeId): readonly Member[] {
  return members.filter(({ id }) => id !== replica)
}

function changeMembers(service: ViewService, view: View, members: readonly Member[], keep: Keep): void {
  beginView(service, { ...view, number: view.number + 1, members }, keep)
}

function beginView(service: ViewService, view: View, keep: Keep): void {
  invariant(memberOf(view, view.primary) !== undefined, "the primary is a member of its view")
  keep(service, { view, forming: null })
}

// --- Views with another primary --------------------------------------------------------------------------------------

/** Tells the members to stop. A single member has no successor: nobody else has its state. */
function beginForming(service: ViewService, view: View, keep: Keep): void {
  if (view.members.length > 1) keep(service, { view, forming: view.number + 1 })
}

export function handleCount(
  service: ViewService,
  { view: number, life, count }: Count,
  from: NodeId,
  keep: Keep,
): void {
  const { view, forming } = service.state.views
  if (view === null || forming !== number || memberOf(view, from)?.life !== life) return
  service.state.counts[from] = count
  formView(service, view, forming, keep)
}

/** Begins the view once all members that are alive, with their state, have answered. */
function formView(service: ViewService, view: View, number: number, keep: Keep): void {
  const { isSilent, lives, counts } = service.state
  const alive = view.members.filter(({ id, life }) => !isSilent[id] && lives[id]! <= life)
  const members = alive.flatMap(member => {
    const count = counts[member.id] ?? null
    return count === null ? [] : [{ ...member, count }]
  })
  const [first] = members
  if (first === undefined || members.length < alive.length) return
  const { id } = members.reduce((best, member) => (member.count > best.count ? member : best), first)
  beginView(service, { number, primary: id, since: number, members }, keep)
}
