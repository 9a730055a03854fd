/**
 * The leader's own disk (thesis §10.2.1): with `parallelWrite` a leader sends an entry to the others while it writes it, and its
 * disk is to it like one more follower, which acknowledges the entry once it is durable.
 *
 * The leader's messages then do not wait for its disk. They stay true if a crash loses the entries that are being written:
 * those were not counted as stored by the leader, and its term and vote, which must not be forgotten, were durable before.
 */
import { invariant, type Release } from "../../runtime/contract/algorithm.ts"
import type { AppendEntriesReply, RaftNode } from "./types.ts"

/** The time at which entries, answers and reports leave a leader. */
export function releaseOf({ state, parameters: { parallelWrite } }: RaftNode): Release {
  return parallelWrite && state.role === "leader" && state.isTermDurable ? "now" : "durable"
}

/**
 * A leader's log has a new entry: the leader counts itself at once if its messages wait for its disk, otherwise once the
 * entry is durable.
 */
export function acknowledgeOwn(node: RaftNode, index: number): void {
  const { disk, state } = node
  if (!node.parameters.parallelWrite) {
    state.matchIndex[node.id] = index
    return
  }
  invariant(state.role === "leader", "only a leader's disk acknowledges entries to the leader (thesis §10.2.1)")
  const reply: AppendEntriesReply = {
    type: "AppendEntriesReply",
    term: disk.currentTerm,
    success: true,
    index,
    conflictTerm: 0,
    conflictIndex: 0,
    round: 0,
  }
  node.send(node.id, reply, "protocol", "durable")
}
