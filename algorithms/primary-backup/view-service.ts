/**
 * The view service: a process that hears of all replicas, and alone decides who is the primary.
 *
 * It numbers views. A backup that is silent is removed. If the primary is, the service has the members stop, asks how many
 * updates each has, and makes the one with the most the primary of the next view (so the master of a primary-backup group in
 * van Renesse and Schneider 2004). A view is formed of members of the one before, in the lives that that one was about, and
 * of replicas whose state its primary vouches for: so all of them have all that clients know of.
 *
 * The service is one process, whose disk survives. While it is down the primary continues, and nobody takes over.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import type { Admit, Count, Member, Ping, Suspect, View, ViewService } from "./types.ts"
import { firstView, memberOf } from "./views.ts"

/** After a boot everybody is taken to be alive until the time for a sign of life is over. */
export function startService(service: ViewService): void {
  if (service.disk.view !== null) for (const replica of service.peers) hear(service, replica)
}

// --- Who is alive ----------------------------------------------------------------------------------------------------

/** A replica is alive. In another life than its view is about it has lost its state. */
export function handlePing(service: ViewService, { view: number, primary, life }: Ping, from: NodeId): void {
  const { state } = service
  if (life < state.lives[from]!) return
  state.lives[from] = life
  if (service.disk.view === null) {
    if (number > 0) found(service, primary)
    return
  }
  const isLost = (memberOf(service.disk.view, from)?.life ?? life) < life
  // What a primary has answered may be on its way to the backups; it is not when its silence is noticed.
  if (isLost && service.parameters.replies === "non-blocking" && from === service.disk.view.primary) return
  hear(service, from)
  if (isLost) lose(service, service.disk.view, from)
  const { view, forming } = service.disk
  if (forming !== null) {
    const isAsked = memberOf(view, from)?.life === life && state.counts[from] === null
    if (isAsked) service.send(from, { type: "Suspend", view: forming }, "retransmission")
    return
  }
  if (from === view.primary) hearPrimary(service, view)
  const latest = service.disk.view
  if (number < latest.number) service.send(from, { type: "View", view: latest }, "retransmission")
}

/** The group begins in its first view, whose primary all replicas know. */
function found(service: ViewService, primary: NodeId): void {
  service.save({ view: firstView(primary, service.size) })
  for (const replica of service.peers) hear(service, replica)
}

function hear(service: ViewService, replica: NodeId): void {
  service.state.isSilent[replica] = false
  service.setTimer("silence", service.parameters.detectionTimeout, replica)
}

/** The primary has been heard of: for a while, those who are silent are so alone, and the service is not cut off from all. */
function hearPrimary(service: ViewService, view: View): void {
  const { detectionTimeout, heartbeatInterval } = service.parameters
  service.state.primaryDue = service.now() + detectionTimeout - heartbeatInterval
  removeSilent(service, view)
}

export function silenceTimedOut(service: ViewService, replica: NodeId): void {
  const { state } = service
  const { view, forming } = service.disk
  state.isSilent[replica] = true
  if (view === null || memberOf(view, replica) === undefined) return
  if (forming !== null) formView(service, view, forming)
  else if (replica === view.primary) beginForming(service, view)
  else if (!service.isOver(state.primaryDue)) removeSilent(service, view)
}

/** A member has begun another life. */
function lose(service: ViewService, view: View, replica: NodeId): void {
  const { forming } = service.disk
  if (forming !== null) formView(service, view, forming)
  else if (replica === view.primary) beginForming(service, view)
  else changeMembers(service, view, others(view, replica))
}

// --- Views with the same primary -------------------------------------------------------------------------------------

function removeSilent(service: ViewService, view: View): void {
  const { isSilent } = service.state
  const members = view.members.filter(({ id }) => id === view.primary || !isSilent[id])
  if (members.length < view.members.length) changeMembers(service, view, members)
}

/** The primary counts on a replica that has its state. */
export function handleAdmit(service: ViewService, { view: number, member }: Admit, from: NodeId): void {
  const view = viewOf(service, number, from)
  if (view === undefined || memberOf(view, member.id) !== undefined) return
  if (service.state.lives[member.id]! > member.life) return
  hear(service, member.id)
  changeMembers(service, view, [...view.members, member])
}

/** The primary wants to be rid of a replica. The next view is without it, and whatever was to admit it comes too late. */
export function handleSuspect(service: ViewService, { view: number, member, life }: Suspect, from: NodeId): void {
  const view = viewOf(service, number, from)
  if (view === undefined) return
  const members = view.members.filter(other => other.id !== member || other.life !== life)
  changeMembers(service, view, members)
}

/** The present view, if a message is about that, by its primary, and no other is being formed. */
function viewOf({ disk: { view, forming } }: ViewService, number: number, from: NodeId): View | undefined {
  return view !== null && forming === null && view.number === number && view.primary === from ? view : undefined
}

function others({ members }: View, replica: NodeId): readonly Member[] {
  return members.filter(({ id }) => id !== replica)
}

function changeMembers(service: ViewService, view: View, members: readonly Member[]): void {
  beginView(service, { ...view, number: view.number + 1, members })
}

function beginView(service: ViewService, view: View): void {
  invariant(memberOf(view, view.primary) !== undefined, "the primary is a member of its view")
  service.save({ view, forming: null })
  for (const { id } of view.members) service.send(id, { type: "View", view })
}

// --- Views with another primary --------------------------------------------------------------------------------------

/** Has the members stop. The only one of a view has no successor: nobody else has its state. */
function beginForming(service: ViewService, view: View): void {
  const { state } = service
  if (view.members.length === 1) return
  const forming = view.number + 1
  service.save({ forming })
  state.counts.fill(null)
  for (const { id } of view.members) if (!state.isSilent[id]) service.send(id, { type: "Suspend", view: forming })
}

export function handleCount(service: ViewService, { view: number, life, count }: Count, from: NodeId): void {
  const { view, forming } = service.disk
  if (view === null || forming !== number || memberOf(view, from)?.life !== life) return
  service.state.counts[from] = count
  formView(service, view, forming)
}

/** Begins the view once all members have answered that are alive, with all that they had. */
function formView(service: ViewService, view: View, number: number): void {
  const { isSilent, lives, counts } = service.state
  const alive = view.members.filter(({ id, life }) => !isSilent[id] && lives[id]! <= life)
  const members = alive.flatMap(member => {
    const count = counts[member.id] ?? null
    return count === null ? [] : [{ ...member, count }]
  })
  const [first] = members
  if (first === undefined || members.length < alive.length) return
  const { id } = members.reduce((best, member) => (member.count > best.count ? member : best), first)
  beginView(service, { number, primary: id, since: number, members })
}
