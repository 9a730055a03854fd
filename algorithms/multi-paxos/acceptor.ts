/**
 * The acceptor: the memory of Paxos. It gives promises and accepts proposals, and both are on its disk before anybody
 * hears of them (Paxos Made Simple §2.2 and §2.5).
 */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { at, emptySlots, put, type Slots } from "./slots.ts"
import type { Ballot, Disk, PaxosNode, Proposal, Slot } from "./types.ts"

/**
 * Phase 1b: promises to accept nothing below `ballot` from now on.
 *
 * @returns false if a higher ballot was promised before
 */
export function promise(node: PaxosNode, ballot: Ballot): boolean {
  if (ballot < node.disk.promised) return false
  if (ballot > node.disk.promised) node.save({ promised: ballot })
  return true
}

/**
 * Phase 2b: accepts a proposal unless a higher ballot was promised (P1a).
 *
 * @returns false if it was
 */
export function accept(node: PaxosNode, proposal: Proposal): boolean {
  if (!promise(node, proposal.ballot)) return false
  invariant(node.disk.promised === proposal.ballot, "P1a (§2.2): it accepts in the highest ballot it has promised")
  // A slot below the snapshot is chosen: the snapshot supersedes any acceptance.
  if (proposal.slot >= node.disk.snapshot.next && !hasAccepted(node, proposal)) {
    node.append("journal", proposal)
    put(node.state.acceptor.accepted, proposal.slot, proposal)
  }
  return true
}

/** True if the acceptor has accepted this very proposal: in one ballot there is only one for each slot. */
function hasAccepted(node: PaxosNode, proposal: Proposal): boolean {
  return at(node.state.acceptor.accepted, proposal.slot)?.ballot === proposal.ballot
}

/**
 * True if the answer to a proposal says nothing new: the acceptor has accepted it, or its slot is below the snapshot, so its
 * value is known, and the proposer merely lags behind.
 */
export function isOld(node: PaxosNode, proposal: Proposal): boolean {
  return proposal.slot < node.disk.snapshot.next || hasAccepted(node, proposal)
}

/** For every slot from `from` on, the highest-numbered proposal accepted, if there is any. */
export function acceptedFrom(node: PaxosNode, from: Slot): Proposal[] {
  const { first, entries } = node.state.acceptor.accepted
  return entries.slice(Math.max(0, from - first)).filter(proposal => proposal !== undefined)
}

/** Reads the accepted proposals back from the disk. */
export function recall(disk: Readonly<Disk>): Slots<Proposal> {
  const accepted = emptySlots<Proposal>(disk.snapshot.next)
  for (const proposal of disk.journal) {
    invariant(proposal.ballot <= disk.promised, "P1a (§2.2): what an acceptor has accepted it had promised")
    put(accepted, proposal.slot, proposal)
  }
  return accepted
}
