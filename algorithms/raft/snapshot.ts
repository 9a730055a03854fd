/** Log compaction (§7): each server replaces the applied part of its log by a snapshot of its machine. */
import { type Identity, invariant } from "../../runtime/contract/algorithm.ts"
import { copyOfMachine, emptyMachine } from "../../services/replicated-log/machine.ts"
import { lastLogIndex, termAt } from "./log.ts"
import { adoptLatestConfiguration, appliedConfiguration, firstConfiguration } from "./membership.ts"
import type { Entry, Raft, RaftNode, Snapshot } from "./types.ts"

/** The snapshot before the first entry. */
export function emptySnapshot(self: Pick<Identity<Raft>, "size" | "parameters">): Snapshot {
  return {
    lastIncludedIndex: 0,
    lastIncludedTerm: 0,
    configuration: firstConfiguration(self),
    machine: emptyMachine(),
  }
}

/** Takes a snapshot if enough was applied since the last one. */
export function compactLog(node: RaftNode): void {
  const { disk, state } = node
  const { snapshotEvery } = node.parameters
  const { lastIncludedIndex } = disk.snapshot
  if (snapshotEvery === 0 || state.lastApplied - lastIncludedIndex < snapshotEvery) return
  invariant(state.lastApplied <= state.commitIndex, "a snapshot covers committed entries only (§7)")
  const snapshot: Snapshot = {
    lastIncludedIndex: state.lastApplied,
    lastIncludedTerm: termAt(disk, state.lastApplied),
    configuration: appliedConfiguration(node),
    machine: copyOfMachine(state.machine),
  }
  node.save({ snapshot })
  dropCovered(node)
}

/**
 * Drops the entries that the snapshot covers, and with them those that follow if the log disagrees with it (Figure 13,
 * steps 6 and 7). That is a write of its own, which a crash may keep from the disk when the snapshot is already on it:
 * so it is done again at boot.
 */
export function dropCovered(node: RaftNode): void {
  const { log, snapshot } = node.disk
  const { lastIncludedIndex, lastIncludedTerm } = snapshot
  const first = log[0]
  if (first === undefined || first.index > lastIncludedIndex) return checkJoin(log, snapshot)
  const covered = lastIncludedIndex - first.index + 1
  if (log[covered - 1]?.term === lastIncludedTerm) node.discard("log", covered)
  else node.truncate("log", 0)
  checkJoin(node.disk.log, snapshot)
}

function checkJoin([first]: readonly Entry[], { lastIncludedIndex, lastIncludedTerm }: Snapshot): void {
  if (first === undefined) return
  invariant(first.index === lastIncludedIndex + 1, "the log continues where the snapshot ends (§7)")
  // Who has kept entries that disagree with the snapshot votes as if its log ended with them.
  invariant(
    first.term >= lastIncludedTerm,
    "the terms of a log never fall (§5.3): no entry disagrees with the snapshot",
  )
}

/** InstallSnapshot RPC, receiver implementation, steps 5 to 8 (Figure 13). */
export function installSnapshot(node: RaftNode, snapshot: Snapshot): void {
  const { state } = node
  const { lastIncludedIndex } = snapshot
  if (lastIncludedIndex <= state.commitIndex) return
  node.save({ snapshot })
  dropCovered(node)
  state.machine = copyOfMachine(snapshot.machine)
  state.commitIndex = lastIncludedIndex
  state.lastApplied = lastIncludedIndex
  node.report({ type: "restored", index: lastIncludedIndex })
  adoptLatestConfiguration(node)
  invariant(lastLogIndex(node.disk) >= state.commitIndex, "a server has what it knows to be committed (§7, Figure 13)")
}
