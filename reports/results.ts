/** Writes the results of a sweep: tables, charts, report and manifest. Each file is written atomically. */
import * as Effect from "effect/Effect"
import { join, relative } from "node:path"
import type { CellSummary, ComparableSummary } from "../analysis/aggregate.ts"
import type { AlongDifference } from "../analysis/along.ts"
import { besidePublished } from "../analysis/published.ts"
import { packageVersion } from "../lib/assets.ts"
import type { Cell, Registry } from "../scenarios/cell.ts"
import { looksOf } from "./charts/palette.ts"
import { chooseChart } from "./charts/registry.ts"
import type { Difference } from "../analysis/comparisons.ts"
import { COUNTING_RULES, READING_RULES } from "../analysis/counting-rules.ts"
import { GrowingCsv, toCsv } from "../experiments/store/csv.ts"
import { MANIFEST } from "../experiments/store/manifest.ts"
import { sharedScenarios, shortCell } from "../experiments/store/shared-scenarios.ts"
import { MEASURES, type RunRecord } from "../scenarios/measure.ts"
import { METRICS } from "../analysis/metrics.ts"
import type { Plan } from "../experiments/model/plan.ts"
import { summaryJson } from "./answer/answer-json.ts"
import { pageChart, type ReportChart } from "./page/charts.ts"
import { pageCode, vegaCode } from "./page/page-code.ts"
import type { RunsShown } from "./page/runs.ts"
import { storeError } from "../lib/errors.ts"
import { inPieces, makeFolder, writeWhole } from "../lib/files.ts"
import type { Summary } from "./summary.ts"
import {
  DEPENDABILITY_RUNS_TABLE,
  dependabilityTable,
  reliabilityTable,
} from "../experiments/store/dependability-tables.ts"
import * as tables from "../experiments/store/tables.ts"

/** The material of charts, report and the experiment-wide tables. */
export interface Results {
  readonly plan: Plan
  readonly cells: readonly CellSummary[]
  readonly differences: readonly Difference[]
  /** Differences along the sweep, if the spec asks for them. */
  readonly along: readonly AlongDifference[]
  readonly registry: Registry
  /** The version of the code that determines an algorithm's runs. */
  versionOf(algorithm: string): string
}

/** The tables to which runs and cells add rows, in the order of the plan. They throw a `StoreError`. */
export class GrowingTables {
  readonly #ofRuns: readonly (readonly [GrowingCsv, tables.RunTable])[]
  readonly #ofCells: readonly (readonly [GrowingCsv, tables.CellTable])[]

