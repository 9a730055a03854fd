/** Mistakes planted on purpose in communication-induced checkpoints. */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"

export const file = "algorithms/communication-induced/communication-induced.ts"
const LINE = "algorithms/communication-induced/recovery-line.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "takes no forced checkpoint",
    edit: { file, from: "    takeCheckpoint(node, index, true)\n    return false\n", to: "    return true\n" },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "receives the message, and takes the forced checkpoint after it",
    edit: {
      file,
      from: "    takeCheckpoint(node, index, true)\n    return false\n",
      to: '    node.setTimer("checkpoint", 0)\n    return true\n',
    },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "sends the index before its latest",
    edit: {
      file,
      from: "content, index: latestCheckpoint(node).index }",
      to: "content, index: latestCheckpoint(node).index - 1 }",
    },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "keeps the state of a process that has the index of the line",
    edit: { file: LINE, from: "index >= latest)", to: "index > latest)" },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "returns each failed process to its own latest checkpoint, and nobody else",
    edit: {
      file: LINE,
      from: "    return first ?? CURRENT\n",
      to: "    return bounds[process] === Infinity ? CURRENT : bounds[process]!\n",
    },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "goes by the latest index that any failed process has",
    edit: { file: LINE, from: "Math.min(...bounds)", to: "Math.max(...bounds.filter(bound => bound < Infinity))" },
    caughtBy: "consistent-recovery-line",
  },
  {
    mistake: "does not catch up with the index of one that asks",
    edit: { file, from: "      catchUp(node)\n    },\n", to: "    },\n" },
    caughtBy: "end",
  },
]
