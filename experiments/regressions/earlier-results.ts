/** Reads the results of an experiment from its tables, `summary.csv` and `runs.csv`, to compare them with others. */
import { existsSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { CsvError, type CsvRow, parseCsv } from "../store/read-csv.ts"
import { GUARDED, type GuardedMetric } from "./guarded-metrics.ts"
import { shown } from "../../lib/suggestions.ts"
import { IS_DEVICE, isDevice } from "../../lib/device.ts"
import { reasonOf } from "../../lib/errors.ts"
import type { Estimate, Pair } from "../../analysis/statistics.ts"

/** The parts of results that a comparison needs. */
export interface EarlierResults {
  readonly folder: string
  readonly cells: ReadonlyMap<string, CellFigures>
}

export interface CellFigures {
  /** The fingerprint of what the cell runs. */
  readonly scenario: string
  /** The number of runs that `summary.csv` gives. */
  readonly count: number
  /** The runs in order; empty without `runs.csv`. */
  readonly runs: readonly RunFigures[]
  /** By metric, from `summary.csv`; null where there is no value. */
  readonly estimates: Readonly<Record<string, Estimate | null>>
}

export interface RunFigures {
  readonly seed: string
  /** By metric; null where the run does not have it. */
  readonly pairs: Readonly<Record<string, Pair | null>>
}

/**
 * Reads results.
 *
 * @param path a results folder, or a `summary.csv` in one
 * @returns the results, or what is wrong with them in words
 */
export function readResults(path: string): EarlierResults | string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const summary = isFolder ? join(path, "summary.csv") : path
  if (!existsSync(summary)) return `${path}: there ${isFolder ? "is no summary.csv in this folder" : "is no such file"}`
  if (isDevice(path)) return `${path}: ${IS_DEVICE}`
  if (basename(summary) === "runs.csv" || !summary.endsWith(".csv"))
    return `${path}: give the folder, or the summary.csv in it`
  const folder = dirname(summary)
  try {
    const file = join(folder, "runs.csv")
    const cells = readCells(summary, readRuns(file))
    if (existsSync(file)) refuseOtherRuns(file, cells)
    return { folder, cells }
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

/** The file, the line and the value that make a table of results unusable. */
class Unreadable extends Error {
  override readonly name = "Unreadable"
}

function readCells(file: string, runs: ReadonlyMap<string, readonly RunFigures[]>): ReadonlyMap<string, CellFigures> {
  const rows = readTable(file, ["cell", "runs", "availability"])
  if (rows.length === 0) throw new Unreadable(`${file}: there is no cell in this table`)
  if (!rows[0]!.has("scenario"))
    throw new Unreadable(`${file}: made by an earlier version, which does not say what the cells run; make it anew`)
  const cells = new Map<string, CellFigures>()
  for (const row of rows) {
    const cell = row.text("cell")
    if (cells.has(cell)) throw row.problem("cell", "which is there before")
    const estimates = Object.fromEntries(GUARDED.map(metric => [metric.name, estimateIn(row, metric)]))
    const count = row.number("runs") ?? 0
    cells.set(cell, { scenario: row.text("scenario"), estimates, count, runs: runs.get(cell) ?? [] })
  }
  return cells
}

/** Rejects two tables that are not about the same runs: otherwise a partial `runs.csv` would be compared as if it were complete. */
function refuseOtherRuns(file: string, cells: ReadonlyMap<string, CellFigures>): void {
  for (const [cell, { runs, count }] of cells) {
    if (runs.length === count) continue
    throw new Unreadable(`${file}: found ${runs.length} runs of ${cell}, of which summary.csv has ${count}`)
  }
}

function estimateIn(row: Row, { summary, change }: GuardedMetric): Estimate | null {
  if (summary === undefined || !row.has(summary)) return null
  const max = change === "points" ? 1 : Number.MAX_VALUE
  const [value = null, low = null, high = null] = [summary, `${summary}_low`, `${summary}_high`].map(column =>
    row.number(column, max),
  )
  return value === null ? null : { value, low, high, runs: row.number("runs") ?? 0 }
}

/** Runs by cell; a run's id is that of its cell and its number. */
function readRuns(file: string): ReadonlyMap<string, readonly RunFigures[]> {
  if (!existsSync(file)) return new Map()
  const runs = new Map<string, RunFigures[]>()
  for (const row of readTable(file, ["run", "seed", "status"])) {
    const id = row.text("run")
    const cell = id.slice(0, id.lastIndexOf("/"))
    const known = runs.get(cell) ?? []
    known.push({ seed: row.text("seed"), pairs: pairsOf(row) })
    runs.set(cell, known)
  }
  return runs
}

function pairsOf(row: Row): RunFigures["pairs"] {
  const status = row.text("status")
  if (status !== "completed" && status !== "failed") throw row.problem("status", "expected completed or failed")
  return Object.fromEntries(GUARDED.map(metric => [metric.name, pairOf(row, metric, status === "failed")]))
}

/** The contribution of a run to a metric; a failed run counts only in the share of failed runs. */
function pairOf(row: Row, { source, change }: GuardedMetric, isFailed: boolean): Pair | null {
  if ("share" in source) {
    if (source.share === "failed") return { above: Number(isFailed), below: 1 }
    return isFailed ? null : { above: Number(row.hasVerdict(source.share)), below: 1 }
  }
  if (isFailed) return null
  if ("mean" in source) {
    const above = row.has(source.mean) ? row.number(source.mean, change === "points" ? 1 : Number.MAX_VALUE) : null
    return above === null ? null : { above, below: 1 }
  }
  if (![...source.sum, source.per].every(column => row.has(column))) return null
  const above = source.sum.reduce((sum, column) => sum + (row.number(column) ?? 0), 0)
  return { above, below: row.number(source.per) ?? 0 }
}

/** Reads a CSV that has at least these columns. */
function readTable(file: string, columns: readonly string[]): readonly Row[] {
  if (isDevice(file)) throw new Unreadable(`${file}: ${IS_DEVICE}`)
  let rows: readonly CsvRow[]
  try {
    rows = parseCsv(readFileSync(file, "utf8"))
  } catch (error) {
    if (error instanceof CsvError) throw new Unreadable(`${file}:${error.line}: ${error.message}`)
    throw new Unreadable(`${file}: ${reasonOf(error) ?? "this file cannot be read"}`)
  }
  const [first] = rows
  const missing = columns.find(column => first !== undefined && !Object.hasOwn(first.fields, column))
  if (missing !== undefined)
    throw new Unreadable(
      `${file}: not a table of results; expected columns such as cell and availability, found no ${missing}`,
    )
  return rows.map(({ line, fields }) => new Row(file, line, fields))
}

/** A row of a table, whose values are checked on access. */
class Row {
  readonly #file: string
  readonly #line: number
  readonly #fields: Readonly<Record<string, string>>

  constructor(file: string, line: number, fields: Readonly<Record<string, string>>) {
    this.#file = file
    this.#line = line
    this.#fields = fields
  }

  has(column: string): boolean {
    return Object.hasOwn(this.#fields, column)
  }

  text(column: string): string {
    return this.#fields[column]!
  }

  /** True if any check of the run has this verdict. */
  hasVerdict(verdict: string): boolean {
    return Object.entries(this.#fields).some(([column, text]) => column.startsWith("check_") && text === verdict)
  }

  /** A number from 0 to `max`; null if the field is empty. */
  number(column: string, max = Number.MAX_VALUE): number | null {
    const text = this.text(column)
    if (text === "") return null
    const value = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN
    if (value >= 0 && value <= max) return value
    throw this.problem(column, max === 1 ? "expected a share from 0 to 1" : "expected a number from 0 on")
  }

  problem(column: string, what: string): Unreadable {
    return new Unreadable(`${this.#file}:${this.#line}: ${column}: found ${shown(this.text(column))}, ${what}`)
  }
}
