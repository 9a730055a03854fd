/**
 * Holds the results of an experiment against earlier ones: did availability or message cost get worse?
 *
 * Run k of a cell has the same seed both times, hence the same faults and link delays, so the runs are compared in
 * pairs; code that did not change its behaviour shows no difference at all. Where only `summary.csv` is left of the
 * earlier results, or seeds differ, the intervals of the two estimates have to do.
 */
import { existsSync, readFileSync, statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { parseCsv } from "./csv.ts"
import { inPercent } from "./percent.ts"
import { type Estimate, holm, meanSample, pairedDifference, ratioSample, type Sample } from "./statistics.ts"

/** What is guarded, and which way is worse. */
const GUARDED = {
  availability: { title: "availability", worse: "less" },
  messages_per_operation: { title: "message cost", worse: "more" },
} as const

export type GuardedMetric = keyof typeof GUARDED

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
  const rows = parseCsv(readFileSync(summary, "utf8"))
  if (rows[0]?.["cell"] === undefined || rows[0]["availability"] === undefined) {
    return `${summary}: not a table of results; expected columns such as cell and availability`
  }
  const runs = readRuns(join(dirname(summary), "runs.csv"))
  const cells = rows.map((row): [string, CellFigures] => {
    const cell = row["cell"]!
    const own = runs.get(cell)
    const estimates = {
      availability: estimateIn(row, "availability"),
      messages_per_operation: estimateIn(row, "messages_per_operation"),
    }
    return [cell, { estimates, samples: own && samplesOf(own), seeds: (own ?? []).map(run => run["seed"]).join(" ") }]
  })
  return { folder: dirname(summary), cells: new Map(cells) }
}

type Row = Readonly<Record<string, string>>

/** The rows of runs by cell; a run's id is that of its cell and its number. */
function readRuns(file: string): ReadonlyMap<string, readonly Row[]> {
  if (!existsSync(file)) return new Map()
  return Map.groupBy(parseCsv(readFileSync(file, "utf8")), ({ run = "" }) => run.slice(0, run.lastIndexOf("/")))
}

function samplesOf(runs: readonly Row[]): Readonly<Record<GuardedMetric, Sample | null>> {
  const completed = runs.map(run => (run["status"] === "completed" ? run : null))
  return {
    availability: meanSample(completed.map(run => run && numberIn(run, "availability"))),
    messages_per_operation: ratioSample(
      completed.map(run => run && { above: numberIn(run, "messages_protocol") ?? 0, below: numberIn(run, "ok") ?? 0 }),
    ),
  }
}

function estimateIn(row: Row, metric: GuardedMetric): Estimate | null {
  const value = numberIn(row, metric)
  if (value === null) return null
  const runs = numberIn(row, "runs") ?? 0
  return { value, low: numberIn(row, `${metric}_low`), high: numberIn(row, `${metric}_high`), runs }
}

function numberIn(row: Row, column: string): number | null {
  const text = row[column]
  return text === undefined || text === "" ? null : Number(text)
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
  const metrics: readonly GuardedMetric[] = ["availability", "messages_per_operation"]
  const changes = common.flatMap(({ cell, own, before, isPaired }) =>
    metrics.flatMap(metric => {
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
