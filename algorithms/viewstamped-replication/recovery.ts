/**
 * Recovery (§4.3), by the paper's steps: a replica that crashed has lost everything, and stays passive until it knows as
 * much as when it failed.
 *
 * Crash vectors are not the paper's. A StartViewChange may arrive after its sender has crashed and recovered in an earlier
 * view; counting it would rely on a promise that nobody remembers. So each life of a replica has a number, and messages that
 * form a quorum carry the lives that their sender knows (Michael et al., Recovering Shared Objects Without Stable Storage,
 * DISC 2017): the f+1 replicas that answered a recovery and any later quorum have one in common, and that one knows.
 */
import { invariant, type NodeId, type Purpose } from "../../runtime/contract/algorithm.ts"
import { epochOf, failuresOf } from "./configuration.ts"
import { askForEpoch, commit, handleStartEpoch, leaveGroup } from "./epochs.ts"
import { adoptLog, logOf, nextGroup, opNumber } from "./log.ts"
import { becomeNormal, believe, learnLife, learnLives } from "./status.ts"
import { isPrimary, primaryIn, type Recovery, type RecoveryResponse, type Replica, type StartEpoch } from "./types.ts"

/** Step 1. The nonce is the time by its own clock, which is later than at all its boots before. */
export function recover(node: Replica): void {
  const { state } = node
  state.status = "recovering"
  state.crashVector[node.id] = node.now() + 1
  believe(node, null)
  sendRecovery(node, "protocol")
}

export function sendRecovery(node: Replica, purpose: Purpose): void {
  node.broadcast({ type: "Recovery", nonce: node.state.crashVector[node.id]! }, purpose)
  node.setTimer("resend", node.parameters.heartbeatInterval)
}

/** Step 2: a replica in normal operation answers; the primary adds its state. */
export function handleRecovery(node: Replica, { nonce }: Recovery, from: NodeId): void {
  const { state } = node
  if (nonce < state.crashVector[from]!) return
  learnLife(node, from, nonce)
  if (state.status !== "normal") return
  const { viewNumber: view, commitNumber } = state
  node.send(from, {
    type: "RecoveryResponse",
    view,
    nonce,
    state: isPrimary(node) ? { log: logOf(state), commitNumber } : null,
    crashVector: state.crashVector.slice(),
  })
}

export function handleRecoveryResponse(node: Replica, response: RecoveryResponse, from: NodeId): void {
  const { state } = node
  if (state.status !== "recovering" || response.nonce !== state.crashVector[node.id]) return
  if (!learnLives(node, response.crashVector, from)) return
  const before = state.recoveryResponses[from]!
  if (before !== null && before.view > response.view) return
  state.recoveryResponses[from] = response
  if (epochOf(response.view) > state.configuration.epoch) askForEpoch(node, from)
  concludeRecovery(node)
}

/**
 * Step 3: f+1 answers of the group of the latest epoch, with that of the primary of the latest view among them, tell all
 * that it may have known (§7.2). A replica outside that group, and outside any group that may already follow it, is a spare.
 */
function concludeRecovery(node: Replica): void {
  const { state } = node
  const { epoch, members } = state.configuration
  if (state.recoveryResponses.some(each => each !== null && epochOf(each.view) > epoch)) return
  const responses = members.flatMap(id => {
    const response = state.recoveryResponses[id]!
    return response !== null && epochOf(response.view) === epoch ? [response] : []
  })
  const latest = responses.reduce((view, each) => Math.max(view, each.view), 0)
  const primary = state.recoveryResponses[primaryIn(state, latest)]!
  if (responses.length < failuresOf(members.length) + 1 || primary === null || primary.view !== latest) return
  invariant(primary.state !== null, "the primary of a view says what it knows (§4.3, step 2)")
  const { log, commitNumber } = primary.state
  invariant(state.commitNumber === 0 && opNumber(state) === 0, "a recovering replica knows nothing (§4.3)")
  if (!members.includes(node.id)) {
    // It may have been in the next group, and have forgotten that.
    if (nextGroup(log, epoch)?.members.includes(node.id) !== true) leaveGroup(node)
    return
  }
  adoptLog(node, log)
  becomeNormal(node, latest)
  commit(node, Math.max(commitNumber, state.commitNumber))
}

/** Learns the group of a later epoch, and continues with that, which may have answered already (§7.2). */
export function handleStartEpochRecovering(node: Replica, message: StartEpoch, from: NodeId): void {
  handleStartEpoch(node, message, from)
  if (node.state.status === "recovering") concludeRecovery(node)
}
