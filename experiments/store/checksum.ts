/**
 * Checksums of the contents of a store: of each run, and of the tables that describe the runs.
 *
 * A store may stay on disks and move between machines for years; data that was corrupted on the way must not become a result.
 */
import { createHash, hash } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"
import { MEASURES } from "../../scenarios/measure.ts"
import type { EncodedRun } from "./encoding.ts"
import { StoreError } from "../../lib/errors.ts"
import { inPieces } from "../../lib/files.ts"
import { APPLICATION_ID, quoted, SCHEMA_VERSION } from "./schema.ts"

/** The identity of a run. */
export interface RunKey {
  /** The hash of its scenario. */
  readonly scenario: string
  readonly algorithm: string
  /** The version of the code that ran it. */
  readonly version: string
  readonly seed: number
}

/** Hexadecimal digits of a checksum: 128 bits. */
const DIGITS = 32

/** Names of measures in canonical order, and the index of each in a run's values. */
type Measured = readonly (readonly [name: string, index: number])[]

const MEASURED = inOrder(MEASURES.map(({ name }) => name))

/**
 * The checksum of a run and its identity. Measures without a value do not count, so that stores of code with fewer or more
 * measures have equal checksums.
 *
 * @param measured the measures to which the run's values belong
 */
export function runChecksum(
  { scenario, algorithm, version, seed }: RunKey,
  { status, violated, digest, values, details }: EncodedRun,
  measured: Measured = MEASURED,
): string {
  let text = `${scenario}\n${algorithm}\n${version}\n${seed}\n${status}\n${violated}\n${digest}\n`
  for (const [name, index] of measured) {
    const value = values[index] ?? null
    if (value !== null) text += `${name}=${value}\n`
  }
  return hash("sha256", text + details, "hex").slice(0, DIGITS)
}

function inOrder(names: readonly string[]): Measured {
  return names.map((name, index) => [name, index] as const).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** Columns of the table of runs that are not measures. */
const FIXED = new Set(["scenario", "code", "seed", "status", "violated", "digest", "details", "checksum"])

/** Verifies the runs of the experiment in a store against their checksums; throws a {@link StoreError}. */
export function verifyRuns(database: DatabaseSync, path: string): void {
  const columns = database.prepare("SELECT name FROM pragma_table_info('run')").all()
  const names = columns.map(({ name }) => String(name)).filter(name => !FIXED.has(name))
  const measured = inOrder(names)
  const values = names.map(name => `, run.${quoted(name)}`).join("")
  const runs = database.prepare(`SELECT cell.id || '/' || repeat.number, scenario.hash, code.algorithm, code.version,
    run.seed, run.status, run.violated, run.digest, run.details, run.checksum${values}
    FROM cell JOIN repeat ON repeat.number <= cell.repeats JOIN run USING (scenario, code, seed)
    JOIN scenario ON scenario.id = run.scenario JOIN code ON code.id = run.code`)
  runs.setReturnArrays(true)
  for (const row of runs.iterate()) {
    const [name, scenario, algorithm, version, ...stored] = Object.values(row)
    const { seed, checksum, run } = readRow(stored)
    const key = { scenario: String(scenario), algorithm: String(algorithm), version: String(version), seed }
    if (runChecksum(key, run, measured) !== checksum)
      throw damaged(path, `the run ${String(name)} (seed ${seed}) is not what was stored`)
  }
}

/** A row of seed, status, violated, digest, details, checksum and all measures; no checksum if it is malformed. */
export function readRow([seed, status, violated, digest, details, checksum, ...values]: readonly unknown[]) {
  const isStored =
    (status === "completed" || status === "failed") &&
    (violated === 0 || violated === 1) &&
    (digest === null || typeof digest === "string") &&
    values.every(value => value === null || typeof value === "number")
  const run: EncodedRun = {
    status: status === "failed" ? "failed" : "completed",
    violated: violated === 1,
    digest: typeof digest === "string" ? digest : null,
    details: String(details),
    values: values.map(value => (typeof value === "number" ? value : null)),
  }
  return { seed: Number(seed), checksum: isStored ? String(checksum) : undefined, run }
}

/** Tables that describe the runs; they are sealed again after every change. */
const SEALED = ["scenario", "code", "cell", "repeat"] as const

/** Records the checksum of the views, of all tables except the runs, and of their definitions. */
export function seal(database: DatabaseSync): void {
  database.exec("DELETE FROM seal")
  database.prepare("INSERT INTO seal VALUES (?)").run(sealOf(database))
}

/**
 * Verifies that a file is a store of this version, that SQLite finds it intact, and that only runs have changed since it was
 * sealed; throws a {@link StoreError}. An empty file passes: it will become a store.
 */
export function verifyStore(database: DatabaseSync, path: string): void {
  if (database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"] === 0) return
  const id = database.prepare("PRAGMA application_id").get()?.["application_id"]
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"])
  if (id !== APPLICATION_ID)
    throw new StoreError({ message: `${path}: not a results store; move it away and run again` })
  if (version > SCHEMA_VERSION)
    throw new StoreError({ message: `${path}: made by a later version of Quorate; use that, or another folder` })
  if (version < SCHEMA_VERSION)
    throw new StoreError({ message: `${path}: made by an earlier version of Quorate; move it away and run again` })
  verifyStructure(database, path)
  verifySeal(database, path)
}

function verifySeal(database: DatabaseSync, path: string): void {
  const sealed = database.prepare("SELECT checksum FROM seal").get()?.["checksum"]
  if (sealed !== sealOf(database)) throw damaged(path, "its tables were altered")
}

function verifyStructure(database: DatabaseSync, path: string): void {
  const found = database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"]
  if (found !== "ok") throw damaged(path, String(found))
}

/** The message about a corrupted store. */
export function damaged(path: string, what: string): StoreError {
  return new StoreError({ message: `${path}: this store is damaged: ${what}; move it away and run again` })
}

/** The checksum of the tables as JSON, computed incrementally: a sweep may have 100,000 scenarios. */
function sealOf(database: DatabaseSync): string {
  const definitions = database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").all()
  const checksum = createHash("sha256")
  for (const piece of inPieces(tablesAsJson(database, definitions))) checksum.update(piece)
  return checksum.digest("hex").slice(0, DIGITS)
}

function* tablesAsJson(database: DatabaseSync, definitions: readonly object[]): Generator<string> {
  yield `[${JSON.stringify(definitions)},[`
  for (const [place, table] of SEALED.entries()) {
    let before = place === 0 ? "[" : ",["
    const rows = database.prepare(`SELECT * FROM ${table} ORDER BY rowid`)
    for (const row of rows.iterate()) {
      yield before + JSON.stringify(row)
      before = ","
    }
    yield before === "," ? "]" : `${before}]`
  }
  yield "]]"
}
