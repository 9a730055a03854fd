/**
 * From one epoch to the next (§7.1): the end of the old group's epoch, the start of the new group's, and the shutdown of
 * the replicas that are being replaced.
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import {
  addedBy,
  type Configuration,
  epochOf,
  failuresOf,
  firstView,
  isReplaced,
  primaryOf,
  replacedBy,
} from "./configuration.ts"
import { executeUpTo, opNumber } from "./log.ts"
import { becomeNormal, believe, leaveView, prepareRequest, sendToGroup } from "./status.ts"
import { type EpochStarted, isPrimary, type Replica, type StartEpoch, type State, takesPart } from "./types.ts"

// --- The end of an epoch ---------------------------------------------------------------------------------------------

/** Executes what is committed. A Reconfiguration ends the epoch, and the replica moves to the next one (§7.1, step 3). */
export function commit(node: Replica, commitNumber: number): void {
  const next = executeUpTo(node, commitNumber)
  if (next === null) return
  const wasPrimary = isPrimary(node)
  if (wasPrimary) announce(node, next)
  enterEpoch(node, next)
  if (wasPrimary) answerReconfiguration(node, next)
}

/** Step 3: the old primary tells the old group by Commit, and the replicas that are new by StartEpoch. */
function announce(node: Replica, next: Configuration): void {
  const { viewNumber: view, commitNumber } = node.state
  sendToGroup(node, { type: "Commit", view, commitNumber })
  for (const replica of addedBy(next)) node.send(replica, { type: "StartEpoch", configuration: next })
}

/** Refers the operator to the primary of the new group, whose answer shows that this has started (§7.3, §7.4). */
function answerReconfiguration(node: Replica, { operator, epoch, members }: Configuration): void {
  if (operator === null) return
  const { client, sequence } = operator
  const leader = primaryOf(firstView(epoch), members)
  if (leader !== node.id) return node.reply(client, { type: "Redirect", sequence, leader })
  invariant(isPrimary(node), "a replica that has executed a Reconfiguration has all before it (§7.1.1, step 2)")
  prepareRequest(node, { type: "CheckEpoch", client, sequence })
}

// --- The start of an epoch (§7.1.1, §7.1.2) ----------------------------------------------------------------------------

/** Step 1: learns of a later epoch. A replica that is not in its group is a spare from now on. */
export function enterEpoch(node: Replica, configuration: Configuration): void {
  const { id, state } = node
  const { epoch, members, old, start } = configuration
  invariant(epoch > state.configuration.epoch, "epoch-numbers never fall (§7.1)")
  const isRecovering = state.status === "recovering"
  state.configuration = configuration
  state.others = members.filter(replica => replica !== id)
  state.viewNumber = firstView(epoch)
  // A recovering replica continues with the new group, and counts the answers that it already has from that (§7.2).
  if (isRecovering) return
  leaveView(node)
  state.status = "transitioning"
  believe(node, null)
  if (holdsAll(state, configuration)) executeUpTo(node, start)
  if (members.includes(id)) {
    if (state.commitNumber >= start) startIn(node, state.viewNumber)
    else askForEpochState(node)
  } else if (old.includes(id)) awaitStart(node)
  else leaveGroup(node)
}

/** True if the log holds the Reconfiguration that began an epoch, and so all before it, be it known as committed or not. */
function holdsAll({ checkpoint, requests, commitNumber }: State, { start, madeIn }: Configuration): boolean {
  if (commitNumber >= start) return true
  const request = requests[start - checkpoint.opNumber - 1]
  return request?.type === "Reconfiguration" && request.next.madeIn === madeIn
}

/**
 * §7.1.1, step 3: has the log up to the start of its epoch, and takes part from now on. The first view of an epoch has no
 * StartView, and its primary may be the last to learn of it.
 */
export function startIn(node: Replica, view: number): void {
  const { state } = node
  invariant(
    opNumber(state) >= state.configuration.start,
    "a replica starts with all that the old group committed (§7.1.1)",
  )
  becomeNormal(node, view, view > firstView(epochOf(view)))
  for (const replica of replacedBy(state.configuration)) node.send(replica, { type: "EpochStarted", view })
}

