/** The tables of a report: figures, differences, messages by type and windows of unavailability. */
import type { VNode } from "preact"
import { type Micros, MILLISECOND } from "../../runtime/contract/units.ts"
import type { Cell, Dimension, Registry } from "../../scenarios/cell.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import { chooseChart } from "../charts/registry.ts"
import { predict } from "../charts/theory.ts"
import { isShown } from "../../analysis/comparisons.ts"
import { tooFew } from "../../analysis/counts.ts"
import type { MetricName } from "../../analysis/metrics.ts"
import type { Plan } from "../../experiments/model/plan.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { shortName } from "../../analysis/words.ts"
import {
  percent,
  plain,
  SHOWN,
  type ShownMetric,
  shownMetric,
  withInterval,
  type Write,
} from "../../analysis/format.ts"
import { effectOf } from "../answer/along.ts"
import { labelOn } from "../answer/points.ts"
import { type CellContent, folded, html, table, type TableRow } from "./html.ts"
import type { ReportContent } from "./content.ts"

/** Further rows are in the CSV files only. */
export const MAX_ROWS = 500

/** One row per cell. */
export function figuresPart({ plan, summary, registry }: ReportContent): VNode {
  const { dimensions } = plan.experiment
  const charted = chartedIn(plan)
  const shown = [...SHOWN, ...charted.filter(({ name }) => shownMetric(name) === undefined)]
    .filter(({ name }) => name !== "bytes_per_operation" || charted.some(chosen => chosen.name === name))
    .filter(({ name }) => summary.cells.some(({ metrics }) => metrics[name]))
  const hasOutages = summary.cells.some(({ counts }) => counts.outages > 0)
  const rows = summary.cells.slice(0, MAX_ROWS).map((found, place): TableRow => {
    const { cell, violated, failed, runs, counts } = found
    const cells = [
      ...coordinates(cell, dimensions),
      cell.variant.label,
      { text: runs.toLocaleString("en"), sort: runs, notes: steadinessNote(found) },
      { text: ofThem(counts.ok, counts.operations), sort: counts.ok },
      ...(hasOutages ? [{ text: ofThem(counts.recoveries, counts.outages), sort: counts.outages }] : []),
      ...shown.map(metric => figure(found, metric, registry)),
      { text: `${violated}${failed > 0 ? ` (${failed} failed)` : ""}`, sort: violated + failed },
    ]
    return { cells, data: { algorithm: cell.variant.label, cell: String(place) } }
  })
  const behind = ["Runs", "Operations ok", ...(hasOutages ? ["Outages ended"] : [])]
  const header = [...titles(dimensions), "Algorithm", ...behind, ...shown.map(({ title }) => title), "Violated"]
  const isLed = hasOutages && summary.cells.some(({ recoveryOf }) => recoveryOf === "leader")
  const outages = isLed ? "; outages are spans without a leader, of algorithms whose nodes report one" : ""
  const caption = `Estimate and 95 % interval of each point (all figures: summary.csv)${outages}${cutNote(summary.cells.length)}`
  return table(caption, header, rows, { words: dimensions.length + 1, isSortable: true, id: "figures-table" })
}

/** A metric in a row of the figures: its estimate, or the reason for its absence, and theory's value. */
function figure(found: CellSummary, metric: TableMetric, registry: Registry): CellContent {
  const estimate = found.metrics[metric.name]
  const few = estimate ? tooFew(metric.name, found) : undefined
  const notes = theoryNote(found.cell, metric, registry)
  if (few !== undefined) return { text: few, sort: null, notes }
  const { text, sort } = estimated(estimate, metric.writeInTable)
  return { text, sort, notes }
}

/** A column of the figures. */
type TableMetric = Pick<ShownMetric, "title" | "writeInTable"> & { readonly name: MetricName }

