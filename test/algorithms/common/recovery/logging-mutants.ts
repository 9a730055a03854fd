/** Mistakes in what protocols share that log what processes receive. */
import type { RecoveryMutant } from "../../../support/recovery-mutants.ts"

const COMPUTING = "algorithms/common/logging/computing.ts"
const RESTART = "algorithms/common/logging/restart.ts"

export const loggingMutants: readonly RecoveryMutant[] = [
  {
    mistake: "receives a new message before it has sent again what others have of it",
    edit: { file: COMPUTING, from: "sent[to]! >= (count ?? 0)", to: "true" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "does not wait for the answers that say what others have of it",
    edit: { file: COMPUTING, from: " && unanswered.size === 0", to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "receives a new message before it has taken the steps to its latest output",
    edit: { file: COMPUTING, from: "steps >= disk.reached && ", to: "" },
    caughtBy: "output-once",
  },
  {
    mistake: "commits output before it is on the disk how far it had come",
    edit: { file: COMPUTING, from: "  node.reply(node.id, output)\n", to: '  node.reply(node.id, output, "now")\n' },
    caughtBy: "output-once",
    options: {
      syncLatency: "10ms",
      workload: { steps: 40, step: "10ms", messages: "40%", outputs: "50%", image: "0B" },
    },
  },
  {
    mistake: "receives a message again at the first step after its checkpoint",
    edit: { file: COMPUTING, from: "  if (!isHeldUp(node)) return false\n", to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "receives every message that arrives, whether or not it has it",
    edit: {
      file: COMPUTING,
      from: "  if (arrival.content.number !== messagesOf(node, arrival.from)) return\n",
      to: "",
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "does not resend what got lost while others were down",
    edit: {
      file: RESTART,
      from: 'message.content.number >= received) protocol.transmit(node, message, "retransmission")',
      to: "false) continue",
    },
    caughtBy: "end",
  },
]
