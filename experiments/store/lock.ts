/**
 * A lock on a store of results: only one process at a time adds to it.
 *
 * The lock is the write lock of an SQLite database that stores only the owner. The system releases it when the process ends,
 * however it ends, so that nothing needs cleaning up after a `kill -9`.
 */
import { hostname } from "node:os"
import { DatabaseSync } from "node:sqlite"
import { StoreError, storeError } from "../../lib/errors.ts"

export interface Lock {
  release(): void
}

/** Locks a store; throws a {@link StoreError} that names the owner if it is already locked. */
export function acquireLock(store: string): Lock {
  const path = `${store}.lock`
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { timeout: 0 })
    database.exec("CREATE TABLE IF NOT EXISTS holder (process INTEGER, host TEXT, since TEXT) STRICT")
    database.exec("BEGIN IMMEDIATE; DELETE FROM holder")
    database
      .prepare("INSERT INTO holder VALUES (?, ?, ?)")
      .run(process.pid, hostname(), new Date().toISOString().replace(/\..*/, "Z"))
    // The commit makes the owner visible to others; the transaction after it is the lock itself.
    database.exec("COMMIT; BEGIN IMMEDIATE")
    const held = database
    return { release: () => held.close() }
  } catch (error) {
    const holder = isBusy(error) ? holderOf(path) : undefined
    database?.close()
    if (holder !== undefined)
      throw new StoreError({ message: `${store}: in use by ${holder}; wait for it, or stop it` })
    throw storeError(path, error)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5
}

function holderOf(path: string): string {
  const unknown = "another process"
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 100 })
    const row = database.prepare("SELECT process, host, since FROM holder").get()
    if (row === undefined) return unknown
    return `process ${String(row["process"])} on ${String(row["host"])} since ${String(row["since"])}`
  } catch {
    return unknown
  } finally {
    database?.close()
  }
}
