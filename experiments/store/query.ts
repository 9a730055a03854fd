/** Queries the runs in a store, and exports them for other programs: CSV, JSON Lines, Parquet. */
import { existsSync, renameSync, rmSync, statSync, writeSync, openSync, closeSync } from "node:fs"
import { extname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { toCsv } from "./csv.ts"
import { didYouMean } from "../../lib/suggestions.ts"
import type { Value } from "./tables.ts"
import { verifyRuns, verifyStore } from "./checksum.ts"
import { StoreError, storeError, whyNotWritten } from "../../lib/errors.ts"
import { quoted } from "./schema.ts"
import { STORE_FILE } from "./store.ts"

/** A selection of runs and of their columns. */
export interface Query {
  /** Columns of the view `runs`; default: all. */
  readonly columns?: readonly string[]
  /** A condition in SQL, e.g. `nodes = 5 AND status = 'failed'`. */
  readonly where?: string
  readonly limit?: number
}

export interface Answer {
  readonly columns: readonly string[]
  /** Read from the store on demand. */
  readonly rows: Iterable<readonly Value[]>
  /** For each column, true if it holds text in any row. */
  readonly isText: readonly boolean[]
  readonly count: number
}

/** Opens a store by its path or its results folder, calls `use` with the answer, and closes it again. */
export async function queryRuns<T>(target: string, query: Query, use: (answer: Answer) => T | Promise<T>): Promise<T> {
  const path = existsSync(target) && statSync(target).isDirectory() ? join(target, STORE_FILE) : target
  if (!existsSync(path)) throw new StoreError({ message: `${path}: there are no results` })
  if (!statSync(path).isFile()) throw new StoreError({ message: `${path}: not a file` })
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 })
    // One transaction: all reads see a consistent snapshot, even while a sweep adds runs.
    database.exec("BEGIN")
    verifyStore(database, path)
    if (columnsOf(database).length > 0) verifyRuns(database, path)
    return await use(ask(database, path, query))
  } catch (error) {
    throw storeError(path, error)
  } finally {
    database?.close()
  }
}

function ask(database: DatabaseSync, path: string, { columns: chosen, where = "true", limit = -1 }: Query): Answer {
  const known = columnsOf(database)
  if (known.length === 0) throw new StoreError({ message: `${path}: there are no runs in this store` })
  const unknown = chosen?.find(name => !known.includes(name))
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, known) || `; there are ${known.join(", ")}`
    throw new StoreError({ message: `there is no column ${unknown}${hint}` })
  }
  const columns = chosen ?? known
  const source = `FROM (SELECT * FROM runs WHERE ${where}) LIMIT ${limit}`
  const texts = columns.map(name => `max(typeof(${quoted(name)}) = 'text')`)
  try {
    const summary = database.prepare(`SELECT count(*), ${texts.join(", ")} FROM (SELECT * ${source})`)
    summary.setReturnArrays(true)
    const [count, ...isText] = Object.values(summary.get() ?? {})
    const rows = database.prepare(`SELECT ${columns.map(quoted).join(", ")} ${source}`)
    rows.setReturnArrays(true)
    return { columns, rows: valuesOf(rows.iterate()), count: Number(count), isText: isText.map(flag => flag === 1) }
  } catch (error) {
    throw new StoreError({ message: `--where ${where}: ${conditionProblem(error, known)}` })
  }
}

function columnsOf(database: DatabaseSync): readonly string[] {
  return database
    .prepare("SELECT name FROM pragma_table_info('runs')")
    .all()
    .map(row => String(row["name"]))
}

function conditionProblem(error: unknown, known: readonly string[]): string {
  const message = error instanceof Error ? error.message : String(error)
  const unknown = /^no such column: (.+?)(?: - .*)?$/.exec(message)?.[1]
  return unknown === undefined ? message : `there is no column ${unknown}${didYouMean(unknown, known)}`
}

function* valuesOf(rows: Iterable<object>): Generator<readonly Value[]> {
  for (const row of rows) {
    yield Object.values(row).map((value: unknown) =>
      typeof value === "number" || typeof value === "string" ? value : null,
    )
  }
}

const FORMATS = [".csv", ".jsonl", ".parquet"] as const

/** Writes an answer to a file, in the format of its extension; atomically. */
export async function exportRuns(answer: Answer, path: string): Promise<void> {
  const format = FORMATS.find(ending => ending === extname(path))
  if (format === undefined) {
    throw new StoreError({ message: `${path}: expected a file that ends in ${FORMATS.join(", ")}` })
  }
  const part = `${path}.part`
  try {
    if (format === ".parquet") await writeParquet(answer, part)
    else writeLines(format === ".csv" ? toCsv(answer) : toJsonLines(answer), part)
    renameSync(part, path)
  } catch (error) {
    rmSync(part, { force: true })
    throw error instanceof StoreError ? error : new StoreError({ message: `${path}: ${whyNotWritten(path, error)}` })
  }
}

function writeLines(pieces: Iterable<string>, path: string): void {
  const file = openSync(path, "w")
  try {
    for (const piece of pieces) writeSync(file, piece)
  } finally {
    closeSync(file)
  }
}

/** One object per line, without the values that a run lacks. */
function* toJsonLines({ columns, rows }: Answer): Generator<string> {
  for (const row of rows) {
    const entries = columns.map((name, index) => [name, row[index] ?? null] as const)
    yield `${JSON.stringify(Object.fromEntries(entries.filter(([, value]) => value !== null)))}\n`
  }
}

const ROW_GROUP = 10_000

async function writeParquet({ columns, rows, isText }: Answer, path: string): Promise<void> {
  // Loaded on demand: nothing else needs it.
  const { fileWriter, ParquetWriter } = await import("hyparquet-writer")
  const schema = columns.map((name, index) =>
    isText[index] === true
      ? ({ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" } as const)
      : ({ name, type: "DOUBLE", repetition_type: "OPTIONAL" } as const),
  )
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: "runs", num_children: columns.length }, ...schema],
  })
  let group: (readonly Value[])[] = []
  const flush = async (): Promise<void> => {
    const columnData = columns.map((name, index) => {
      const text = isText[index] === true
      return { name, data: group.map(row => (text && row[index] !== null ? String(row[index]) : row[index])) }
    })
    if (group.length > 0) await writer.write({ columnData })
    group = []
  }
  for (const row of rows) {
    group.push(row)
    if (group.length === ROW_GROUP) await flush()
  }
  await flush()
  await writer.finish()
}
