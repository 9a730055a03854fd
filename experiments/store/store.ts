/**
 * The store of an experiment's runs: one SQLite file, `runs.sqlite`, that holds every run as soon as it has finished.
 *
 * A run is identified by its scenario, its seed and the version of the code that ran it. Whatever happens to the process or to
 * the spec, a stored run is not repeated; results are computed from the store alone.
 */
import { createHash } from "node:crypto"
import type { DatabaseSync, StatementSync } from "node:sqlite"
import type { Cell, CellScenario } from "../../scenarios/cell.ts"
import { orderedJson } from "../model/fingerprint.ts"
import type { RunRecord } from "../../scenarios/measure.ts"
import type { Plan } from "../model/plan.ts"
import { runChecksum, type RunKey, seal, verifyRuns } from "./checksum.ts"
import { nameOf, openDatabase, transact, verified } from "./database.ts"
import { decodeRun, type EncodedRun } from "./encoding.ts"
import { StoreError, storeError } from "../../lib/errors.ts"
import { acquireLock, type Lock } from "./lock.ts"
import { mergeStores } from "./merge.ts"
import { createViews, type Vocabulary } from "./schema.ts"
import { CHECKSUM, INSERT, REPEATS_DONE, SELECT, TALLY } from "./statements.ts"

/** The file in the folder of an experiment's results. */
export const STORE_FILE = "runs.sqlite"

/** The state of a plan's runs. */
export interface Tally {
  readonly done: number
  readonly failed: number
  readonly violated: number
}

/** Pending runs of one scenario. */
export interface PendingRuns {
  readonly cell: Cell
  /** Indices in the plan of the cells that these runs belong to: several if cells have equal scenarios. */
  readonly places: readonly number[]
  /** Numbers of the runs within a cell, from 0. */
  readonly repeats: readonly number[]
}

/** One of `count` parts into which the runs of a plan are dealt, each for one machine. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number
  readonly count: number
}

/** The pending work of a plan, or of a shard of it. */
export interface Work {
  readonly total: number
  /** The number of its runs in the store, and their outcomes. */
  readonly earlier: Tally
  readonly pending: readonly PendingRuns[]
}

/** Finished runs of a cell, by their number within it. */
type FinishedRuns = Iterable<readonly [repeat: number, run: EncodedRun]>

/** The ids of a cell's rows in the other tables, and the identity of its runs. */
interface CellKey {
  readonly scenario: number
  readonly code: number
  readonly identity: Omit<RunKey, "seed">
}

export class RunStore {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #lock: Lock
  readonly #insert: StatementSync
  readonly #select: StatementSync
  readonly #repeatsDone: StatementSync
  readonly #checksumOf: StatementSync
  /** By table, the statements that find a row's id and insert a row. */
  readonly #idStatements = new Map<string, { readonly find: StatementSync; readonly insert: StatementSync }>()
  #plan: Plan | undefined
  #keys: readonly CellKey[] = []
  /** The target number of runs of each cell. */
  #repeats: number[] = []

  /** Opens and locks the store in a file; creates it if missing. Throws a {@link StoreError}. */
  constructor(path: string) {
    this.path = path
    this.#lock = acquireLock(path)
    try {
      this.#database = openDatabase(path)
      this.#insert = this.#database.prepare(INSERT)
      this.#select = this.#database.prepare(SELECT)
      this.#select.setReturnArrays(true)
      this.#checksumOf = this.#database.prepare(CHECKSUM)
      this.#repeatsDone = this.#database.prepare(REPEATS_DONE)
      this.#repeatsDone.setReturnArrays(true)
    } catch (error) {
      this.#lock.release()
      throw storeError(path, error)
    }
  }

  /**
   * Makes a plan's experiment the current one, through which the store's runs are viewed. Throws a {@link StoreError} if one of
   * its stored runs is corrupted.
   *
   * @param versionOf the version of the code that determines an algorithm's runs
   */
  begin(plan: Plan, versionOf: (algorithm: string) => string, vocabulary: Vocabulary): void {
    this.#repeats = plan.repeats.map(repeats => plan.experiment.precision?.min ?? repeats)
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
      seal(this.#database)
    })
    verifyRuns(this.#database, this.path)
    this.#plan = plan
  }

  /** The target number of runs of a cell; until it is extended, the plan's initial number. */
  repeatsOf(place: number): number {
    return this.#repeats[place]!
  }

  /** The target number of runs of all cells. */
  get runs(): number {
    return this.#repeats.reduce((sum, repeats) => sum + repeats, 0)
  }

