/**
 * Catching up (thesis §4.2.1): servers that are to join get the log before they get a vote, in rounds. Each round brings
 * what the log held when it began, until one is so short that commits will not have to wait for them.
 */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { answerOperator } from "./clients.ts"
import { lastLogIndex } from "./log.ts"
import { joining, peersOf } from "./membership.ts"
import type { MembershipChange, RaftNode } from "./types.ts"

/** The number of rounds after which the change is abandoned because servers are still too slow. */
const MAX_ROUNDS = 10
/** Election timeouts without progress after which a server is taken to be down: time enough to boot. */
const PATIENCE = 10

export function beginCatchUp(node: RaftNode): void {
  setPatience(node)
  continueCatchUp(node)
}

/** Ends the round if all new servers have what it was to bring: they have caught up, or the next round begins. */
export function continueCatchUp(node: RaftNode): void {
  const { disk, state, parameters } = node
  const { change } = state
  if (change === null || change.hasCaughtUp || isAnyBehind(node, change, change.roundEnd)) return
  // A next round with nothing to bring would be over at once.
  const isShort = !node.isOver(change.roundStart + parameters.electionTimeoutMin)
  if (isShort || !isAnyBehind(node, change, lastLogIndex(disk))) {
    change.hasCaughtUp = true
    node.cancelTimer("catchUp")
  } else if (change.round === MAX_ROUNDS) {
    abandonChange(node, change)
  } else {
    invariant(change.round < MAX_ROUNDS, "new servers catch up in a fixed number of rounds (thesis §4.2.1)")
    change.round++
    change.roundEnd = lastLogIndex(disk)
    change.roundStart = node.now()
  }
}

/** Abandons the change if a server that is behind has made no progress since the last check. */
export function catchUpTimedOut(node: RaftNode): void {
  const { change, configuration, matchIndex } = node.state
  if (change === null) return
  const isStuck = (server: number): boolean =>
    matchIndex[server]! < change.roundEnd && matchIndex[server] === change.matchIndexBefore[server]
  if (joining(change, configuration).some(isStuck)) return abandonChange(node, change)
  setPatience(node)
}

function setPatience(node: RaftNode): void {
  const { state, parameters } = node
  if (state.change === null) return
  state.change.matchIndexBefore = [...state.matchIndex]
  node.setTimer("catchUp", PATIENCE * Math.max(parameters.electionTimeoutMin, parameters.electionTimeoutMax))
}

function abandonChange(node: RaftNode, change: MembershipChange): void {
  const { state } = node
  invariant(!change.hasCaughtUp, "a change is given up before it is in the log, or never (thesis §4.2.1)")
  node.cancelTimer("catchUp")
  state.change = null
  state.peers = peersOf(node.id, state.configuration)
  answerOperator(node, change.client, change.sequence, false)
}

function isAnyBehind({ state }: RaftNode, change: MembershipChange, index: number): boolean {
  return joining(change, state.configuration).some(server => state.matchIndex[server]! < index)
}
