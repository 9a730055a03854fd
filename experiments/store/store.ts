/**
 * The store of an experiment's runs: one SQLite file, `runs.sqlite`, that holds every run from the moment it is finished.
 *
 * A run is kept under its scenario, its seed and the version of the code that ran it. Whatever happens to the process
 * or to the spec, a run that is in the store is not run again; results are made from the store alone.
 */
import { createHash } from "node:crypto"
import { existsSync } from "node:fs"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import type { Cell, CellScenario } from "../cell.ts"
import { MEASURES, type RunRecord } from "../measure.ts"
import type { Plan } from "../plan.ts"
import { decodeRun, type EncodedRun } from "./encoding.ts"
import { StoreError, storeError } from "./errors.ts"
import { acquireLock, type Lock } from "./lock.ts"
import { APPLICATION_ID, createTables, createViews, quoted, SCHEMA_VERSION, type Vocabulary } from "./schema.ts"

/** The file in the folder of an experiment's results. */
export const STORE_FILE = "runs.sqlite"

/** How the runs of a plan stand. */
export interface Tally {
  readonly done: number
  readonly failed: number
  readonly violated: number
}

/** Runs of one scenario that are to be run. */
export interface PendingRuns {
  readonly cell: Cell
  /** The cells that they are runs of, by place in the plan: several if their scenarios are equal. */
  readonly places: readonly number[]
  /** Numbers of the runs within a cell, from 0. */
  readonly repeats: readonly number[]
}

/** One of several parts into which the runs of a plan are dealt out, for as many machines. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number
  readonly count: number
}

/** What there is to do for a plan, or for a shard of it. */
export interface Work {
  readonly total: number
  /** How many of its runs are in the store, and how they ended. */
  readonly earlier: Tally
  readonly pending: readonly PendingRuns[]
}

/** Rows of the tables that a cell's runs are stored under. */
interface CellKey {
  readonly scenario: number
  readonly code: number
}

export class RunStore {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #lock: Lock
  readonly #insert: StatementSync
  readonly #select: StatementSync
  readonly #selectBad: StatementSync
  readonly #repeatsDone: StatementSync
  #plan: Plan | undefined
  #keys: readonly CellKey[] = []
  /** Runs that each cell is to have. */
  #repeats: number[] = []

  /** Opens the store in a file and locks it; it is made if it is not there. Throws a {@link StoreError}. */
  constructor(path: string) {
    this.path = path
    this.#lock = acquireLock(path)
    try {
      this.#database = openDatabase(path)
      this.#insert = this.#database.prepare(INSERT)
      this.#select = this.#database.prepare(SELECT)
      this.#select.setReturnArrays(true)
      this.#selectBad = this.#database.prepare(SELECT_BAD)
      this.#selectBad.setReturnArrays(true)
      this.#repeatsDone = this.#database.prepare(REPEATS_DONE)
      this.#repeatsDone.setReturnArrays(true)
    } catch (error) {
      this.#lock.release()
      throw storeError(path, error)
    }
  }

