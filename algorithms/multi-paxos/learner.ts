/**
 * The learner: finds out what is chosen, and executes it in the order of the slots (Paxos Made Simple §2.3 and §3).
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import { execute } from "../../services/replicated-log/machine.ts"
import { phase2Quorum } from "../common/flexible-quorums.ts"
import { at, clear, put } from "./slots.ts"
import { installSnapshot, takeSnapshot } from "./snapshot.ts"
import { type Ballot, type History, type PaxosNode, type Slot, type Value } from "./types.ts"

/**
 * An acceptor has accepted the proposal of `ballot` for `slot`; once a quorum of phase 2 has, its value is
 * chosen.
 *
 * @returns whether this made the value known to be chosen
 */
export function countAcceptance(node: PaxosNode, ballot: Ballot, slot: Slot, acceptor: NodeId): boolean {
  const { learner } = node.state
  if (at(learner.chosen, slot) !== undefined) return false
  const votes = at(learner.votes, slot)
  if (votes === undefined || votes.ballot < ballot) {
    put(learner.votes, slot, { ballot, voters: [acceptor] })
  } else if (votes.ballot === ballot && !votes.voters.includes(acceptor)) {
    votes.voters.push(acceptor)
  }
  return learnByVotes(node, slot)
}

/** The acceptances name no value: this learner must have seen the proposal itself, as its node's acceptor does. */
function learnByVotes(node: PaxosNode, slot: Slot): boolean {
  const votes = at(node.state.learner.votes, slot)
  const proposal = at(node.state.acceptor.accepted, slot)
  if (votes === undefined || votes.voters.length < phase2Quorum(node)) return false
  if (proposal === undefined || proposal.ballot !== votes.ballot) return false
  learn(node, slot, proposal.value)
  return true
}

/**
 * The leader of `ballot` reports that all slots below `bound` are chosen. For a slot in which this node has accepted the
 * leader's own proposal, it now knows the value. If it has accepted another proposal, or none, it does not, since that one
 * may have lost: Paxos has no log matching. The leader then has to send the value (`CatchUp`).
 */
export function learnAccepted(node: PaxosNode, ballot: Ballot, bound: Slot): void {
  const { learner, acceptor } = node.state
  while (learner.firstUnchosen < bound) {
    const proposal = at(acceptor.accepted, learner.firstUnchosen)
    if (proposal === undefined || proposal.ballot !== ballot) return
    learn(node, proposal.slot, proposal.value)
  }
}

/** Adopts what another learner knows. */
export function learnHistory(node: PaxosNode, history: History): void {
  const { snapshot, from, values } = history
  invariant(snapshot === null || snapshot.next === from, "the values continue where the snapshot ends (§3)")
  if (snapshot !== null && snapshot.next > node.state.learner.firstUnchosen) {
    installSnapshot(node, snapshot)
    executeChosen(node)
  }
  values.forEach((value, i) => learn(node, from + i, value))
}

/**
 * The value of a slot is chosen. Executes it once all slots before it are executed.
 *
 * A chosen value is final, so a slot that has one is not compared with later values. That no other value is ever chosen for it is
 * checked by the service (`log-agreement`), which also sees what traitors do.
 */
export function learn(node: PaxosNode, slot: Slot, value: Value): void {
  const { learner } = node.state
  if (at(learner.chosen, slot) !== undefined) return
  put(learner.chosen, slot, value)
  clear(learner.votes, slot)
  if (slot === learner.firstUnchosen) executeChosen(node)
}

function executeChosen(node: PaxosNode): void {
  const { learner } = node.state
  for (;;) {
    const value = at(learner.chosen, learner.firstUnchosen)
    if (value === undefined) break
    const slot = learner.firstUnchosen++
    executeSlot(node, slot, value)
  }
  const { snapshotEvery } = node.parameters
  if (snapshotEvery > 0 && learner.firstUnchosen - node.disk.snapshot.next >= snapshotEvery) takeSnapshot(node)
}

function executeSlot(node: PaxosNode, slot: Slot, value: Value): void {
  const { machine, waiting, firstUnchosen } = node.state.learner
  invariant(slot === firstUnchosen - 1, "commands are executed in the order of their slots (§3)")
  node.report({ type: "applied", index: slot, command: value })
  if (value === null) return
  const result = execute(machine, value)
  if (waiting.get(value.session)?.sequence !== value.sequence) return
  waiting.delete(value.session)
  answerCommand(node, value, result)
}

/** A command is the same if it is the same request of the same client. */
export function isSame(a: Value, b: Value): boolean {
  return a === b || (a !== null && b !== null && a.session === b.session && a.sequence === b.sequence)
}
