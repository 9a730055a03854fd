/** Writes the results of a sweep: tables, charts, report and manifest. Every file is complete or not there. */
import * as Effect from "effect/Effect"
import { join, relative } from "node:path"
import type { CellSummary } from "../analysis/aggregate.ts"
import type { AlongDifference } from "../analysis/along.ts"
import { besidePublished } from "../analysis/published.ts"
import { packageVersion } from "../lib/assets.ts"
import type { Registry } from "../scenarios/cell.ts"
import { looksOf } from "./charts/palette.ts"
import { chooseChart } from "./charts/registry.ts"
import type { Difference } from "../analysis/comparisons.ts"
import { COUNTING_RULES, READING_RULES } from "../analysis/counting-rules.ts"
import { toCsv } from "../experiments/store/csv.ts"
import { MANIFEST } from "../experiments/store/manifest.ts"
import { MEASURES } from "../scenarios/measure.ts"
import { METRICS } from "../analysis/metrics.ts"
import type { Plan } from "../experiments/model/plan.ts"
import { summaryJson } from "./answer/answer-json.ts"
import { pageChart, type ReportChart } from "./page/charts.ts"
import { pageCode, vegaCode } from "./page/page-code.ts"
import { collectRuns } from "./page/runs.ts"
import { storeError } from "../lib/errors.ts"
import { makeFolder, writeWhole } from "../lib/files.ts"
import type { Summary } from "./summary.ts"
import {
  dependabilityRunsTable,
  dependabilityTable,
  reliabilityTable,
} from "../experiments/store/dependability-tables.ts"
import * as tables from "../experiments/store/tables.ts"

/** The material of all result files. */
export interface Results {
  readonly plan: Plan
  readonly recordsOf: tables.RecordsOf
  readonly cells: readonly CellSummary[]
  readonly differences: readonly Difference[]
  /** Differences along the sweep, where the spec asks for them. */
  readonly along: readonly AlongDifference[]
  readonly registry: Registry
  /** The version of the code that decides the course of an algorithm's runs. */
  versionOf(algorithm: string): string
}

export const writeTables = Effect.fnUntraced(function* (folder: string, results: Results) {
  const { plan, recordsOf, cells, differences, along, registry } = results
  const files: Readonly<Record<string, tables.Table>> = {
    "summary.csv": tables.summaryTable(plan, cells, registry),
    "runs.csv": tables.runsTable(plan, recordsOf, registry),
    "comparisons.csv": tables.comparisonsTable(plan, differences),
    ...(plan.experiment.compare.length > 0 ? { "comparisons-along.csv": tables.alongTable(plan, along) } : {}),
    ...(plan.experiment.published.length > 0
      ? { "published.csv": tables.publishedTable(plan, besidePublished(plan.experiment, cells)) }
      : {}),
    "latencies.csv": tables.latenciesTable(plan, cells),
    "messages-by-type.csv": tables.messageTypesTable(plan, cells),
    "windows.csv": tables.windowsTable(plan, recordsOf),
    "dependability.csv": dependabilityTable(plan, cells),
    "dependability-runs.csv": dependabilityRunsTable(plan, recordsOf),
    "reliability.csv": reliabilityTable(plan, cells),
    "findings.csv": tables.findingsTable(plan, recordsOf),
  }
  for (const [name, table] of Object.entries(files)) yield* writeWhole(join(folder, name), toCsv(table))
  yield* writeWhole(join(folder, MANIFEST), manifestOf(results, folder))
  return [...Object.keys(files), MANIFEST]
})

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
  { plan, recordsOf, differences, along, registry }: Results,
  summary: Summary,
  charts: readonly ReportChart[],
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
      runs: collectRuns(plan, recordsOf),
      registry,
      version: packageVersion(),
      vegaCode: await vegaCode(),
      pageCode: await pageCode(),
    })
  })
  yield* writeWhole(join(folder, "report.html"), html)
})

/** With what the page needs to draw them. The drawing libraries take longer to load than the rest of the command. */
async function forPage(charts: readonly ReportChart[], question: string) {
  if (charts.length === 0) return []
  const { compileChart } = await import("./charts/render.ts")
  return charts.map(chart => ({ ...chart, ...pageChart(chart, question, compileChart) }))
}

/** Everything that is needed to repeat and to read the results. */
function manifestOf({ plan, versionOf }: Results, folder: string): string {
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
    cells: cells.map(({ id, scenario }) => ({ id, scenario })),
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}
