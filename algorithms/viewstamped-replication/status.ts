/** Entering a view, as its primary, as a backup or to change to it; messages to its replicas; beliefs about who leads. */
import { invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { opNumber } from "./log.ts"
import { type Incarnation, type Message, type Prepare, primaryIn, type Replica, type Request } from "./types.ts"

/**
 * Normal operation in a view whose log it has.
 *
 * @param isLed false if a backup cannot tell yet whether the primary has begun: it believes in that once it hears from it
 */
export function becomeNormal(node: Replica, view: number, isLed = true): void {
  const { state } = node
  const primary = primaryIn(state, view)
  invariant(
    state.configuration.members.includes(node.id),
    "only replicas of the group are in normal operation (§7.1.1)",
  )
  invariant(view >= state.viewNumber, "view-numbers never fall (§4)")
  leaveView(node)
  state.status = "normal"
  state.viewNumber = view
  state.lastNormalView = view
  if (isLed || primary === node.id) believe(node, primary)
  if (primary !== node.id) return awaitPrimary(node)
  state.prepared[node.id] = opNumber(state)
  for (const request of state.requests.slice(state.commitNumber - state.checkpoint.opNumber)) {
    if (request.type === "Command") state.pending.set(request.session, request.sequence)
  }
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

/** Ends its activity in its view: as primary or backup, in a view change or recovery. */
export function leaveView(node: Replica): void {
  const { state } = node
  for (const timer of ["heartbeat", "viewChange", "resend", "transfer", "gap", "transition"] as const)
    node.cancelTimer(timer)
  state.prepared.fill(0)
  state.pending.clear()
  state.early.clear()
  state.startViewChanges.fill(null)
  state.doViewChanges.fill(null)
  state.recoveryResponses.fill(null)
  state.isTransferring = false
  state.asked = 0
  state.started.fill(false)
}

/** A backup waits for its primary, and any replica for the end of a view change. */
export function awaitPrimary(node: Replica): void {
  node.setTimer("viewChange", node.parameters.viewChangeTimeout)
}

/** Sends to all other replicas of the group. */
export function sendToGroup(node: Replica, message: Message, purpose?: Purpose): void {
  const { others } = node.state
  if (others.length === node.peers.length) return node.broadcast(message, purpose)
  for (const replica of others) node.send(replica, message, purpose)
}

/** The primary adds a request to its log, and has the backups prepare it (§4.1, step 3). */
export function prepareRequest(node: Replica, request: Request): void {
  const { state } = node
  state.requests.push(request)
  state.prepared[node.id] = opNumber(state)
  sendToGroup(node, prepareOf(node))
  node.setTimer("heartbeat", node.parameters.heartbeatInterval)
}

/** The Prepare of the latest request in the log. */
export function prepareOf({ state }: Replica): Prepare {
  const request = state.requests.at(-1)
  invariant(request !== undefined, "what is prepared is in the log (§4.1, step 3)")
  const { viewNumber: view, commitNumber } = state
  return { type: "Prepare", view, request, opNumber: opNumber(state), commitNumber }
}

/** Reports to the primary how much of its log this backup has. */
export function acknowledge(node: Replica): void {
  const { state } = node
  invariant(state.status === "normal", "only in normal operation does a replica prepare requests (§4.1)")
  node.send(primaryIn(state, state.viewNumber), {
    type: "PrepareOk",
    view: state.viewNumber,
    opNumber: opNumber(state),
  })
}

/** Prepares early requests whose predecessors are in the log now. */
export function prepareEarly(node: Replica): void {
  const { early, requests } = node.state
  if (early.size === 0) return
  for (;;) {
    const number = opNumber(node.state) + 1
    const request = early.get(number)
    if (request === undefined) break
    early.delete(number)
    requests.push(request)
    acknowledge(node)
  }
  for (const number of early.keys()) if (number <= opNumber(node.state)) early.delete(number)
  if (early.size === 0) node.cancelTimer("gap")
}

/** In normal operation, a message from the primary of its view shows that this has begun. */
export function hear(node: Replica, from: NodeId): void {
  if (node.state.leader === null && from === primaryIn(node.state, node.state.viewNumber)) believe(node, from)
}

export function believe(node: Replica, leader: NodeId | null): void {
  node.state.leader = leader
  node.report({ type: "believes", leader, epoch: node.state.viewNumber })
}

/**
 * Learns the latest lives of others, and revokes votes counted from earlier ones.
 *
 * @returns false if `from` has crashed since it sent what came with this vector: that is to be ignored
 */
export function learnLives(node: Replica, crashVector: readonly Incarnation[], from: NodeId): boolean {
  if (!node.parameters.crashVectors) return true
  const { state } = node
  crashVector.forEach((incarnation, id) => learnLife(node, id, incarnation))
  return crashVector[from]! >= state.crashVector[from]!
}

/** Learns that a replica is in its life `incarnation`, or a later one. */
export function learnLife(node: Replica, id: NodeId, incarnation: Incarnation): void {
  const { crashVector, startViewChanges, recoveryResponses } = node.state
  if (incarnation <= crashVector[id]!) return
  crashVector[id] = incarnation
  if (!node.parameters.crashVectors) return
  startViewChanges[id] = null
  recoveryResponses[id] = null
}
