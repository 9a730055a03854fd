/**
 * Holds the results of an experiment against earlier ones: did availability or message cost get worse?
 *
 * Run k of a cell has the same seed both times, hence the same faults and link delays, so the runs are compared in
 * pairs; code that did not change its behaviour shows no difference at all. Where only `summary.csv` is left of the
 * earlier results, or seeds differ, the intervals of the two estimates have to do.
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { CsvError, type CsvRow, parseCsv } from "./csv.ts"
import { inPercent } from "./percent.ts"
import { shown } from "./spec/suggestions.ts"
import { reasonOf } from "./store/errors.ts"
import { IS_DEVICE, isDevice } from "./store/device.ts"
import { type Estimate, holm, meanSample, pairedDifference, ratioSample, type Sample } from "./statistics.ts"

/** What is guarded, and which way is worse. */
const GUARDED = {
  availability: { title: "availability", worse: "less" },
  messages_per_operation: { title: "message cost", worse: "more" },
} as const

export type GuardedMetric = keyof typeof GUARDED

const METRICS: readonly GuardedMetric[] = ["availability", "messages_per_operation"]

/** Results as they are read for a comparison. */
export interface EarlierResults {
  readonly folder: string
  /** By cell. */
  readonly cells: ReadonlyMap<string, CellFigures>
}

interface CellFigures {
  /** By metric; from the runs if they are there. */
  readonly samples: Readonly<Record<GuardedMetric, Sample | null>> | undefined
  readonly estimates: Readonly<Record<GuardedMetric, Estimate | null>>
  /** Seeds of the runs, in their order. */
  readonly seeds: string
}

/** How one metric of one cell has changed. */
export interface MetricChange {
  readonly cell: string
  readonly metric: GuardedMetric
  readonly old: number
  readonly new: number
  /** New less old: in points of availability (0.01 is 1 %), or as a share of the old message cost. */
  readonly change: Estimate
  /** Adjusted for the number of comparisons; null if not compared in pairs. */
  readonly p: number | null
  /** `unsure`: a difference beyond the tolerance that so few runs cannot show. */
  readonly verdict: "worse" | "better" | "same" | "unsure"
}

export interface Comparison {
  readonly changes: readonly MetricChange[]
  /** Whether all cells were compared run by run. */
  readonly isPaired: boolean
  /** Metrics of cells that have a value on one side only, in words. */
  readonly uncompared: readonly string[]
  /** Cells that only one side has. */
  readonly gone: readonly string[]
  readonly added: readonly string[]
}

/**
 * Reads results.
 *
 * @param path a folder with results, or a `summary.csv` in one
 * @returns the results, or what is wrong with them in words
 */
export function readResults(path: string): EarlierResults | string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  const summary = isFolder ? join(path, "summary.csv") : path
  if (!existsSync(summary)) return `${path}: there ${isFolder ? "is no summary.csv in this folder" : "is no such file"}`
  if (basename(summary) === "runs.csv") return `${path}: give the folder, or the summary.csv in it`
  const folder = dirname(summary)
  try {
    const runs = readRuns(join(folder, "runs.csv"))
    return { folder, cells: readCells(summary, runs) }
  } catch (error) {
    if (error instanceof Unreadable) return error.message
    throw error
  }
}

/** The file, the line and the value that make a table of results unusable. */
class Unreadable extends Error {
  override readonly name = "Unreadable"
}

function readCells(file: string, runs: ReadonlyMap<string, readonly Row[]>): ReadonlyMap<string, CellFigures> {
  const rows = readTable(file, [
    "cell",
    "runs",
    ...METRICS.flatMap(metric => [metric, `${metric}_low`, `${metric}_high`]),
  ])
  if (rows.length === 0) throw new Unreadable(`${file}: there is no cell in this table`)
  const cells = new Map<string, CellFigures>()
  for (const row of rows) {
    const cell = row.text("cell")
    if (cells.has(cell)) throw row.problem("cell", "which is there before")
    const own = runs.get(cell)
    const estimates = {
      availability: estimateIn(row, "availability"),
      messages_per_operation: estimateIn(row, "messages_per_operation"),
    }
    const seeds = (own ?? []).map(run => run.text("seed")).join(" ")
    cells.set(cell, { estimates, samples: own && samplesOf(own), seeds })
  }
  return cells
}

