/** Requests of operators (§7.1, §7.3): to replace the group by another one, and to learn that this has started. */
import type { ClientId, NodeId } from "../../runtime/contract/algorithm.ts"
import type { ChangeMembership } from "../../runtime/contract/membership.ts"
import { type Configuration, sameMembers } from "./configuration.ts"
import { answerOperator, nextGroup, opNumber } from "./log.ts"
import { prepareRequest } from "./status.ts"
import { isPrimary, primaryIn, type Replica, type State } from "./types.ts"

/** The least size of a group (§7.1). */
const MIN_MEMBERS = 3

/**
 * The primary starts a Reconfiguration, unless another one is pending. It is done once the new group has executed a
 * CheckEpoch, which the operator triggers by retrying its request: that then names the current group.
 */
export function handleChangeMembership(node: Replica, request: ChangeMembership, client: ClientId): void {
  const { state } = node
  const { sequence } = request
  const { configuration, viewNumber } = state
  if (!isPrimary(node)) return redirect(node, client, sequence)
  if (!isPossible(node, request)) return answerOperator(node, client, sequence, false)
  if (isOld(configuration, client, sequence)) return
  const members = request.members.toSorted((a, b) => a - b)
  if (nextGroup(state, configuration.epoch) !== null) return
  if (sameMembers(members, configuration.members)) return checkEpoch(node, client, sequence)
  const next: Configuration = {
    epoch: configuration.epoch + 1,
    members,
    old: configuration.members,
    start: opNumber(state) + 1,
    madeIn: viewNumber,
    operator: { client, sequence },
  }
  prepareRequest(node, { type: "Reconfiguration", next })
}

/** The group has started once this is committed (§7.3). One that is in the log already will be answered. */
function checkEpoch(node: Replica, client: ClientId, sequence: number): void {
  const isUnderWay = uncommitted(node.state).some(
    request => request.type === "CheckEpoch" && request.client === client && request.sequence === sequence,
  )
  if (!isUnderWay) prepareRequest(node, { type: "CheckEpoch", client, sequence })
}

function uncommitted({ requests, checkpoint, commitNumber }: State): State["requests"] {
  return requests.slice(commitNumber - checkpoint.opNumber)
}

/** True if these are distinct nodes of the run, enough for a group, and no learners. */
function isPossible({ size }: Replica, { members, learners = [] }: ChangeMembership): boolean {
  const isNode = (id: NodeId): boolean => Number.isInteger(id) && id >= 0 && id < size
  return (
    members.length >= MIN_MEMBERS &&
    learners.length === 0 &&
    new Set(members).size === members.length &&
    members.every(isNode)
  )
}

/** True if the operator has asked for another group since (§7.1: its request-number is not large enough). */
function isOld({ operator }: Configuration, client: ClientId, sequence: number): boolean {
  return operator !== null && operator.client === client && sequence < operator.sequence
}

/** Redirects a request that was not accepted, to the primary if that is known; spares do so, too (NewEpoch, §7.4). */
export function redirect(node: Replica, client: ClientId, sequence: number): void {
  const { state } = node
  const knows = state.status !== "view-change" && state.status !== "recovering"
  const primary = primaryIn(state, state.viewNumber)
  node.reply(client, { type: "Redirect", sequence, leader: knows && primary !== node.id ? primary : null })
}
