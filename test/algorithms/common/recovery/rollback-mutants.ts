/** Mistakes in what protocols share that roll back to checkpoints. */
import type { RecoveryMutant } from "../../../support/recovery-mutants.ts"

const ROLLBACK = "algorithms/common/recovery/rollback.ts"
const COMPUTING = "algorithms/common/recovery/computing.ts"
const CHECKPOINTS = "algorithms/common/recovery/checkpoints.ts"
const OUTPUT = "algorithms/common/recovery/output.ts"

export const rollbackMutants: readonly RecoveryMutant[] = [
  {
    mistake: "receives messages from before a recovery",
    edit: { file: COMPUTING, from: "  if (message.epoch !== node.state.epoch) return\n", to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "receives, after a recovery, what was waiting before it",
    edit: { file: ROLLBACK, from: "  state.inbox.length = 0\n", to: "" },
    caughtBy: "no-orphan-message",
    options: {
      syncLatency: "3ms",
      workload: { steps: 30, step: "10ms", messages: "90%", image: "8MiB" },
    },
  },
  {
    mistake: "takes its state after a restart for one that others can build on",
    edit: { file: ROLLBACK, from: "  if (!node.state.hasCurrent) return stable\n", to: "" },
    caughtBy: "end",
  },
  {
    mistake: "does not resend what was on its way across the line",
    edit: { file: ROLLBACK, from: "  protocol.resend(node, received)\n", to: "" },
    caughtBy: "end",
  },
  {
    mistake: "resends everything that it has ever sent",
    edit: {
      file: COMPUTING,
      from: "if (content.number >= received[to]![node.id]!) node.send",
      to: "node.send",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "keeps as sent what it sent after the checkpoint that it returns to",
    edit: { file: ROLLBACK, from: "  state.unsaved = []\n", to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "does not save with a checkpoint what it has sent before it",
    edit: {
      file: CHECKPOINTS,
      from: '    for (const message of state.unsaved) node.append("sent", message)\n',
      to: "",
    },
    caughtBy: "end",
  },
  {
    mistake: "continues as soon as it is in its state of the line",
    edit: {
      file: ROLLBACK,
      from: "  if (round.received.size < size) return\n  const all",
      to: "  const all",
    },
    caughtBy: "failure",
  },
  {
    mistake: "does not ask those that were down for their states once more",
    edit: {
      file: ROLLBACK,
      from: "if (round.line === null && !round.available.has(peer)) node",
      to: "if (false) node",
    },
    caughtBy: "end",
  },
  {
    mistake: "forgets, as it fails, how many recoveries there have been",
    edit: { file: ROLLBACK, from: "  node.save({ epoch })\n", to: "" },
    caughtBy: "end",
  },
  {
    mistake: "commits output as it is produced",
    edit: {
      file: COMPUTING,
      from: '    node.state.outputs.push({ type: "Output", number: outputs - 1, digest })',
      to: '    node.reply(node.id, { type: "Output", number: outputs - 1, digest })',
    },
    caughtBy: "output-once",
  },
  {
    mistake: "forgets, as it fails, what output is yet to be committed",
    edit: { file: ROLLBACK, from: "  state.outputs = [...checkpoint.outputs]\n", to: "  state.outputs = []\n" },
    caughtBy: "output-once",
  },
]

export const surveyMutants: readonly RecoveryMutant[] = [
  {
    mistake: "commits all output once it has a checkpoint, whatever others have",
    edit: {
      file: OUTPUT,
      from: "  if (state.survey.available.size < size) return\n",
      to: "  commitOutput(node, latestCheckpoint(node))\n  if (state.survey.available.size < size) return\n",
    },
    caughtBy: "output-once",
  },
  {
    mistake: "does not checkpoint at the end",
    edit: { file: OUTPUT, from: "  takeCheckpoint(node, latestCheckpoint(node).index + 1)\n", to: "" },
    caughtBy: "end",
  },
]
