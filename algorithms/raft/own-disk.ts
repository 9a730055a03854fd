/**
 * The leader's own disk (thesis §10.2.1): with `parallelWrite` a leader sends an entry to the others while it writes it, and its
 * disk is to it like one more follower, which acknowledges the entry once it is durable.
 *
 * What a leader says then does not wait for its disk. It stays true if a crash takes the entries that are being written: they
 * were not counted as the leader's own, and its term and vote, which must not be forgotten, are durable before.
 */
import { invariant, type Release } from "../../runtime/contract/algorithm.ts"
import type { AppendEntriesReply, RaftNode } from "./types.ts"

/** When entries, answers and reports of a leader leave it. */
export function releaseOf({ state, parameters: { parallelWrite } }: RaftNode): Release {
  return parallelWrite && state.role === "leader" && state.isTermDurable ? "now" : "durable"
}

/** A leader's log has a new entry: it counts itself at once, where all it says waits for its disk, or else when that is done. */
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