/** Metrics in charts, each once: they always have a column. */
function chartedIn({ experiment: { charts, dimensions } }: Plan): readonly TableMetric[] {
  const charted = charts.flatMap((name): readonly TableMetric[] => {
    const choice = chooseChart(name, dimensions)
    if ("problem" in choice || !("metric" in choice) || !("metric" in choice.metric)) return []
    const { metric, title, isShare } = choice.metric
    return [{ name: metric, title, writeInTable: isShare ? percent : plain }]
  })
  return charted.filter(({ name }, place) => charted.findIndex(other => other.name === name) === place)
}

/** `39,983 of 40,000`, or only the number if it is all of them. */
function ofThem(count: number, all: number): string {
  const written = count.toLocaleString("en")
  return count === all ? written : `${written} of ${all.toLocaleString("en")}`
}

function steadinessNote({ steadiness, runs }: CellSummary): readonly string[] {
  if (steadiness === "growing") return ["not steady: the queue grows"]
  return steadiness === "unclear" && runs > 1 ? ["steady or not: unclear"] : []
}

/** Theory's value for a metric, if there is one. */
function theoryNote(cell: Cell, { name, writeInTable }: TableMetric, { algorithms }: Registry): readonly string[] {
  const algorithm = algorithms[cell.variant.algorithm]
  const theory = algorithm && predict(name, cell, algorithm)
  return theory === undefined ? [] : [`theory\u00a0${writeInTable(theory.value)}`]
}

/** One row for each pair of algorithms, point and metric. */
export function differencesPart({ plan, differences }: ReportContent): VNode | null {
  if (differences.length === 0) return null
  const { dimensions } = plan.experiment
  const told = differences.filter(({ metric }) => shownMetric(metric) !== undefined)
  const rows = told.slice(0, MAX_ROWS).map(difference => {
    const { first, second, metric: name, estimate, adjustedP } = difference
    const metric = shownMetric(name)!
    return [
      metric.title,
      `${first.variant.label} minus ${second.variant.label}`,
      ...coordinates(first, dimensions),
      estimated(estimate, metric.writeDifference),
      writtenP(adjustedP),
      isShown(difference) ? "yes" : "not shown",
    ]
  })
  const header = ["Metric", "Algorithms", ...titles(dimensions), "Difference", "Adjusted p", "A difference"]
  const caption =
    "Paired differences on common random numbers. One is shown if p of the paired t-test, adjusted by Holm's method for " +
    "all comparisons of the metric, is below 0.05 and rounding alone could not cause it " +
    `(all: comparisons.csv)${cutNote(told.length)}`
  return folded(
    "Differences between algorithms",
    table(caption, header, rows, { words: dimensions.length + 2, isSortable: true }),
  )
}

/** One row for each pair of compared values of the sweep, algorithm, point of all other dimensions, and metric. */
export function alongPart({ plan, along }: ReportContent): VNode | null {
  if (along.length === 0) return null
  const { dimensions } = plan.experiment
  const told = along.flatMap(difference => {
    const metric = shownMetric(difference.metric)
    return metric === undefined ? [] : [{ difference, metric }]
  })
  const isJudged = told.some(({ difference: { judged } }) => judged !== null)
  const rows = told.slice(0, MAX_ROWS).map(({ difference, metric }) => {
    const { first, along: name, values, estimate, adjustedP, judged } = difference
    const others = dimensions.filter(other => other.name !== name)
    return [
      metric.title,
      first.variant.label,
      `${shortName(name)} ${values.first} minus ${values.second}`,
      others.map(other => `${shortName(other.name)} = ${labelOn(first, other)}`).join(", "),
      estimated(estimate, metric.writeDifference),
      { text: effectOf(difference).replace(/^ \(|\)$/g, "") || "-", sort: difference.relative },
      writtenP(adjustedP),
      isShown(difference) ? "yes" : "not shown",
      ...(isJudged ? [judged === null ? "" : `${judged.verdict} by ${judged.margin.text}`] : []),
    ]
  })
  const header = [
    "Metric",
    "Algorithm",
    "Compared",
    "Elsewhere",
    "Difference",
    "That is",
    "Adjusted p",
    "A difference",
    ...(isJudged ? ["Within the margin"] : []),
  ]
  const margins = isJudged
    ? "; no worse: the interval of the difference lies within the margin, at 2.5 % on that side, not adjusted"
    : ""
  const caption =
    "Paired differences along the sweep, on common random numbers: the same algorithm at two values, all else equal. One is " +
    "shown if p of the paired test, adjusted by Holm's method for all of these of the metric, is below 0.05 and rounding " +
    `alone could not cause it${margins} (all: comparisons-along.csv)${cutNote(told.length)}`
  return folded("Differences along the sweep", table(caption, header, rows, { words: 4, isSortable: true }))
}

