/**
 * Snapshots: the executed state replaces the slots that led to it, so logs and journals stay short, and a node that was away
 * for long catches up with one message.
 */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine } from "../../services/replicated-log/machine.ts"
import { dropBelow } from "./slots.ts"
import type { History, PaxosNode, Slot, Snapshot, Value } from "./types.ts"

/** Snapshots the machine as it is, and drops what that covers. */
export function takeSnapshot(node: PaxosNode): void {
  const { learner } = node.state
  const previous = node.disk.snapshot.next
  invariant(learner.firstUnchosen > previous, "each snapshot is ahead of the one before (§3)")
  keepSnapshot(node, { next: learner.firstUnchosen, machine: copyOfMachine(learner.machine) })
  dropBelow(learner.chosen, previous)
}

/** Replaces the machine by one that is further ahead. */
export function installSnapshot(node: PaxosNode, snapshot: Snapshot): void {
  const { learner } = node.state
  learner.machine = copyOfMachine(snapshot.machine)
  learner.firstUnchosen = snapshot.next
  keepSnapshot(node, snapshot)
  dropBelow(learner.chosen, snapshot.next)
  node.report({ type: "restored", index: snapshot.next - 1 })
}

/** The snapshot is on the disk before the acceptor forgets what it covers. */
function keepSnapshot(node: PaxosNode, snapshot: Snapshot): void {
  const { acceptor, learner } = node.state
  invariant(snapshot.next === learner.firstUnchosen, "a snapshot covers what is executed (§3)")
  node.save({ snapshot })
  dropBelow(acceptor.accepted, snapshot.next)
  dropBelow(learner.votes, snapshot.next)
  const { journal } = node.disk
  let covered = 0
  while (covered < journal.length && journal[covered]!.slot < snapshot.next) covered++
  node.discard("journal", covered)
}

/** All that this learner knows to be chosen from slot `from` on: values, preceded by a snapshot if some are gone. */
export function historyFrom(node: PaxosNode, from: Slot): History {
  const { chosen, firstUnchosen } = node.state.learner
  if (from < chosen.first) return { ...historyFrom(node, node.disk.snapshot.next), snapshot: node.disk.snapshot }
  const known = chosen.entries.slice(from - chosen.first, firstUnchosen - chosen.first)
  const values = known.filter((value): value is Value => value !== undefined)
  invariant(values.length === known.length, "all slots below firstUnchosen are chosen (§3)")
  return { snapshot: null, from, values }
}