  constructor(folder: string, plan: Plan, registry: Registry) {
    const open = <Made extends { readonly columns: readonly string[] }>(files: Readonly<Record<string, Made>>) =>
      Object.entries(files).map(([name, table]) => {
        return [new GrowingCsv(join(folder, name), table.columns), table] as const
      })
    this.#ofRuns = open({
      "runs.csv": tables.runsTable(plan, registry),
      "windows.csv": tables.WINDOWS_TABLE,
      "dependability-runs.csv": DEPENDABILITY_RUNS_TABLE,
      "findings.csv": tables.FINDINGS_TABLE,
    })
    this.#ofCells = open({
      "summary.csv": tables.summaryTable(plan, registry),
      "latencies.csv": tables.latenciesTable(plan),
      "messages-by-type.csv": tables.messageTypesTable(plan),
      "reliability.csv": reliabilityTable(plan),
    })
  }

  /** @param repeat the number of the run in its cell, from 1 */
  addRun(cell: Cell, repeat: number, record: RunRecord): void {
    for (const [file, table] of this.#ofRuns) for (const row of table.rowsOf(cell, repeat, record)) file.add(row)
  }

  addCell(summary: ComparableSummary): void {
    for (const [file, table] of this.#ofCells) for (const row of table.rowsOf(summary)) file.add(row)
  }

  finish(): void {
    for (const [file] of [...this.#ofRuns, ...this.#ofCells]) file.finish()
  }

  /** Removes unfinished tables. */
  discard(): void {
    for (const [file] of [...this.#ofRuns, ...this.#ofCells]) file.discard()
  }
}

/** Writes the tables that need all cells at once, and the manifest. @returns all table files, most useful first */
export const writeTables = Effect.fnUntraced(function* (folder: string, results: Results) {
  const { plan, cells, differences, along } = results
  const { compare, published } = plan.experiment
  const files: Readonly<Record<string, tables.Table>> = {
    "comparisons.csv": tables.comparisonsTable(plan, differences),
    ...(compare.length > 0 ? { "comparisons-along.csv": tables.alongTable(plan, along) } : {}),
    ...(published.length > 0
      ? { "published.csv": tables.publishedTable(plan, besidePublished(plan.experiment, cells)) }
      : {}),
    "dependability.csv": dependabilityTable(plan, cells),
  }
  for (const [name, table] of Object.entries(files)) yield* writeWhole(join(folder, name), toCsv(table))
  yield* writeWhole(join(folder, MANIFEST), inPieces(manifestOf(results, folder)))
  const left = new Set(["comparisons-along.csv", "published.csv"].filter(name => !(name in files)))
  return TABLE_FILES.filter(name => !left.has(name))
})

/** Table files, most useful first. */
const TABLE_FILES = [
  "summary.csv",
  "runs.csv",
  "comparisons.csv",
  "comparisons-along.csv",
  "published.csv",
  "latencies.csv",
  "messages-by-type.csv",
  "windows.csv",
  "dependability.csv",
  "dependability-runs.csv",
  "reliability.csv",
  "findings.csv",
  MANIFEST,
]

/** Draws the charts as SVG, PNG and Vega-Lite JSON. The drawing libraries are loaded only here. */
export const writeCharts = Effect.fnUntraced(function* (folder: string, { plan, cells, registry }: Results) {
  const { charts, dimensions } = plan.experiment
  if (charts.length === 0) return []
  yield* Effect.try({ try: () => makeFolder(join(folder, "charts")), catch: error => storeError(folder, error) })
  const { drawChart } = yield* Effect.promise(() => import("./charts/chart.ts"))
  const { render } = yield* Effect.promise(() => import("./charts/render.ts"))
  const drawn: ReportChart[] = []
  for (const name of charts) {
    const choice = chooseChart(name, dimensions)
    if ("problem" in choice) continue
    const spec = drawChart(choice, plan, cells, registry)
    const picture = yield* Effect.promise(() => render(spec))
    const path = join(folder, "charts", name)
    yield* writeWhole(`${path}.svg`, picture.svg)
    yield* writeWhole(`${path}.png`, picture.png)
    yield* writeWhole(`${path}.vl.json`, `${JSON.stringify(spec, null, 2)}\n`)
    drawn.push({ name, title: choice.title, svg: picture.svg, spec })
  }
  return drawn
})

/** The answer and its findings, for other programs. */
export const SUMMARY_FILE = "summary.json"

export const writeSummary = (folder: string, summary: Summary) =>
  writeWhole(join(folder, SUMMARY_FILE), summaryJson(summary))

export const writeReport = Effect.fnUntraced(function* (
  folder: string,
  { plan, differences, along, registry }: Results,
  summary: Summary,
  charts: readonly ReportChart[],
  runs: RunsShown,
) {
  const html = yield* Effect.promise(async () => {
    const { reportHtml } = await import("./page/report.ts")
    return reportHtml({
      plan,
      summary,
      differences,
      along,
      charts: await forPage(charts, plan.experiment.question),
      looks: looksOf(plan.experiment.variants, registry.algorithms),
      runs,
      registry,
      version: packageVersion(),
      vegaCode: await vegaCode(),
      pageCode: await pageCode(),
    })
  })
  yield* writeWhole(join(folder, "report.html"), html)
})

/** Adds what the page needs to draw the charts. Loading the drawing libraries takes longer than the rest of the command. */
async function forPage(charts: readonly ReportChart[], question: string) {
  if (charts.length === 0) return []
  const { compileChart } = await import("./charts/render.ts")
  return charts.map(chart => ({ ...chart, ...pageChart(chart, question, compileChart) }))
}

/** Everything needed to reproduce and to interpret the results, as JSON in pieces, since there may be many cells. */
function* manifestOf({ plan, versionOf }: Results, folder: string): Generator<string> {
  const { experiment, seeds, repeat, cells } = plan
  const { name, question, text, seed, variants, dimensions, outside } = experiment
  const manifest = {
    experiment: name,
    question,
    version: packageVersion(),
    code: Object.fromEntries(variants.map(({ algorithm }) => [algorithm, versionOf(algorithm)])),
    // Relative to this file, so that both may move together.
    outside: outside.map(path => relative(folder, path)),
    seed,
    repeat,
    seeds,
    countingRules: COUNTING_RULES,
    readingRules: READING_RULES,
    variants,
    dimensions,
    columns: Object.fromEntries([...MEASURES, ...METRICS].map(column => [column.name, column.doc])),
    spec: text,
  }
  const shared = sharedScenarios(cells)
  const head = JSON.stringify({ ...manifest, scenarios: shared }, null, 2)
  yield `${head.slice(0, -"\n}".length)},\n  "cells": [`
  for (const [place, cell] of cells.entries())
    yield `${place === 0 ? "" : ","}\n    ${JSON.stringify(shortCell(cell, shared))}`
  yield `${cells.length === 0 ? "" : "\n  "}]\n}\n`
}