function writtenP(adjustedP: number | null): CellContent {
  return adjustedP === null ? "-" : { text: adjustedP < 0.001 ? "< 0.001" : adjustedP.toFixed(3), sort: adjustedP }
}

/** Messages by type, of each cell. */
export function typesPart({ plan, summary }: ReportContent): VNode | null {
  const { dimensions } = plan.experiment
  const rows: TableRow[] = []
  let count = 0
  for (const { cell, byType } of summary.cells) {
    for (const [type, estimate] of Object.entries(byType)) {
      if (estimate === null || estimate.value <= 0 || ++count > MAX_ROWS) continue
      const cells = [...coordinates(cell, dimensions), cell.variant.label, type, estimated(estimate, plain)]
      rows.push({ cells, data: { algorithm: cell.variant.label } })
    }
  }
  if (count === 0) return null
  const header = [...titles(dimensions), "Algorithm", "Message", "Per operation"]
  const caption = `Protocol messages between nodes by type, per successful operation${cutNote(count)}`
  const options = { words: dimensions.length + 2, isSortable: true }
  return folded("Messages by type", table(caption, header, rows, options))
}

/** The longest outages of runs; omitted for cycles of failure and repair, which are weighted. */
export function windowsPart({ plan, runs }: ReportContent): VNode | null {
  if (plan.cells.some(({ scenario }) => scenario.rare !== undefined)) return null
  if (runs.windows === 0) return html`<p>No run was out of service at any time.</p>`
  const rows = runs.longestWindows.map(({ id, start, end, isRepaired, cause }) => [
    id,
    cause === "" ? "no fault shortly before" : cause,
    isRepaired ? "recovered" : "run ended",
    milliseconds(start),
    milliseconds(end),
    milliseconds(end - start),
  ])
  const count = runs.windows.toLocaleString("en")
  const which = rows.length < runs.windows ? `the ${rows.length} longest of ${count}` : `all ${count}`
  const caption = `Windows of unavailability: ${which}, longest first (all: windows.csv); times are virtual`
  const header = ["Run", "After", "Ended", "From (ms)", "To (ms)", "Length (ms)"]
  return folded(`Windows of unavailability (${count})`, table(caption, header, rows, { words: 3, isSortable: true }))
}

export function titles(dimensions: readonly Dimension[]): readonly string[] {
  return dimensions.map(({ title, name }) => title || shortName(name))
}

export function coordinates({ point }: Cell, dimensions: readonly Dimension[]): readonly CellContent[] {
  return dimensions.map(({ name }) => {
    const coordinate = point[name]
    const text = coordinate?.text ?? ""
    return typeof coordinate?.value === "number" ? { text, sort: coordinate.value } : text
  })
}

function estimated(estimate: Estimate | null | undefined, write: Write) {
  return { text: withInterval(estimate, write), sort: estimate?.value ?? null }
}

function milliseconds(time: Micros): CellContent {
  const value = time / MILLISECOND
  return { text: plain(value), sort: value }
}

export function cutNote(count: number): string {
  return count > MAX_ROWS ? `; the first ${MAX_ROWS} of ${count}` : ""
}
