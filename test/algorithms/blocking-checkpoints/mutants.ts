/** Mistakes planted on purpose in blocking checkpoints. */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"

export const file = "algorithms/blocking-checkpoints/blocking-checkpoints.ts"
const COORDINATED = "algorithms/common/recovery/coordinated.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "works on once its own checkpoint is taken",
    edit: { file, from: 'node.state.mode = "blocked"', to: "continueWork(node, protocol)" },
    caughtBy: "end",
  },
  {
    mistake: "commits with the first that has its checkpoint",
    edit: { file, from: "  if (state.taken.size < node.size) return\n", to: "" },
    caughtBy: "failure",
  },
  {
    mistake: "does not tell the others of its decision",
    edit: { file, from: 'node.broadcast({ type: "Commit", epoch: state.epoch, index })', to: "" },
    caughtBy: "end",
  },
  {
    mistake: "returns each to the line that it knows to be committed",
    edit: { file: COORDINATED, from: "committed.map(() => latest)", to: "committed" },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "returns to the earliest line that anybody knows to be committed",
    edit: { file: COORDINATED, from: "Math.max(...committed)", to: "Math.min(...committed)" },
    caughtBy: "failure",
  },
  {
    mistake: "does not save that a line is committed",
    edit: {
      file: COORDINATED,
      from: "if (disk.committed < checkpoint.index) node.save({ committed: checkpoint.index })",
      to: "",
    },
    caughtBy: "failure",
  },
]
