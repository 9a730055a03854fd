/** The database of a store: opened once it has been found whole, changed in transactions, its runs verified as read. */
import { existsSync, statSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { StoreError, storeError } from "../../lib/errors.ts"
import { damaged, readRow, runChecksum, type RunKey, seal, verifyStore } from "./checksum.ts"
import type { EncodedRun } from "./encoding.ts"
import { createTables } from "./schema.ts"
import { NAME } from "./statements.ts"

/** Opens the file and makes sure that it is a whole store of results, of a version that this code knows. */
export function openDatabase(path: string): DatabaseSync {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
    throw new StoreError({ message: `${path}: this is no file; move it away and run again` })
  const isNew = !existsSync(path)
  const database = new DatabaseSync(path, { timeout: 5_000 })
  try {
    if (!isNew) verifyStore(database, path)
    // A commit survives the death of the process; only a power cut may cost the last ones, which are then run again.
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

/** Does something as one transaction; throws a {@link StoreError} about the file if it cannot be done. */
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

/** A run as users know it. */
export function nameOf(database: DatabaseSync, scenario: number, code: number, seed: number): string {
  const row = database.prepare(NAME).get(seed, scenario, code)
  return `the run ${String(row?.["run"] ?? "?")} (seed ${seed})`
}

/**
 * The run in a row of seed and columns, once its checksum has been found right; throws a {@link StoreError}.
 *
 * @param identity what else identifies the run
 * @param name the run as users know it, asked for only if it is damaged
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
