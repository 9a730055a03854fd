/**
 * The journal of a sweep: every finished run, written as it finishes, so that an interrupted sweep goes on where it
 * stopped. One line of JSON a run; the first line says which plan and which code the runs belong to.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { createHash } from "node:crypto"
import { join } from "node:path"
import { codeFingerprint } from "./assets.ts"
import type { RunRecord } from "./measure.ts"
import type { Plan } from "./plan.ts"

const FILE = "journal.ndjson"

/** How much may be lost when the process is killed: what was recorded since the last write. */
const WRITE_EVERY_MS = 200

export interface Journal {
  /** Records of an earlier, interrupted sweep, by the number of the run in the plan. */
  readonly earlier: ReadonlyMap<number, RunRecord>
  /** Notes a finished run; it is written soon. */
  readonly note: (run: number, record: RunRecord) => void
  /** Writes what is due to be written; with `all`, everything. */
  readonly write: (all?: boolean) => Effect.Effect<void, FileSystemError>
  /** Removes the journal: the results are complete. */
  readonly remove: Effect.Effect<void, FileSystemError>
}

type FileSystemError = Effect.Error<ReturnType<FileSystem.FileSystem["writeFileString"]>>

/** Opens the journal of a plan in a folder; one that belongs to another plan or other code is begun anew. */
export const openJournal = Effect.fnUntraced(function* (folder: string, plan: Plan) {
  const files = yield* FileSystem.FileSystem
  const path = join(folder, FILE)
  const header = JSON.stringify({ plan: planKey(plan) })
  const text = (yield* files.exists(path)) ? yield* files.readFileString(path) : ""
  const earlier = text.startsWith(`${header}\n`) ? recordsIn(text, plan.runs) : new Map<number, RunRecord>()
  // Written anew either way: the last line of a killed sweep may be cut off.
  yield* files.writeFileString(path, [header, ...[...earlier].map(lineOf)].join("\n") + "\n")
  let pending: string[] = []
  let writtenAt = Date.now()
  const journal: Journal = {
    earlier,
    note: (run, record) => {
      pending.push(lineOf([run, record]))
    },
    write: (all = false) =>
      Effect.suspend(() => {
        if (pending.length === 0 || (!all && Date.now() - writtenAt < WRITE_EVERY_MS)) return Effect.void
        const lines = pending
        pending = []
        writtenAt = Date.now()
        return files.writeFileString(path, lines.join("\n") + "\n", { flag: "a" })
      }),
    remove: files.remove(path),
  }
  return journal
})

/** Equal for equal plans run by equal code. */
export function planKey(plan: Plan): string {
  const scenarios = plan.cells.map(({ id, scenario }) => [id, scenario])
  return createHash("sha256")
    .update(JSON.stringify([codeFingerprint(plan.experiment.outside), plan.seeds, scenarios]))
    .digest("hex")
}

function lineOf([run, record]: readonly [number, RunRecord]): string {
  return JSON.stringify([run, record])
}

function recordsIn(text: string, runs: number): Map<number, RunRecord> {
  const records = new Map<number, RunRecord>()
  for (const line of text.split("\n").slice(1)) {
    const entry = parseLine(line)
    if (entry !== undefined && entry[0] < runs) records.set(...entry)
  }
  return records
}

/** A line of the journal, or `undefined` if it was cut off. */
function parseLine(line: string): readonly [number, RunRecord] | undefined {
  if (!line.endsWith("]")) return undefined
  try {
    const entry: [number, RunRecord] = JSON.parse(line)
    return entry
  } catch {
    return undefined
  }
}
