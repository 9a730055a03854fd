/** Copies runs from other stores, such as those of shards. */
import type { DatabaseSync } from "node:sqlite"
import { StoreError, storeError } from "../../lib/errors.ts"
import { nameOf, openDatabase, transact, verified } from "./database.ts"
import { acquireLock, type Lock } from "./lock.ts"
import { COLUMNS } from "./statements.ts"

/** Runs in the other store with a scenario and code of this plan, whatever their ids there. */
const FROM_OTHER = `FROM other.run AS theirs
  JOIN other.scenario AS their_scenario ON their_scenario.id = theirs.scenario
  JOIN other.code AS their_code ON their_code.id = theirs.code
  JOIN main.scenario AS scenario ON scenario.hash = their_scenario.hash
  JOIN main.code AS code ON code.algorithm = their_code.algorithm AND code.version = their_code.version`
const THEIR_COLUMNS = COLUMNS.map(column => `theirs.${column}`).join(", ")
const THEIRS = `SELECT scenario.id, code.id, scenario.hash, code.algorithm, code.version, theirs.seed, ${THEIR_COLUMNS}
  ${FROM_OTHER}`
const TAKE_OVER = `INSERT INTO run (scenario, code, seed, ${COLUMNS.join(", ")})
  SELECT scenario.id, code.id, theirs.seed, ${THEIR_COLUMNS} ${FROM_OTHER} WHERE true ON CONFLICT DO NOTHING`

/** The runs of the stores merged so far, and the store of each. */
const SEEN = `DROP TABLE IF EXISTS temp.seen; CREATE TEMP TABLE seen (scenario INTEGER, code INTEGER, seed INTEGER,
  digest TEXT, checksum TEXT, source TEXT, PRIMARY KEY (scenario, code, seed)) WITHOUT ROWID`
const REMEMBER = `INSERT OR IGNORE INTO temp.seen
  SELECT scenario.id, code.id, theirs.seed, theirs.digest, theirs.checksum, ? ${FROM_OTHER}`
/** Runs of the other store that differ from the same run here, or in an earlier store. */
const CONFLICT = `SELECT scenario.id AS scenario, code.id AS code, theirs.seed AS seed, theirs.digest AS theirs,
  ours.digest AS ours, ours.source AS source ${FROM_OTHER}
  JOIN (SELECT scenario, code, seed, digest, checksum, ? AS source FROM main.run UNION ALL SELECT * FROM temp.seen) AS ours
  ON ours.scenario = scenario.id AND ours.code = code.id AND ours.seed = theirs.seed AND ours.checksum <> theirs.checksum
  LIMIT 1`

/**
 * Copies the runs of a store's cells from other stores: from all of them, or from none if two stores disagree on a run. Throws
 * a {@link StoreError}.
 *
 * @param path the file of the store
 * @param others the files of the other stores
 */
export function mergeStores(database: DatabaseSync, path: string, others: readonly string[]): void {
  const locks: Lock[] = []
  try {
    for (const other of others) locks.push(acquireLock(other))
    database.exec(SEEN)
    for (const other of others) whileAttached(database, path, other, () => compare(database, path, other))
    for (const other of others) whileAttached(database, path, other, () => database.exec(TAKE_OVER))
  } finally {
    if (database.isOpen) database.exec("DROP TABLE IF EXISTS temp.seen")
    for (const lock of locks) lock.release()
  }
}

/** Executes an action in a transaction while the other store is attached as `other`. */
function whileAttached(database: DatabaseSync, path: string, other: string, act: () => void): void {
  try {
    openDatabase(other).close()
    database.prepare("ATTACH ? AS other").run(other)
    try {
      transact(database, path, act)
    } finally {
      database.exec("DETACH other")
    }
  } catch (error) {
    throw storeError(other, error)
  }
}

/** Verifies that the runs in the attached store are intact, and agree with the store and with those compared before. */
function compare(database: DatabaseSync, path: string, other: string): void {
  const theirs = database.prepare(THEIRS)
  theirs.setReturnArrays(true)
  for (const row of theirs.iterate()) {
    const [scenario, code, hash, algorithm, version, ...columns] = Object.values(row)
    const identity = { scenario: String(hash), algorithm: String(algorithm), version: String(version) }
    const name = (): string => nameOf(database, Number(scenario), Number(code), Number(columns[0]))
    verified(identity, columns, name, other)
  }
  const conflict = database.prepare(CONFLICT).get(path)
  if (conflict === undefined) {
    database.prepare(REMEMBER).run(other)
    return
  }
  const { scenario, code, seed, source, theirs: found, ours } = conflict
  const name = nameOf(database, Number(scenario), Number(code), Number(seed))
  const message =
    `${String(source)} and ${other} disagree on ${name}: digest ${String(ours ?? "none")} and ${String(found ?? "none")}; ` +
    "the same scenario, seed and code give the same run, so one of the two was altered, stopped by a limit, or made by a machine that cannot be trusted"
  throw new StoreError({ message })
}
