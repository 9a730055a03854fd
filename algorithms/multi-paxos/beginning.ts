/**
 * The beginning of a group, if a scenario gives one: accepted proposals of past ballots, and a ballot that has completed
 * phase 1.
 */
import type { Beginning, NodeId } from "../../runtime/contract/algorithm.ts"
import { emptyMachine } from "../../services/replicated-log/machine.ts"
import { believe, watch } from "./detector.ts"
import { lead, recordReported } from "./proposer.ts"
import { type Ballot, ballotAbove, type Disk, type PaxosNode, type Proposal } from "./types.ts"

/** All acceptors have promised the leader's ballot, which is above all others; without a leader, the last of those. */
export function initialDisk({ id, size }: { readonly id: NodeId; readonly size: number }, beginning: Beginning): Disk {
  const { leader, logs } = beginning
  const last = ballotOf(
    logs.flat().reduce((highest, round) => Math.max(highest, round), 0),
    size,
  )
  return {
    promised: leader === null ? last : ballotAbove(last, leader, size),
    journal: acceptedBy(id, size, logs),
    snapshot: { next: 1, machine: emptyMachine() },
  }
}

/** The leader has the promises of all, and proposes again the values that they reported (P2c). */
export function startUnder(node: PaxosNode, leader: NodeId, { logs }: Beginning): void {
  const { promised } = node.disk
  watch(node)
  if (node.id !== leader) return believe(node, leader, promised)
  const { proposer } = node.state
  node.cancelTimer("election")
  proposer.ballot = promised
  proposer.promises = [node.id, ...node.peers]
  for (const id of proposer.promises) {
    for (const proposal of acceptedBy(id, node.size, logs)) recordReported(node, proposal)
  }
  lead(node)
}

/** The accepted proposals, according to a log. */
function acceptedBy(id: NodeId, size: number, logs: Beginning["logs"]): Proposal[] {
  return logs[id]!.map((round, place) => ({ ballot: ballotOf(round, size), slot: place + 1, value: null }))
}

/** Rounds of the past were node 0's. */
function ballotOf(round: number, size: number): Ballot {
  return round * size
}
