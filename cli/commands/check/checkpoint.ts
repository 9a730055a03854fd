/** Explorations that were stopped, as files from which they continue. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { deserialize, serialize } from "node:v8"
import type { CheckRequest } from "../../../checking/request.ts"
import { whyNotWritten } from "../../../lib/errors.ts"
import type { Bounds } from "../../../runtime/checker/model.ts"
import type { Explorer, ExplorerSnapshot } from "../../../runtime/checker/search/explorer.ts"
import { encode } from "../../../runtime/process/value.ts"
import { UsageError } from "../../exit-codes.ts"

const FORMAT = "quorate/checkpoint/v4"

interface Checkpoint {
  readonly format: typeof FORMAT
  /** The check that it belongs to. */
  readonly check: string
  readonly snapshot: ExplorerSnapshot
}

/** Continues from a file, if there is one. @returns true if there is @throws UsageError if it belongs to another check */
export function restore(
  explorer: Explorer,
  file: string,
  request: CheckRequest,
  order: string,
  bounds: Bounds,
): boolean {
  if (!existsSync(file)) return false
  const read = parsed(file)
  if (read.check !== identityOf(request, order)) throw new UsageError(`--checkpoint: ${file} is of another check`)
  try {
    explorer.restore(read.snapshot, bounds)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new UsageError(`--checkpoint: ${file} is of another version of ${request.algorithm.name}: ${why}`)
  }
  return true
}

/** Saves an exploration that was stopped; a finished one leaves no file. */
export function keep(explorer: Explorer, file: string, request: CheckRequest, order: string): void {
  const { isComplete, violation } = explorer.result
  if (isComplete || violation !== null) return rmSync(file, { force: true })
  const kept: Checkpoint = { format: FORMAT, check: identityOf(request, order), snapshot: explorer.snapshot() }
  try {
    writeFileSync(file, serialize(kept))
  } catch (error) {
    throw new UsageError(`--checkpoint: ${file} cannot be written: ${whyNotWritten(file, error)}`)
  }
}

function parsed(file: string): Checkpoint {
  try {
    const read: Checkpoint = deserialize(readFileSync(file))
    if (read.format === FORMAT) return read
  } catch {
    // It is not a checkpoint.
  }
  throw new UsageError(`--checkpoint: ${file} is no exploration that was stopped`)
}

function identityOf({ algorithm, service, ...request }: CheckRequest, order: string): string {
  return encode({ ...request, algorithm: algorithm.name, service: service.name, order })
}
