/** The database of a store: its integrity is checked on opening, changes are transactions, and runs are verified when read. */
import { existsSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { StoreError, storeError } from "../../lib/errors.ts"
import { damaged, readRow, runChecksum, type RunKey, seal, verifyStore } from "./checksum.ts"
import type { EncodedRun } from "./encoding.ts"
import { createTables } from "./schema.ts"
import { NAME } from "./statements.ts"

/** Opens the file and verifies that it is an intact store of a supported version. */
export function openDatabase(path: string): DatabaseSync {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new StoreError({ message: `${path}: not a file; move it away and run again` })
  const isNew = !existsSync(path)
  const database = new DatabaseSync(path, { timeout: 5_000 })
  try {
    if (!isNew) verifyStore(database, path)
    // A commit survives a crash of the process; only a power failure may lose the last ones, which are then run again.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE")
    const before = schemaVersion(database)
    createTables(database)
    if (schemaVersion(database) !== before) seal(database)
    database.exec("COMMIT")
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A number that changes with the definitions of tables. */
function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA schema_version").get()?.["schema_version"])
}

/** Executes an action as one transaction; throws a {@link StoreError} about the file if that fails. */
export function transact(database: DatabaseSync, path: string, act: () => void): void {
  try {
    database.exec("BEGIN IMMEDIATE")
    act()
    database.exec("COMMIT")
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK")
    throw storeError(path, error)
  }
}

/** The name of a run for users. */
export function nameOf(database: DatabaseSync, scenario: number, code: number, seed: number): string {
  const row = database.prepare(NAME).get(seed, scenario, code)
  return `the run ${String(row?.["run"] ?? "?")} (seed ${seed})`
}

/**
 * The run in a row of seed and columns, with its checksum verified; throws a {@link StoreError}.
 *
 * @param identity the rest of the run's identity
 * @param name the run's name for users, computed only if it is corrupted
 * @param path the file that holds it
 */
export function verified(
  identity: Omit<RunKey, "seed">,
  row: readonly unknown[],
  name: () => string,
  path: string,
): EncodedRun {
  const { seed, checksum, run } = readRow(row)
  if (runChecksum({ ...identity, seed }, run) === checksum) return run
  throw damaged(path, `${name()} is not what was stored`)
}