  /** Raises the target number of runs of cells, given by index. */
  extend(repeats: ReadonlyMap<number, number>): void {
    this.#transaction(() => {
      const update = this.#database.prepare("UPDATE cell SET repeats = ? WHERE place = ?")
      for (const [place, number] of repeats) {
        update.run(number, place)
        this.#repeats[place] = number
      }
      seal(this.#database)
    })
  }

  /** The runs of the plan, or of a shard, that are not in the store, by scenario in the order of the plan. */
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

  /** The pending work of the plan, or of a shard of it. */
  work(shard: Shard = WHOLE): Work {
    const pending = this.pending(shard)
    const earlier = this.tally()
    if (shard.count === 1) return { total: this.runs, earlier, pending }
    const due = pending.reduce((sum, { places, repeats }) => sum + places.length * repeats.length, 0)
    return { total: earlier.done + due, earlier, pending }
  }

  /** The number of the plan's runs in the store. */
  tally(): Tally {
    this.#begun()
    const row = this.#database.prepare(TALLY).get()
    return { done: Number(row?.["done"]), failed: Number(row?.["failed"]), violated: Number(row?.["violated"]) }
  }

  /** Adds finished runs of a cell, atomically. A run that exists already must be the same. */
  add(place: number, runs: FinishedRuns): void {
    this.addAll([{ place, runs }])
  }

  /** Adds finished runs of several cells, atomically. */
  addAll(cells: Iterable<{ readonly place: number; readonly runs: FinishedRuns }>): void {
    const { seeds } = this.#begun()
    this.#transaction(() => {
      for (const { place, runs } of cells) for (const [repeat, run] of runs) this.#add(place, seeds[repeat]!, run)
    })
  }

  #add(place: number, seed: number, run: EncodedRun): void {
    const { scenario, code, identity } = this.#keys[place]!
    const { status, violated, digest, values, details } = run
    const checksum = runChecksum({ ...identity, seed }, run)
    const row = [status, violated ? 1 : 0, digest, details, checksum, ...values]
    if (this.#insert.run(scenario, code, seed, ...row).changes > 0) return
    if (this.#checksumOf.get(scenario, code, seed)?.["checksum"] === checksum) return
    const name = nameOf(this.#database, scenario, code, seed)
    throw new StoreError({ message: `${this.path}: ${name} gave another result than the one that is here` })
  }

  /**
   * Copies the plan's runs from other stores, such as those of shards: from all of them, or from none if two stores, this one
   * included, disagree on a run.
   */
  merge(paths: readonly string[]): void {
    this.#begun()
    mergeStores(this.#database, this.path, paths)
  }

  /** The stored records of a cell, in the order of its runs. They are read lazily, and again for each iteration. */
  records(place: number): Iterable<RunRecord> {
    this.#begun()
    return { [Symbol.iterator]: () => this.#recordsOf(place) }
  }

  *#recordsOf(place: number): Generator<RunRecord> {
    for (const row of this.#rowsOf(place, this.#select)) yield decodeRun(this.#runIn(place, Object.values(row)))
  }

  *#rowsOf(place: number, statement: StatementSync): Generator<object> {
    const { scenario, code } = this.#keys[place]!
    try {
      yield* statement.iterate(scenario, code, this.#repeats[place]!)
    } catch (error) {
      throw storeError(this.path, error)
    }
  }

  #runIn(place: number, row: readonly unknown[]): EncodedRun {
    const { scenario, code, identity } = this.#keys[place]!
    return verified(identity, row, () => nameOf(this.#database, scenario, code, Number(row[0])), this.path)
  }

  /** Checkpoints everything into the one file, so that it can be copied, and read from a read-only folder. */
  close(): void {
    try {
      this.#database.exec("PRAGMA journal_mode = DELETE")
    } catch {
      // A reader has it open: the file stays in two parts that belong together.
    }
    this.#database.close()
    this.#lock.release()
  }

  #begun(): Plan {
    if (this.#plan === undefined) throw new Error("no plan has begun")
    return this.#plan
  }

  *#doneRepeats(place: number): Generator<number> {
    for (const row of this.#rowsOf(place, this.#repeatsDone)) yield Number(Object.values(row)[0]) - 1
  }

  #keyOf(scenario: CellScenario, version: string): CellKey {
    const { algorithm, service, nodes } = scenario
    const definition = orderedJson(scenario)
    const hash = createHash("sha256").update(definition).digest("hex")
    return {
      scenario: this.#idOf("scenario", { hash }, { algorithm, service, nodes, definition }),
      code: this.#idOf("code", { algorithm, version }),
      identity: { scenario: hash, algorithm, version },
    }
  }

  /** The id of the row with this key; the row is inserted if missing. */
  #idOf(table: string, key: Readonly<Record<string, string>>, others: Readonly<Record<string, string | number>> = {}) {
    const { find, insert } = this.#statementsOf(table, Object.keys(key), Object.keys(others))
    const found = find.get(...Object.values(key))
    if (found !== undefined) return Number(found["id"])
    return Number(insert.run(...Object.values(key), ...Object.values(others)).lastInsertRowid)
  }

  #statementsOf(table: string, key: readonly string[], others: readonly string[]) {
    const known = this.#idStatements.get(table)
    if (known !== undefined) return known
    const columns = [...key, ...others]
    const where = key.map(name => `${name} = ?`).join(" AND ")
    const places = columns.map(() => "?").join(", ")
    const prepared = {
      find: this.#database.prepare(`SELECT id FROM ${table} WHERE ${where}`),
      insert: this.#database.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${places})`),
    }
    this.#idStatements.set(table, prepared)
    return prepared
  }

  #transaction(act: () => void): void {
    transact(this.#database, this.path, act)
  }
}

const WHOLE: Shard = { index: 1, count: 1 }

/** Deals the runs of a plan round robin, so that every shard has a part of every cell. */
function isIn({ index, count }: Shard, run: number): boolean {
  return run % count === index - 1
}
