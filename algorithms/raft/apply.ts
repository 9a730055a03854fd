/** All servers (Figure 2): if commitIndex > lastApplied, apply log[lastApplied] to the state machine. */
import { invariant } from "../../runtime/contract/algorithm.ts"
import { answerCommand } from "../../services/replicated-log/answers.ts"
import { execute } from "../../services/replicated-log/machine.ts"
import { entryAt, lastLogIndex } from "./log.ts"
import { releaseOf } from "./own-disk.ts"
import { answerReads } from "./reads.ts"
import { compactLog } from "./snapshot.ts"
import type { Entry, RaftNode } from "./types.ts"

/** All servers: apply what is committed, in the order of the log. */
export function commit(node: RaftNode, index: number): void {
  const { disk, state } = node
  invariant(index <= lastLogIndex(disk), "no server commits entries that it does not have")
  invariant(index > state.commitIndex, "commitIndex never falls (Figure 2)")
  state.commitIndex = index
  while (state.lastApplied < index) apply(node, entryAt(disk, ++state.lastApplied))
  invariant(state.lastApplied === state.commitIndex, "all that is committed is applied (Figure 2, all servers)")
  if (state.reads.waiting.length > 0) answerReads(node)
  compactLog(node)
}

/** Executes an entry. The leader that received its command answers the client: whoever leads in the entry's term. */
function apply(node: RaftNode, { index, term, command }: Entry): void {
  const { disk, state } = node
  if (command === null || command.type !== "Command") {
    node.report({ type: "applied", index, command: null }, releaseOf(node))
    return
  }
  const result = execute(state.machine, command)
  node.report({ type: "applied", index, command }, releaseOf(node))
  if (state.role === "leader" && term === disk.currentTerm) {
    answerCommand(node, command, result, releaseOf(node))
  }
}
