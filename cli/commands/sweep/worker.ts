/** `quorate worker --queue <address>`: executes the runs that `quorate run --queue` leaves to workers. */
import { command } from "../../command.ts"
import { EXIT, UsageError } from "../../exit-codes.ts"
import { readDuration } from "../../durations.ts"
import { readQueue, WORKER_OPTIONS } from "./sweep-options.ts"

const PATIENCE_MS = 30_000

export const worker = command({
  usage: "worker",
  summary: "execute runs from a queue until stopped",
  positionals: {},
  options: {
    queue: {
      type: "string",
      requiresArg: true,
      demandOption: true,
      describe: "address of the queue, e.g. redis://localhost:6379",
      coerce: readQueue,
    },
    ...WORKER_OPTIONS,
    patience: {
      type: "string",
      requiresArg: true,
      describe: "silence of a worker after which its runs go to another one (default: 30s)",
      coerce: (written: string | undefined) => readDuration("patience", written),
    },
  },
  examples: [["worker --queue redis://queue.example:6379", "serve experiments that run with the same --queue"]],
  async run({ queue, workers, limit, memory, patience }, terminal) {
    const { serve } = await import("./serving.ts")
    const options = { workers, limit, memory, patienceMs: patience ?? PATIENCE_MS }
    const outcome = await serve(queue!, options, terminal)
    if (outcome.status === "failed") throw new UsageError(outcome.error.message)
    return EXIT.interrupted
  },
})