/** The rows of runs by cell; a run's id is that of its cell and its number. */
function readRuns(file: string): ReadonlyMap<string, readonly Row[]> {
  if (!existsSync(file)) return new Map()
  const rows = readTable(file, ["run", "seed", "status", "availability", "messages_protocol", "ok"])
  return Map.groupBy(rows, row => row.text("run").slice(0, row.text("run").lastIndexOf("/")))
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

/** A row of a table, whose values are checked as they are asked for. */
class Row {
  readonly #file: string
  readonly #line: number
  readonly #fields: Readonly<Record<string, string>>

  constructor(file: string, line: number, fields: Readonly<Record<string, string>>) {
    this.#file = file
    this.#line = line
    this.#fields = fields
  }

  text(column: string): string {
    return this.#fields[column]!
  }

  /** A number from 0 on, at most `max`; null where there is no value. */
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

function samplesOf(runs: readonly Row[]): Readonly<Record<GuardedMetric, Sample | null>> {
  const completed = runs.map(run => {
    const status = run.text("status")
    if (status !== "completed" && status !== "failed") throw run.problem("status", "expected completed or failed")
    return status === "completed" ? run : null
  })
  return {
    availability: meanSample(completed.map(run => run && run.number("availability", 1))),
    messages_per_operation: ratioSample(
      completed.map(run => run && { above: run.number("messages_protocol") ?? 0, below: run.number("ok") ?? 0 }),
    ),
  }
}

function estimateIn(row: Row, metric: GuardedMetric): Estimate | null {
  const max = metric === "availability" ? 1 : Number.MAX_VALUE
  const [value, low, high] = [metric, `${metric}_low`, `${metric}_high`].map(column => row.number(column, max))
  if (value === null || value === undefined) return null
  return { value, low: low ?? null, high: high ?? null, runs: row.number("runs") ?? 0 }
}

/**
 * Compares new results with earlier ones.
 *
 * A metric is worse if its whole 95 % interval lies beyond the tolerance on the bad side and, compared in pairs, its
 * p-value stays below 5 % after adjustment for all comparisons made (Holm), so that many cells raise no false alarm.
 *
 * @param tolerance how much worse is allowed: 0.01 is a point of availability, or 1 % of the message cost
 */
export function compareResults(old: EarlierResults, now: EarlierResults, tolerance: number): Comparison {
  const common = [...now.cells].flatMap(([cell, own]) => {
    const before = old.cells.get(cell)
    return before === undefined ? [] : [{ cell, own, before, isPaired: isPair(own, before) }]
  })
  const changes = common.flatMap(({ cell, own, before, isPaired }) =>
    METRICS.flatMap(metric => {
      const found = isPaired ? pairedChange(metric, own, before) : unpairedChange(metric, own, before)
      return found === null ? [] : [{ cell, metric, ...found }]
    }),
  )
  const adjusted = holm(changes.map(({ p }) => p))
  return {
    changes: changes.map((change, index): MetricChange => {
      const p = adjusted[index] ?? null
      return { ...change, p, verdict: judge({ ...change, p }, tolerance) }
    }),
    uncompared: common.flatMap(({ cell, own, before }) =>
      METRICS.filter(metric => (own.estimates[metric] === null) !== (before.estimates[metric] === null)).map(metric => {
        const where = before.estimates[metric] === null ? "the baseline" : "the new results"
        return `${GUARDED[metric].title} of ${cell} (no value in ${where})`
      }),
    ),
    isPaired: common.every(({ isPaired }) => isPaired),
    gone: [...old.cells.keys()].filter(cell => !now.cells.has(cell)),
    added: [...now.cells.keys()].filter(cell => !old.cells.has(cell)),
  }
}

function isPair(own: CellFigures, before: CellFigures): boolean {
  return own.samples !== undefined && before.samples !== undefined && own.seeds === before.seeds
}

type Found = Pick<MetricChange, "old" | "new" | "change" | "p">

function pairedChange(metric: GuardedMetric, own: CellFigures, before: CellFigures): Found | null {
  const [after, earlier] = [own.samples?.[metric], before.samples?.[metric]]
  if (!after || !earlier) return null
  const difference = pairedDifference(after, earlier)
  if (difference === null) return null
  const { p, ...change } = difference
  return { old: earlier.value, new: after.value, change: relative(metric, change, earlier.value), p }
}

/** The interval of a difference of independent estimates, from their own. */
function unpairedChange(metric: GuardedMetric, own: CellFigures, before: CellFigures): Found | null {
  const [after, earlier] = [own.estimates[metric], before.estimates[metric]]
  if (after === null || earlier === null) return null
  const value = after.value - earlier.value
  const half = (side: "low" | "high", estimate: Estimate): number | null => {
    const end = estimate[side]
    return end === null ? null : Math.abs(end - estimate.value)
  }
  const reach = (mine: number | null, theirs: number | null): number | null =>
    mine === null || theirs === null ? null : Math.sqrt(mine ** 2 + theirs ** 2)
  const [down, up] = [
    reach(half("low", after), half("high", earlier)),
    reach(half("high", after), half("low", earlier)),
  ]
  const change = {
    value,
    low: down === null ? null : value - down,
    high: up === null ? null : value + up,
    runs: Math.min(after.runs, earlier.runs),
  }
  return { old: earlier.value, new: after.value, change: relative(metric, change, earlier.value), p: null }
}

/** Message cost changes by a share of what it was; availability by points. */
function relative(metric: GuardedMetric, { value, low, high, runs }: Estimate, old: number): Estimate {
  const scale = metric === "availability" || old === 0 ? 1 : old
  return {
    value: value / scale,
    low: low === null ? null : low / scale,
    high: high === null ? null : high / scale,
    runs,
  }
}

function judge({ metric, change, p }: Omit<MetricChange, "verdict">, tolerance: number): MetricChange["verdict"] {
  const { value, low, high } = change
  if (low === null || high === null) return Math.abs(value) > tolerance ? "unsure" : "same"
  const isSure = p === null || p < 0.05
  const [isMore, isLess] = [isSure && low > tolerance, isSure && high < -tolerance]
  if (!isMore && !isLess) return "same"
  return isMore === (GUARDED[metric].worse === "more") ? "worse" : "better"
}

/** `availability of raft/nodes=5: 97.10 %, was 99.00 %: -1.90 points [-2.50, -1.30], p < 0.001`. */
export function describeMetricChange({ cell, metric, old, new: now, change, p }: MetricChange): string {
  const isShare = metric === "availability"
  const value = (of: number): string => (isShare ? `${inPercent(of)} %` : of.toFixed(2))
  const signed = (of: number): string => `${of > 0 ? "+" : ""}${(100 * of).toFixed(2)}`
  const { low, high } = change
  const interval = low === null || high === null ? "" : ` [${signed(low)}, ${signed(high)}]`
  const chance = p === null ? "" : p < 0.001 ? ", p < 0.001" : `, p = ${p.toFixed(3)}`
  const { title } = GUARDED[metric]
  const by = `${signed(change.value)} ${isShare ? "points" : "%"}`
  return `${title} of ${cell}: ${value(now)}, was ${value(old)}: ${by}${interval}${chance}`
}
