/** Mistakes planted on purpose in receiver-based pessimistic logging, and in what protocols share that log. */
import type { RecoveryMutant } from "../../support/recovery-mutants.ts"
import { loggingMutants } from "../common/recovery/logging-mutants.ts"

export const file = "algorithms/pessimistic-logging/pessimistic-logging.ts"

export const mutants: readonly RecoveryMutant[] = [
  {
    mistake: "acts on a message before it is on the disk",
    edit: {
      file,
      from: 'node.send(node.id, { type: "Logged", place: receipts }, "protocol", "durable")',
      to: 'node.send(node.id, { type: "Logged", place: receipts }, "protocol", "now")',
    },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "logs no messages",
    edit: { file, from: '  node.append("log", { place: receipts, steps, ...arrival })\n', to: "" },
    caughtBy: "no-orphan-message",
  },
  {
    mistake: "logs them without the step that they came before",
    edit: { file, from: "{ place: receipts, steps, ...arrival }", to: "{ place: receipts, steps: 0, ...arrival }" },
    caughtBy: "end",
  },
  {
    mistake: "repeats what came before its checkpoint, too",
    edit: { file, from: "      .filter(({ place }) => place >= checkpoint.application.receipts)\n", to: "" },
    caughtBy: "end",
    options: { workload: { steps: 40, step: "10ms", messages: "80%", image: "3MiB" }, syncLatency: "3ms" },
  },
  ...loggingMutants,
]