  /**
   * Makes a plan's experiment the one that the store's runs are looked at as.
   *
   * @param versionOf the version of the code that decides the course of an algorithm's runs
   */
  begin(plan: Plan, versionOf: (algorithm: string) => string, vocabulary: Vocabulary): void {
    this.#repeats = plan.cells.map(() => plan.experiment.precision?.min ?? plan.repeat)
    this.#transaction(() => {
      this.#database.exec("DELETE FROM cell; DELETE FROM repeat")
      const addCell = this.#database.prepare("INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?)")
      this.#keys = plan.cells.map(({ id, variant, scenario, point }, place) => {
        const key = this.#keyOf(scenario, versionOf(scenario.algorithm))
        const values = Object.entries(point).map(([name, { value }]) => [name, value] as const)
        const at = JSON.stringify(Object.fromEntries(values))
        addCell.run(place, id, variant.label, key.scenario, key.code, at, this.#repeats[place]!)
        return key
      })
      const addRepeat = this.#database.prepare("INSERT INTO repeat VALUES (?, ?)")
      for (const [index, seed] of plan.seeds.entries()) addRepeat.run(index + 1, seed)
      createViews(this.#database, vocabulary)
    })
    this.#plan = plan
  }

  /** Runs that a cell is to have; until it is extended, those that the plan begins with. */
  repeatsOf(place: number): number {
    return this.#repeats[place]!
  }

  /** Runs that the cells are to have in all. */
  get runs(): number {
    return this.#repeats.reduce((sum, repeats) => sum + repeats, 0)
  }

  /** Gives cells more runs: by place, how many they are to have from now on. */
  extend(repeats: ReadonlyMap<number, number>): void {
    this.#transaction(() => {
      const update = this.#database.prepare("UPDATE cell SET repeats = ? WHERE place = ?")
      for (const [place, number] of repeats) {
        update.run(number, place)
        this.#repeats[place] = number
      }
    })
  }

  /** The plan's runs, or those of a shard, that are not in the store, by scenario in the order of the plan. */
  pending(shard: Shard = WHOLE): readonly PendingRuns[] {
    const { cells, repeat } = this.#begun()
    const byScenario = Map.groupBy(cells.keys(), place => this.#keys[place]!.scenario)
    return [...byScenario.values()].flatMap((places): readonly PendingRuns[] => {
      const [place = 0] = places
      const done = new Uint8Array(this.#repeats[place]!)
      for (const number of this.#doneRepeats(place)) done[number] = 1
      const isDue = (number: number): boolean => done[number] === 0 && isIn(shard, place * repeat + number)
      const repeats = Array.from(done.keys()).filter(isDue)
      return repeats.length === 0 ? [] : [{ cell: cells[place]!, places, repeats }]
    })
  }

  /** What there is to do for the plan, or for a shard of it. */
  work(shard: Shard = WHOLE): Work {
    const pending = this.pending(shard)
    const earlier = this.tally()
    if (shard.count === 1) return { total: this.runs, earlier, pending }
    const due = pending.reduce((sum, { places, repeats }) => sum + places.length * repeats.length, 0)
    return { total: earlier.done + due, earlier, pending }
  }

  /** How many of the plan's runs are in the store. */
  tally(): Tally {
    this.#begun()
    const row = this.#database.prepare(TALLY).get()
    return { done: Number(row?.["done"]), failed: Number(row?.["failed"]), violated: Number(row?.["violated"]) }
  }

  /** Adds finished runs of a cell, all of them or none. One that is there already stays as it is. */
  add(place: number, runs: Iterable<readonly [repeat: number, run: EncodedRun]>): void {
    const { seeds } = this.#begun()
    const { scenario, code } = this.#keys[place]!
    this.#transaction(() => {
      for (const [repeat, { status, violated, digest, values, details }] of runs) {
        this.#insert.run(scenario, code, seeds[repeat]!, status, violated ? 1 : 0, digest, details, ...values)
      }
    })
  }

  /**
   * Takes over the plan's runs from other stores, such as those of shards.
   *
   * @returns how many of them were not here yet
   */
  merge(path: string): number {
    const before = this.tally().done
    const lock = acquireLock(path)
    try {
      openDatabase(path).close()
      this.#database.prepare("ATTACH ? AS other").run(path)
      try {
        this.#transaction(() => this.#database.exec(TAKE_OVER))
      } finally {
        this.#database.exec("DETACH other")
      }
    } catch (error) {
      throw storeError(path, error)
    } finally {
      lock.release()
    }
    return this.tally().done - before
  }

  /**
   * The records of a cell, in the order of its runs; those that are not in the store are left out. They are read as they
   * are asked for, anew each time that all are.
   */
  records(place: number): Iterable<RunRecord> {
    this.#begun()
    return { [Symbol.iterator]: () => this.#recordsOf(place) }
  }

  *#recordsOf(place: number): Generator<RunRecord> {
    const { scenario, code } = this.#keys[place]!
    for (const row of this.#select.iterate(scenario, code, this.#repeats[place]!))
      yield decodeRun(encodedRow(Object.values(row)))
  }

  /** The runs of a cell that failed or violated a check, by their number within it, from 1. */
  *badRecords(place: number): Generator<readonly [repeat: number, record: RunRecord]> {
    this.#begun()
    const { scenario, code } = this.#keys[place]!
    for (const row of this.#selectBad.iterate(scenario, code, this.#repeats[place]!)) {
      const [repeat, ...columns] = Object.values(row)
      yield [Number(repeat), decodeRun(encodedRow(columns))]
    }
  }

  /** Folds everything into the one file, so that it can be copied, and read from a folder that is read-only. */
  close(): void {
    try {
      this.#database.exec("PRAGMA journal_mode = DELETE")
    } catch {
      // A reader is looking at it: then the file stays as it is, in two parts that belong together.
    }
    this.#database.close()
    this.#lock.release()
  }

  #begun(): Plan {
    if (this.#plan === undefined) throw new Error("no plan has begun")
    return this.#plan
  }

  *#doneRepeats(place: number): Generator<number> {
    const { scenario, code } = this.#keys[place]!
    for (const row of this.#repeatsDone.iterate(scenario, code, this.#repeats[place]!))
      yield Number(Object.values(row)[0]) - 1
  }

  #keyOf(scenario: CellScenario, version: string): CellKey {
    const { algorithm, service, nodes } = scenario
    const definition = JSON.stringify(sorted(scenario))
    const hash = createHash("sha256").update(definition).digest("hex")
    return {
      scenario: this.#idOf("scenario", { hash }, { algorithm, service, nodes, definition }),
      code: this.#idOf("code", { algorithm, version }),
    }
  }

  /** The row of a table that is known by its key; it is made if it is not there. */
  #idOf(table: string, key: Readonly<Record<string, string>>, others: Readonly<Record<string, string | number>> = {}) {
    const where = Object.keys(key).map(name => `${name} = ?`)
    const found = this.#database
      .prepare(`SELECT id FROM ${table} WHERE ${where.join(" AND ")}`)
      .get(...Object.values(key))
    if (found !== undefined) return Number(found["id"])
    const row = { ...key, ...others }
    const places = Object.keys(row).map(() => "?")
    const insert = `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${places.join(", ")})`
    return Number(this.#database.prepare(insert).run(...Object.values(row)).lastInsertRowid)
  }

  #transaction(act: () => void): void {
    try {
      this.#database.exec("BEGIN IMMEDIATE")
      act()
      this.#database.exec("COMMIT")
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK")
      throw storeError(this.path, error)
    }
  }
}

