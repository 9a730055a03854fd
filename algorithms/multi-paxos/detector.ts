/**
 * Whom a node believes to lead, and when it stops believing: the failure detector that Paxos needs for progress, never
 * for safety (Paxos Made Simple §2.4).
 */
import { invariant, type NodeId } from "../../runtime/contract/algorithm.ts"
import { electionTimeout } from "../common/preferred-leader.ts"
import { type Ballot, ownerOf, type PaxosNode } from "./types.ts"

export function believe(node: PaxosNode, leader: NodeId | null, ballot: Ballot): void {
  const { detector } = node.state
  if (detector.leader === leader && detector.ballot === ballot) return
  invariant(leader === null || leader === ownerOf(ballot, node.size), "a ballot has one proposer (§2.5)")
  detector.leader = leader
  detector.ballot = ballot
  node.report({ type: "believes", leader, epoch: ballot })
}

/**
 * Waits for a message from a leader, each time with a new random timeout: nodes that lose a leader together must not all
 * become candidates at once. Nobody waits for a leader where any node may propose.
 */
export function watch(node: PaxosNode): void {
  if (node.parameters.proposers !== "distinguished") return
  node.setTimer("election", electionTimeout(node))
}
