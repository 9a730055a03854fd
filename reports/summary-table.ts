/** The figures of a sweep's cells as a table for a terminal, which drops minor columns if there is too little room. */
import type { CellSummary } from "../analysis/aggregate.ts"
import { shortName } from "../analysis/words.ts"
import { latency } from "../analysis/format.ts"
import { tooFew } from "../analysis/counts.ts"
import type { MeasureName } from "../scenarios/measure.ts"
import { inNines } from "../lib/percent.ts"
import type { Plan } from "../experiments/model/plan.ts"
import type { Estimate } from "../analysis/statistics.ts"

/** The space for a table. */
export interface Room {
  /** Width in characters; default: unlimited. */
  readonly columns?: number
  /** The maximum number of rows; default 40. */
  readonly rows?: number
}

type Figure = "availability" | "messages" | "p50" | "p99" | "operations" | "runs" | "violated"

/** A column: its title, and its text in the row of a cell. */
type Column = readonly [title: string, show: (summary: CellSummary) => string]

/** Shows a metric: `few` if there is too little data for a number, `>` if only a lower bound is known. */
function metricShown(name: MeasureName, write: (value: number) => string, show = withInterval): Column[1] {
  return summary => {
    const estimate = summary.metrics[name]
    if (estimate && tooFew(name, summary) !== undefined) return "few"
    return show(estimate, write)
  }
}

/** The figures, with their intervals. */
const FULL: ReadonlyMap<Figure, Column> = new Map([
  ["availability", ["availability", metricShown("availability", percent, availabilityWithInterval)]],
  ["messages", ["messages/op", metricShown("messages_per_operation", plain)]],
  ["p50", ["p50 ms", metricShown("latency_p50_ms", latency)]],
  ["p99", ["p99 ms", metricShown("latency_p99_ms", latency)]],
  [
    "operations",
    ["operations", ({ counts: { ok, operations } }) => (ok === operations ? `${ok}` : `${ok}/${operations}`)],
  ],
  ["runs", ["runs", ({ runs }) => String(runs)]],
  ["violated", ["violated", ({ violated, failed }) => `${violated}${failed > 0 ? ` (${failed} failed)` : ""}`]],
])

/**
 * The columns to drop if there is too little room, least informative first: a whole column, or its intervals. Violations are
 * never dropped: what went wrong is the first thing to know, and that nothing did the second.
 */
const GIVES_WAY: readonly (readonly [Figure, Column?])[] = [
  ["p99", ["p99 ms", metricShown("latency_p99_ms", latency, withoutInterval)]],
  ["p50", ["p50 ms", metricShown("latency_p50_ms", latency, withoutInterval)]],
  ["messages", ["msgs/op", metricShown("messages_per_operation", plain, withoutInterval)]],
  ["p99"],
  ["p50"],
  ["operations"],
  ["runs"],
  ["messages"],
  ["availability", ["avail.", metricShown("availability", percent, withoutInterval)]],
]

/** One row per cell: its point, its algorithm, and as many figures as fit. */
export function summaryTable(plan: Plan, cells: readonly CellSummary[], room: Room = {}): string {
  return fitting(summaryTables(plan, cells, room.rows), room.columns)
}

/** The table in all its widths: with all figures, then with fewer and fewer. */
export function summaryTables(plan: Plan, cells: readonly CellSummary[], rows = 40): readonly string[] {
  const shown = cells.slice(0, rows)
  const more = cells.length > rows ? `\n... and ${cells.length - rows} more in summary.csv` : ""
  const figures = new Map(FULL)
  const written = (): string => tableOf(plan, shown, [...figures.values()]) + more + leftOut(figures)
  const tables = [written()]
  for (const [figure, shorter] of GIVES_WAY) {
    if (shorter === undefined) figures.delete(figure)
    else figures.set(figure, shorter)
    tables.push(written())
  }
  return tables
}

/** The first table of at most `columns` characters width; the last if none fits. */
export function fitting(tables: readonly string[], columns = Infinity): string {
  return tables.find(table => table.indexOf("\n") <= columns) ?? tables.at(-1)!
}

function tableOf(plan: Plan, cells: readonly CellSummary[], figures: readonly Column[]): string {
  const { dimensions } = plan.experiment
  const header = [...dimensions.map(({ name }) => shortName(name)), "algorithm", ...figures.map(([title]) => title)]
  const rows = cells.map(summary => [
    ...dimensions.map(({ name }) => summary.cell.point[name]?.text ?? ""),
    summary.cell.variant.label,
    ...figures.map(([, show]) => show(summary)),
  ])
  return alignColumns([header, ...rows], dimensions.length + 1)
}

/** The columns that were dropped. */
function leftOut(figures: ReadonlyMap<Figure, Column>): string {
  const titles = (which: (figure: Figure, column: Column) => boolean): string =>
    [...FULL].flatMap(([figure, column]) => (which(figure, column) ? [column[0]] : [])).join(", ")
  const columns = titles(figure => !figures.has(figure))
  const intervals = titles((figure, column) => figures.has(figure) && figures.get(figure) !== column)
  const left = [columns, intervals === "" ? "" : `intervals of ${intervals}`].filter(Boolean)
  return left.length === 0 ? "" : `\n... summary.csv has ${left.join(", ")}`
}

function withInterval(estimate: Estimate | null | undefined, write: (value: number) => string): string {
  if (!estimate) return "-"
  if (estimate.isOver === true) return withoutInterval(estimate, write)
  const { value, low, high } = estimate
  if (low === null || high === null || low === high) return write(value)
  const half = (high - low) / 2
  // ± half the width of a skewed interval would be wrong at its ends, or suggest values below zero.
  const misplaced = Math.abs(high + low - 2 * value) / 2
  const isWrong = misplaced > MAX_MISPLACED * Math.abs(value) || (low >= 0 && half > value)
  return isWrong ? `${write(value)} [${write(low)}, ${write(high)}]` : `${write(value)} ±${write(half)}`
}

/** The distance of an end from where ± half the width puts it, relative to the estimate, from which on both ends are written. */
const MAX_MISPLACED = 0.1

/** The interval of an availability of many nines, whose half-width would be rounded to zero. */
function availabilityWithInterval(estimate: Estimate | null | undefined, write: (value: number) => string): string {
  if (!estimate || 1 - estimate.value >= 1e-4 || estimate.value >= 1) return withInterval(estimate, write)
  const { value, low, high } = estimate
  return low === null || high === null ? write(value) : `${write(value)} [${write(low)}, ${write(high)}]`
}

function withoutInterval(estimate: Estimate | null | undefined, write: (value: number) => string): string {
  if (!estimate) return "-"
  return estimate.isOver === true ? `>${write(estimate.value)}` : write(estimate.value)
}

function percent(share: number): string {
  return `${inNines(share)}%`
}

function plain(value: number): string {
  return value >= 1_000 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2)
}

/** Rows as text, in columns two spaces apart; right-aligned from column `rightFrom` on. */
export function alignColumns(rows: readonly (readonly string[])[], rightFrom: number): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const lines = rows.map(row =>
    row
      .map((cell, column) => (column < rightFrom ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join("  "),
  )
  const rule = widths.map(width => "-".repeat(width)).join("  ")
  return [lines[0]!, rule, ...lines.slice(1)].map(line => line.trimEnd()).join("\n")
}
