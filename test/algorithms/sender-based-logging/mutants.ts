/** Mistakes planted on purpose in sender-based logging: each breaks a rule of Johnson and Zwaenepoel's (1987). */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"

export const file = "algorithms/sender-based-logging/sender-based-logging.ts"
const SHARED = "algorithms/common/logging/determinants.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "does not return the place of the receipt",
    edit: { file, from: '  node.send(from, { type: "Ack", determinant, first }, "protocol", "now")\n', to: "" },
    caughtBy: "end",
  },
  {
    mistake: "does not confirm it",
    edit: {
      file,
      from: '      node.send(from, { type: "Confirm", places: [determinant.place] }, "protocol", "now")\n',
      to: "",
    },
    caughtBy: "end",
  },
  {
    mistake: "confirms a place that it does not keep",
    edit: { file, from: "      host(node, [determinant])\n", to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "restarts as soon as it has one answer",
    edit: {
      file,
      from: "unanswered.size === 0",
      to: "unanswered.size <= 1",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "does not tell a sender that has restarted the places of its messages",
    edit: { file, from: "      host(node, own)\n", to: "" },
    caughtBy: "no-orphan-message",
    options: { parameters: { interval: "20s" } },
  },
  {
    mistake: "does not confirm them once more",
    edit: { file, from: "if (own.length > 0) node.send", to: "if (own.length < 0) node.send" },
    caughtBy: "end",
    options: { latency: { model: "uniform", min: 100, max: 60_000 }, parameters: { interval: "20s" } },
  },
  {
    mistake: "checkpoints with messages that it withholds, which are then lost",
    edit: { file, from: "=> withheld.length === 0", to: "=> withheld.length >= 0" },
    caughtBy: "end",
    options: { latency: { model: "uniform", min: 100, max: 60_000 }, parameters: { interval: "40ms" } },
  },
  {
    mistake: "repeats receipts in the order in which it learns of them",
    edit: {
      file: SHARED,
      from: "  const found: Determinant[] = []\n",
      to: "  const found: Determinant[] = [...known]\n",
    },
    caughtBy: "no-orphan-message",
  },
]
