/** The result files as tables: their columns and rows. */
import type { Algorithm } from "../../runtime/contract/algorithm.ts"
import { INVARIANTS } from "../../runtime/simulation/simulation.ts"
import { MILLISECOND } from "../../runtime/contract/units.ts"
import type { CellSummary, ComparableSummary } from "../../analysis/aggregate.ts"
import { type AlongDifference, minutesAMonth } from "../../analysis/along.ts"
import { type Cell, type Dimension, type Registry, withFollowers } from "../../scenarios/cell.ts"
import { fingerprintOf } from "../model/fingerprint.ts"
import { type Difference, isShown } from "../../analysis/comparisons.ts"
import { type CompletedRecord, isRepaired, MEASURES, type RunRecord } from "../../scenarios/measure.ts"
import { METRICS } from "../../analysis/metrics.ts"
import type { Beside } from "../../analysis/published.ts"
import { PERCENTILES } from "../../analysis/percentiles.ts"
import type { AnswerForm } from "../model/answer-form.ts"
import { type Plan, runId } from "../model/plan.ts"
import type { Estimate } from "../../analysis/statistics.ts"
import { own } from "../../runtime/lib/own.ts"

export type Value = string | number | null

/** A table: every row has a value for every column. */
export interface Table {
  readonly columns: readonly string[]
  /** Generated while they are written: a table may be larger than memory. */
  readonly rows: Iterable<readonly Value[]>
}

/** A table to which each cell adds rows when its summary is ready; neither is kept in memory. */
export interface CellTable {
  readonly columns: readonly string[]
  rowsOf(summary: ComparableSummary): Iterable<readonly Value[]>
}

/** A table to which each run adds rows. */
export interface RunTable {
  readonly columns: readonly string[]
  /** @param repeat the number of the run in its cell, from 1 */
  rowsOf(cell: Cell, repeat: number, record: RunRecord): Iterable<readonly Value[]>
}

/** The whole table of some cells. */
export function tableOf({ columns, rowsOf }: CellTable, summaries: readonly ComparableSummary[]): Table {
  return { columns, rows: summaries.flatMap(summary => [...rowsOf(summary)]) }
}

/** Columns of measurements, whose names a swept dimension might share. */
const MEASURED: ReadonlySet<string> = new Set([...MEASURES, ...METRICS].map(({ name }) => name))

/** Metrics that are in `summary.csv` only if a chart or an answer needs them, with their names in charts. */
const ON_REQUEST: ReadonlyMap<string, string> = new Map(
  MEASURES.flatMap(({ name, isOnRequest, chart }) => (isOnRequest === true ? [[name, chart!.name] as const] : [])),
)

/** The column of a dimension, its unit last: `latency_ms`, or `swept_mtbf_ms` if `mtbf_ms` is a measure. */
export function columnOf({ name, unit }: Dimension): string {
  const column = unit === "" ? name : `${name}_${unit}`
  return MEASURED.has(column) ? `swept_${column}` : column
}

/** Columns that identify the point of the sweep of a row, and their values for a cell. */
export function pointColumns(plan: Plan): {
  readonly columns: readonly string[]
  values(cell: Cell): readonly Value[]
} {
  const others = withFollowers(plan.experiment.dimensions).filter(({ name }) => name !== "nodes")
  const ruled = plan.cells.some(({ point }) => point["nodes"]?.rule !== undefined)
  return {
    columns: ["algorithm", "service", "nodes", ...(ruled ? ["nodes_rule"] : []), ...others.map(columnOf), "d_ms"],
    values: ({ variant, point, scenario, linkDelay }) => [
      variant.label,
      variant.service,
      scenario.nodes,
      ...(ruled ? [point["nodes"]?.rule ?? ""] : []),
      ...others.map(({ name }) => point[name]?.value ?? null),
      linkDelay / MILLISECOND,
    ],
  }
}

/** Names that the algorithms and services of a plan declare, sorted and deduplicated. */
export function namesIn(plan: Plan, registry: Registry) {
  const algorithms = new Set<Algorithm>()
  const checks = new Set<string>()
  const figures = new Set<string>()
  for (const { algorithm: name, service } of plan.experiment.variants) {
    const algorithm = registry.algorithms[name]!
    algorithms.add(algorithm)
    const { checks: declared, figures: declaredFigures } = registry.serviceFor(algorithm, service)!
    for (const check of declared) checks.add(check.name)
    for (const figure of Object.keys(declaredFigures)) figures.add(figure)
  }
  return { checks: [...checks, INVARIANTS], figures: [...figures] }
}

