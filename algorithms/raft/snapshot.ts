/** Log compaction (§7): each server replaces the applied part of its log by a snapshot of its machine. */
import type { Identity } from "../../runtime/algorithm.ts"
import { copyOfMachine, emptyMachine } from "../../services/replicated-log/machine.ts"
import { contains, termAt } from "./log.ts"
import { adoptLatestConfiguration, appliedConfiguration, firstConfiguration } from "./membership.ts"
import type { Raft, RaftNode, Snapshot } from "./types.ts"

/** What stands before the first entry. */
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
  const snapshot: Snapshot = {
    lastIncludedIndex: state.lastApplied,
    lastIncludedTerm: termAt(disk, state.lastApplied),
    configuration: appliedConfiguration(node),
    machine: copyOfMachine(state.machine),
  }
  node.save({ snapshot })
  node.discard("log", snapshot.lastIncludedIndex - lastIncludedIndex)
}

/** InstallSnapshot RPC, receiver implementation, steps 5 to 8 (Figure 13). */
export function installSnapshot(node: RaftNode, snapshot: Snapshot): void {
  const { disk, state } = node
  const { lastIncludedIndex, lastIncludedTerm } = snapshot
  if (lastIncludedIndex <= state.commitIndex) return
  // What follows the snapshot is kept if the log agrees with it (step 6), and dropped otherwise (step 7).
  if (contains(disk, lastIncludedIndex, lastIncludedTerm)) {
    const covered = lastIncludedIndex - disk.snapshot.lastIncludedIndex
    node.save({ snapshot })
    node.discard("log", covered)
  } else {
    node.save({ snapshot })
    node.truncate("log", 0)
  }
  state.machine = copyOfMachine(snapshot.machine)
  state.commitIndex = lastIncludedIndex
  state.lastApplied = lastIncludedIndex
  node.report({ type: "restored", index: lastIncludedIndex })
  adoptLatestConfiguration(node)
}