const COLUMNS = ["status", "violated", "digest", "details", ...MEASURES.map(({ name }) => quoted(name))]

const INSERT = `INSERT INTO run (scenario, code, seed, ${COLUMNS.join(", ")})
  VALUES (?, ?, ?, ${COLUMNS.map(() => "?").join(", ")}) ON CONFLICT DO NOTHING`

const WHOLE: Shard = { index: 1, count: 1 }

/** Deals the runs of a plan out one by one, so that every shard has its part of every cell. */
function isIn({ index, count }: Shard, run: number): boolean {
  return run % count === index - 1
}

/** Runs of the plan's scenarios by the same code, whatever numbers these have in the other store. */
const TAKE_OVER = `INSERT INTO run (scenario, code, seed, ${COLUMNS.join(", ")})
  SELECT scenario.id, code.id, theirs.seed, ${COLUMNS.map(column => `theirs.${column}`).join(", ")}
  FROM other.run AS theirs
  JOIN other.scenario AS their_scenario ON their_scenario.id = theirs.scenario
  JOIN other.code AS their_code ON their_code.id = theirs.code
  JOIN main.scenario AS scenario ON scenario.hash = their_scenario.hash
  JOIN main.code AS code ON code.algorithm = their_code.algorithm AND code.version = their_code.version
  WHERE true ON CONFLICT DO NOTHING`

const OF_CELL = `FROM repeat CROSS JOIN run ON run.scenario = ? AND run.code = ? AND run.seed = repeat.seed
  WHERE repeat.number <= ?`
const SELECT = `SELECT ${COLUMNS.join(", ")} ${OF_CELL} ORDER BY repeat.number`
const SELECT_BAD = `SELECT repeat.number, ${COLUMNS.join(", ")} ${OF_CELL} AND (violated OR status = 'failed')
  ORDER BY repeat.number`
const REPEATS_DONE = `SELECT repeat.number ${OF_CELL}`

const TALLY = `SELECT count(*) AS done, coalesce(sum(status = 'failed'), 0) AS failed,
  coalesce(sum(violated), 0) AS violated FROM cell JOIN repeat ON repeat.number <= cell.repeats
  JOIN run USING (scenario, code, seed)`

/** Opens the file and makes sure that it is a store of results, of a version that this code knows. */
function openDatabase(path: string): DatabaseSync {
  const isNew = !existsSync(path)
  const database = new DatabaseSync(path, { timeout: 5_000 })
  try {
    if (!isNew) checkFormat(path, database)
    // A commit survives the death of the process; only a power cut may cost the last ones, which are then run again.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
    createTables(database)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function checkFormat(path: string, database: DatabaseSync): void {
  const id = database.prepare("PRAGMA application_id").get()?.["application_id"]
  const version = Number(database.prepare("PRAGMA user_version").get()?.["user_version"])
  const isEmpty = database.prepare("SELECT count(*) AS tables FROM sqlite_schema").get()?.["tables"] === 0
  if (!isEmpty && id !== APPLICATION_ID)
    throw new StoreError({ message: `${path}: this is no store of results; move it away and run again` })
  if (version > SCHEMA_VERSION)
    throw new StoreError({ message: `${path}: made by a later version of Quorate; use that, or another folder` })
}

/** A row as SELECT gives it. */
function encodedRow([status, violated, digest, details, ...values]: readonly unknown[]): EncodedRun {
  return {
    status: status === "failed" ? "failed" : "completed",
    violated: violated === 1,
    digest: typeof digest === "string" ? digest : null,
    details: String(details),
    values: values.map(value => (typeof value === "number" ? value : null)),
  }
}

/** The same plain data with the keys of all objects in order, so that equal scenarios are equal texts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  )
}