/** `runs.csv`: one row a run. */
export function runsTable(plan: Plan, registry: Registry): RunTable {
  const point = pointColumns(plan)
  const { checks, figures } = namesIn(plan, registry)
  const columns = [
    "run",
    ...point.columns,
    "repeat",
    "seed",
    "status",
    ...MEASURES.map(({ name }) => name),
    ...figures.map(name => `figure_${name}`),
    ...checks.map(name => `check_${name}`),
    "digest",
  ]
  const judged = judgedBy(registry)
  return {
    columns,
    rowsOf: (cell, repeat, record) => {
      const key = [runId(cell, repeat), ...point.values(cell), repeat, plan.seeds[repeat - 1]!, record.status]
      if (record.status === "failed") return [[...key, ...columns.slice(key.length).map(() => null)]]
      const isJudged = judged(cell)
      const verdictOf = (name: string): Value => (isJudged.has(name) ? verdict(record, name) : null)
      const figureOf = (name: string): Value => own(record.figures, name) ?? null
      return [[...key, ...record.values, ...figures.map(figureOf), ...checks.map(verdictOf), record.digest]]
    },
  }
}

/** The checks that apply to the runs of a cell. */
function judgedBy(registry: Registry): (cell: Cell) => ReadonlySet<string> {
  const known = new Map<string, ReadonlySet<string>>()
  return ({ scenario: { algorithm, service } }) => {
    const key = `${algorithm} ${service}`
    const found = known.get(key) ?? new Set(checksOf(registry, algorithm, service))
    known.set(key, found)
    return found
  }
}

function checksOf(registry: Registry, algorithm: string, service: string): readonly string[] {
  const { checks } = registry.serviceFor(registry.algorithms[algorithm]!, service)!
  return [...checks.map(({ name }) => name), INVARIANTS]
}

function verdict(record: CompletedRecord, check: string): string {
  return record.findings.find(finding => finding.check === check)?.verdict ?? "holds"
}

/** `summary.csv`: one row a cell. */
export function summaryTable(plan: Plan, registry: Registry): CellTable {
  const point = pointColumns(plan)
  const { figures } = namesIn(plan, registry)
  const metrics = METRICS.filter(({ name }) => isWanted(name, plan))
  const columns = [
    "cell",
    ...point.columns,
    "runs",
    "failed_runs",
    "violated_runs",
    "undecided_runs",
    "operations",
    "operations_ok",
    "recovery_of",
    "recovery_outages",
    "recovery_ended",
    "deadline_ms",
    "latency_over_deadline",
    "steadiness",
    ...[...metrics.map(({ name }) => name), ...figures.map(name => `figure_${name}`)].flatMap(intervalColumns),
    "scenario",
  ]
  const row = ({ cell, ...summary }: CellSummary): readonly Value[] => [
    cell.id,
    ...point.values(cell),
    summary.runs,
    summary.failed,
    summary.violated,
    summary.undecided,
    summary.counts.operations,
    summary.counts.ok,
    summary.recoveryOf,
    summary.counts.outages,
    summary.counts.recoveries,
    summary.deadlineMs,
    percentilesOver(summary.metrics),
    summary.steadiness,
    ...metrics.flatMap(({ name }) => intervalValues(summary.metrics[name])),
    ...figures.flatMap(name => intervalValues(summary.figures[name])),
    fingerprintOf(cell),
  ]
  return { columns, rowsOf: summary => [row(summary)] }
}

/** False for a metric on request that no chart and no answer needs. */
function isWanted(metric: string, { experiment: { charts, answer } }: Plan): boolean {
  const name = ON_REQUEST.get(metric)
  if (name === undefined) return true
  return charts.some(chart => chart.startsWith(`${name}-`)) || answer.some(form => metricsIn(form).includes(name))
}

function metricsIn(form: AnswerForm): readonly string[] {
  if ("conditions" in form) return form.conditions.map(({ metric }) => metric)
  if ("metrics" in form) return form.metrics
  return "other" in form ? [form.metric, form.other] : "metric" in form ? [form.metric] : []
}

/** The percentiles that fall among the operations that failed: `p99 p999`; their columns hold the deadline. */
function percentilesOver(metrics: CellSummary["metrics"]): string {
  const over = METRICS.flatMap(({ name }) => (metrics[name]?.isOver === true ? [name] : []))
  return over.map(name => name.replace(/^latency_(.*)_ms$/, "$1")).join(" ")
}

/** `comparisons.csv`: one row for each pair of algorithms, point and metric. */
export function comparisonsTable(plan: Plan, differences: readonly Difference[]): Table {
  const { columns, values } = pointColumns(plan)
  const rows = differences.map((difference): readonly Value[] => {
    const { first, second, metric, estimate, relative, p, adjustedP } = difference
    const ends = intervalValues(estimate)
    return [
      metric,
      second.variant.label,
      ...values(first),
      estimate.runs,
      ...ends,
      relative,
      p,
      adjustedP,
      isShown(difference) ? "yes" : "no",
    ]
  })
  return {
    columns: [
      "metric",
      "minus",
      ...columns,
      "pairs",
      ...intervalColumns("difference"),
      "relative_difference",
      "p_value",
      "p_value_holm",
      "shown",
    ],
    rows,
  }
}

