/** Options whose values are spans of real time. */
import { parseDuration } from "../runtime/contract/units.ts"

/** Reads a span of real time, in milliseconds. */
export function readDuration(name: string, written: string | undefined): number | undefined {
  if (written === undefined) return undefined
  const micros = parseDuration(written)
  if (micros !== undefined && micros >= 1_000) return micros / 1_000
  throw new Error(`--${name}: expected a time such as 30s or 10min, found ${JSON.stringify(written)}`)
}

/** `--limit`, for commands that run what may not end. */
export const LIMIT_OPTION = {
  type: "string",
  requiresArg: true,
  describe: "processor time that a run may take before it fails (default: 120s)",
  coerce: (written: string | undefined) => readDuration("limit", written),
} as const
