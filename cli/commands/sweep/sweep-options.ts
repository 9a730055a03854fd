/** Options of all commands that run sweeps, or write their results. */
import { integerOption } from "../../command.ts"
import { LIMIT_OPTION } from "../../durations.ts"

/** The options of a sweep. */
export interface SweepSettings {
  readonly workers?: number | undefined
  readonly out?: string | undefined
  /** Real time a run may take, in milliseconds. */
  readonly limit?: number | undefined
  readonly memory?: number | undefined
  readonly quiet?: boolean | undefined
  readonly json?: boolean | undefined
}

/** Options for the number of threads, and the limits of a run. */
export const WORKER_OPTIONS = {
  workers: {
    type: "string",
    requiresArg: true,
    describe: "worker threads (default: one for each core)",
    coerce: integerOption("workers", { min: 1, max: 1_024 }),
  },
  limit: LIMIT_OPTION,
  memory: {
    type: "string",
    requiresArg: true,
    describe: "memory in MiB that a run may take before it fails (default: 2048)",
    coerce: integerOption("memory", { min: 16 }),
  },
} as const

export const SWEEP_OPTIONS = {
  ...WORKER_OPTIONS,
  out: {
    type: "string",
    requiresArg: true,
    describe: "folder for the results (default: results/<experiment>)",
    coerce: (written: string | undefined) => {
      if (written === "") throw new Error("--out needs the name of a folder")
      return written
    },
  },
  quiet: { type: "boolean", describe: "show no progress" },
  json: { type: "boolean", describe: "machine-readable output: events, one JSON object a line" },
} as const

export const QUEUE_HELP = "let the workers of a queue do the runs, e.g. redis://localhost:6379"

/** Reads the address of a queue. */
export function readQueue(written: string | undefined): string | undefined {
  if (written === undefined || (/^(redis|valkey)s?:\/\/./.test(written) && URL.canParse(written))) return written
  throw new Error(`--queue: expected an address such as redis://localhost:6379, found ${JSON.stringify(written)}`)
}