/** `published.csv`: one row for every published value and variant that has a point for it. */
export function publishedTable(plan: Plan, beside: readonly Beside[]): Table {
  const { columns, values } = pointColumns(plan)
  const rows = beside.map(({ series, cell, published, own: value, deviation, isWithin }): readonly Value[] => [
    series.of,
    series.share ?? null,
    ...values(cell),
    published,
    value,
    deviation,
    series.tolerance,
    isWithin ? "yes" : "no",
    series.source,
  ])
  const what = ["metric", "share", ...columns]
  return { columns: [...what, "published", "own", "deviation", "tolerance", "within", "source"], rows }
}

/**
 * `comparisons-along.csv`: one row for each pair of values of a dimension, algorithm, point of all other dimensions, and
 * metric.
 */
export function alongTable(plan: Plan, differences: readonly AlongDifference[]): Table {
  const { columns, values } = pointColumns(plan)
  const rows = differences.map((difference): readonly Value[] => {
    const { metric, along, first, estimate, relative, p, adjustedP, judged } = difference
    return [
      metric,
      along,
      difference.values.first,
      difference.values.second,
      ...values(first),
      estimate.runs,
      ...intervalValues(estimate),
      relative,
      ...(metric === "availability" ? monthlyValues(estimate) : [null, null, null]),
      p,
      adjustedP,
      isShown(difference) ? "yes" : "no",
      judged?.margin.text ?? null,
      ...intervalValues(judged?.excess),
      judged?.verdict ?? null,
    ]
  })
  return {
    columns: [
      "metric",
      "along",
      "value",
      "minus",
      ...columns,
      "pairs",
      ...intervalColumns("difference"),
      "relative_difference",
      ...intervalColumns("down_min_per_month"),
      "p_value",
      "p_value_holm",
      "shown",
      "margin",
      ...intervalColumns("excess"),
      "verdict",
    ],
    rows,
  }
}

/** A difference in availability as minutes per month; the signs are opposite. */
function monthlyValues({ value, low, high }: Estimate): readonly Value[] {
  return [minutesAMonth(value), high && minutesAMonth(high), low && minutesAMonth(low)]
}

/** `latencies.csv`: one row for each cell and kind of operation, and for each client and region if there are few. */
export function latenciesTable(plan: Plan): CellTable {
  const { columns, values } = pointColumns(plan)
  const names = ["mean_ms", ...PERCENTILES.map(share => `p${String(share * 100).replace(".", "")}_ms`)]
  const rowsOf = ({ cell, latencies }: ComparableSummary) =>
    latencies.map(({ kind, operations, ok, mean, percentiles, max }): readonly Value[] => [
      cell.id,
      ...values(cell),
      kind,
      operations,
      ok,
      ...[mean, ...percentiles].flatMap(intervalValues),
      max,
    ])
  return {
    columns: [
      "cell",
      ...columns,
      "operation",
      "operations",
      "operations_ok",
      ...names.flatMap(intervalColumns),
      "max_ms",
    ],
    rowsOf,
  }
}

/** `messages-by-type.csv`: one row for each cell and message type. */
export function messageTypesTable(plan: Plan): CellTable {
  const { columns, values } = pointColumns(plan)
  return {
    columns: ["cell", ...columns, "type", ...intervalColumns("messages_per_operation")],
    rowsOf: ({ cell, byType }) =>
      Object.entries(byType).map(([type, estimate]) => [cell.id, ...values(cell), type, ...intervalValues(estimate)]),
  }
}

/** `windows.csv`: one row for each outage of a service. */
export const WINDOWS_TABLE: RunTable = {
  columns: ["run", "start_ms", "end_ms", "length_ms", "ended", "cause"],
  rowsOf: (cell, repeat, record) => {
    if (record.status === "failed") return []
    const id = runId(cell, repeat)
    return record.outages.map(outage => {
      const { start, end, cause } = outage
      const ended = isRepaired(outage, cell.scenario) ? "recovered" : "run ended"
      return [id, start / MILLISECOND, end / MILLISECOND, (end - start) / MILLISECOND, ended, cause]
    })
  },
}

/** `findings.csv`: one row for each check that was violated, undecided or unchecked, and for each failed run. */
export const FINDINGS_TABLE: RunTable = {
  columns: ["run", "check", "verdict", "at_ms", "witness"],
  rowsOf: (cell, repeat, record) => {
    const id = runId(cell, repeat)
    if (record.status === "failed") {
      const at = record.at === null ? null : record.at / MILLISECOND
      return [[id, "", "failed", at, `${record.reason}; ${record.event}`]]
    }
    return record.findings.map(({ check, verdict: found, at, text }) => [
      id,
      check,
      found,
      at === undefined ? null : at / MILLISECOND,
      text,
    ])
  },
}

export function intervalColumns(name: string): readonly string[] {
  return [name, `${name}_low`, `${name}_high`]
}

export function intervalValues(estimate: Estimate | null | undefined): readonly Value[] {
  return estimate ? [estimate.value, estimate.low, estimate.high] : [null, null, null]
}