/** Learns of an epoch from another replica. If it knows the epoch already, the other one may still be waiting (§7.1.1). */
export function handleStartEpoch(node: Replica, { configuration }: StartEpoch, from: NodeId): void {
  const { state } = node
  const { epoch } = configuration
  if (epoch < state.configuration.epoch) inform(node, from)
  else if (epoch > state.configuration.epoch) enterEpoch(node, configuration)
  else if (takesPart(state) && isReplaced(state.configuration, from)) {
    node.send(from, { type: "EpochStarted", view: state.viewNumber }, "retransmission")
  }
}

// --- The state of the old group (§7.1.1, step 2) ------------------------------------------------------------------------

/** Asks one replica after the other: of the old group those that stay, then those that leave, and then new ones. */
function askForEpochState(node: Replica): void {
  const { id, state } = node
  const { old, members } = state.configuration
  const staying = old.filter(replica => members.includes(replica))
  const sources = [...staying, ...replacedBy(state.configuration), ...addedBy(state.configuration)].filter(
    replica => replica !== id,
  )
  const source = sources[state.asked % sources.length]!
  const purpose = state.asked === 0 ? "protocol" : "retransmission"
  state.asked++
  node.send(source, { type: "GetEpochState", view: state.viewNumber, opNumber: state.commitNumber }, purpose)
  node.setTimer("transition", node.parameters.heartbeatInterval)
}

/** True if a replica can give the state of its epoch: it has started, or is being replaced and has the whole log. */
export function canGiveState(state: State): boolean {
  return takesPart(state) || (state.status === "transitioning" && state.commitNumber >= state.configuration.start)
}

// --- Replicas that are being replaced (§7.1.2) ---------------------------------------------------------------------------

/** Step 2: gives the state to any replica that asks, until enough of the new group have it. */
function awaitStart(node: Replica): void {
  node.setTimer("transition", node.parameters.heartbeatInterval)
}

export function handleEpochStarted(node: Replica, { view }: EpochStarted, from: NodeId): void {
  const { state } = node
  const { configuration, started } = state
  invariant(epochOf(view) === configuration.epoch, "a replica handles messages of its own epoch (§7.1)")
  if (state.status !== "transitioning" || !isReplaced(configuration, node.id)) return
  invariant(configuration.members.includes(from), "only replicas of the new group start in its epoch (§7.1.1, step 3)")
  started[from] = true
  if (started.filter(Boolean).length >= failuresOf(configuration.members.length) + 1) leaveGroup(node)
}

/**
 * No answer: a new replica asks another one; a replica that is being replaced resends to those that it has not heard from
 * (step 3).
 */
export function transitionTimedOut(node: Replica): void {
  const { configuration, started } = node.state
  if (configuration.members.includes(node.id)) return askForEpochState(node)
  for (const replica of configuration.members) {
    if (!started[replica]) node.send(replica, { type: "StartEpoch", configuration }, "retransmission")
  }
  awaitStart(node)
}

/** Becomes a spare, at shutdown or from the beginning: it knows the group, but takes no part in it. */
export function leaveGroup(node: Replica): void {
  const { state } = node
  leaveView(node)
  state.status = "spare"
  state.requests.splice(state.commitNumber - state.checkpoint.opNumber)
  believe(node, null)
}

// --- Messages of other epochs --------------------------------------------------------------------------------------------

/**
 * True if a message of this view is of the replica's epoch. A message of an earlier epoch is answered with the later one;
 * the sender of a message of a later epoch is asked for that (§7.1).
 */
export function isOfEpoch(node: Replica, view: number, from: NodeId): boolean {
  const { epoch } = node.state.configuration
  const other = epochOf(view)
  if (other === epoch) return true
  if (other < epoch) inform(node, from)
  else askForEpoch(node, from)
  return false
}

function inform(node: Replica, replica: NodeId): void {
  node.send(replica, { type: "StartEpoch", configuration: node.state.configuration }, "retransmission")
}

/** Asks a replica that is in a later epoch for its group. */
export function askForEpoch(node: Replica, from: NodeId): void {
  const { state } = node
  if (state.isTransferring) return
  state.isTransferring = true
  node.send(from, { type: "GetEpochState", view: state.viewNumber, opNumber: state.commitNumber }, "retransmission")
  node.setTimer("transfer", node.parameters.heartbeatInterval)
}
