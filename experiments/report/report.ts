/** The report: one self-contained HTML page that opens offline. */
import type { Difference } from "../comparisons.ts"
import type { Service } from "../../runtime/service.ts"
import type { Registry } from "../cell.ts"
import type { ChartChoice } from "../charts/registry.ts"
import { COUNTING_RULES, READING_RULES } from "../counting-rules.ts"
import { METRICS } from "../metrics.ts"
import type { Plan } from "../plan.ts"
import type { Estimate } from "../statistics.ts"
import type { Summary } from "../summary.ts"
import { codeInScript, escaped, folded, htmlTable, jsonInScript, list } from "./html.ts"
import { SCRIPT } from "./script.ts"
import { STYLE } from "./style.ts"

export interface ReportChart {
  readonly choice: ChartChoice
  readonly svg: string
  /** Compiled Vega specification. */
  readonly vega: unknown
}

export interface ReportContent {
  readonly plan: Plan
  readonly summary: Summary
  readonly differences: readonly Difference[]
  readonly charts: readonly ReportChart[]
  readonly registry: Registry
  readonly version: string
  /** The drawing library, as JavaScript to be inlined. */
  readonly vegaCode: string
}

/** Cells beyond these are in `summary.csv` only. */
const MOST_ROWS = 500

export function reportHtml(content: ReportContent): string {
  const { plan, charts, vegaCode } = content
  const { question } = plan.experiment
  const scripts =
    charts.length === 0 ? "" : `<script>${codeInScript(vegaCode)}</script>\n<script>${codeInScript(SCRIPT)}</script>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(question)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escaped(question)}</h1>
${leadOf(content)}
${charts.map(figureOf).join("\n")}
<h2>Figures</h2>
${figuresTable(content)}
${differencesPart(content)}
${typesPart(content)}
<h2>Checks</h2>
${checksPart(content)}
<h2>How to read this</h2>
${readingPart(content)}
<h2>How to repeat this</h2>
${repeatPart(content)}
</main>
${scripts}
</body>
</html>
`
}

function leadOf({ plan, summary }: ReportContent): string {
  const { runs } = summary
  const bad = [
    runs.violated > 0 ? `<span class="bad">${runs.violated} runs violated a check</span>` : "no check was violated",
    ...(runs.undecided > 0 ? [`${runs.undecided} runs have an undecided check`] : []),
    ...(runs.failed > 0 ? [`<span class="bad">${runs.failed} runs failed</span>`] : []),
  ]
  const cells = plan.cells.length === 1 ? "one cell" : `${plan.cells.length} cells`
  return `<p class="lead">${runs.total} runs: ${cells} of ${plan.repeat}; ${bad.join(", ")}.</p>`
}

function figureOf({ choice, svg, vega }: ReportChart): string {
  const files = ["svg", "png", "vl.json"].map(type => `<a href="charts/${choice.name}.${type}">${type}</a>`).join(" ")
  return `<figure role="group" aria-label="${escaped(choice.title)} The numbers are in the table of figures below.">
<div class="chart">${svg}</div>
<script type="application/json" data-chart>${jsonInScript(vega)}</script>
<figcaption>${escaped(choice.name)}: ${files}</figcaption>
</figure>`
}

/** The services that the algorithms are measured by, each once. */
function servicesIn(plan: Plan, registry: Registry): readonly Service[] {
  const services = plan.experiment.variants.flatMap(({ algorithm: name, service }) => {
    const algorithm = registry.algorithms[name]
    return algorithm === undefined ? [] : (registry.serviceFor(algorithm, service) ?? [])
  })
  return [...new Set(services)]
}

/** What stands in the table of figures; everything else is in `summary.csv`. */
const SHOWN = [
  ["availability", "Availability", percent],
  ["messages_per_operation", "Messages per operation", plain],
  ["bytes_per_operation", "Bytes per operation", plain],
  ["latency_p50_ms", "Median latency (ms)", plain],
  ["latency_p99_ms", "99 % latency (ms)", plain],
  ["outage_total_ms", "Out of service (ms)", plain],
] as const

function figuresTable({ plan, summary }: ReportContent): string {
  const { dimensions } = plan.experiment
  const rows = summary.cells
    .slice(0, MOST_ROWS)
    .map(({ cell, metrics, violated, failed }) => [
      ...dimensions.map(({ name }) => cell.point[name]?.text ?? ""),
      cell.variant.label,
      ...SHOWN.map(([name, , write]) => interval(metrics[name], write)),
      `${violated}${failed > 0 ? ` (${failed} failed)` : ""}`,
    ])
  const header = [...dimensions.map(({ title }) => title), "Algorithm", ...SHOWN.map(([, title]) => title), "Violated"]
  const more = summary.cells.length > MOST_ROWS ? `; the first ${MOST_ROWS} of ${summary.cells.length} cells` : ""
  const caption = `Estimate and 95 % interval of each cell (all figures: summary.csv)${more}`
  return htmlTable(caption, header, rows, dimensions.length + 1)
}

function differencesPart({ plan, differences }: ReportContent): string {
  if (differences.length === 0) return ""
  const { dimensions } = plan.experiment
  const rows = differences
    .slice(0, MOST_ROWS)
    .map(({ first, second, metric, estimate }) => [
      metric,
      `${first.variant.label} less ${second.variant.label}`,
      ...dimensions.map(({ name }) => first.point[name]?.text ?? ""),
      interval(estimate, metric === "availability" ? percent : plain),
      String(estimate.runs),
    ])
  const header = ["Metric", "Algorithms", ...dimensions.map(({ title }) => title), "Difference", "Pairs"]
  const caption = "Paired differences on common random numbers: an interval that does not hold 0 is a difference"
  return folded("Differences between algorithms", htmlTable(caption, header, rows, dimensions.length + 2))
}

function typesPart({ plan, summary }: ReportContent): string {
  const { dimensions } = plan.experiment
  const rows = summary.cells.slice(0, MOST_ROWS).flatMap(({ cell, byType }) =>
    Object.entries(byType)
      .filter(([, estimate]) => estimate !== null && estimate.value > 0)
      .map(([type, estimate]) => [
        ...dimensions.map(({ name }) => cell.point[name]?.text ?? ""),
        cell.variant.label,
        type,
        interval(estimate, plain),
      ]),
  )
  if (rows.length === 0) return ""
  const header = [...dimensions.map(({ title }) => title), "Algorithm", "Message", "Per operation"]
  const caption = "Protocol messages between nodes by type, per successful operation"
  return folded("Messages by type", htmlTable(caption, header, rows, dimensions.length + 2))
}

function checksPart({ plan, summary, registry }: ReportContent): string {
  const checks = servicesIn(plan, registry).flatMap(service =>
    service.checks.map(({ name, doc }) => {
      const violated = summary.violations.filter(({ check }) => check === name).length
      return [service.title, name, doc, violated === 0 ? "never" : `${violated} runs`]
    }),
  )
  const shown = [
    ...summary.violations
      .slice(0, 20)
      .map(({ run, check, at, witness, replay }) => [run, check, `at ${at / 1_000} ms: ${witness}`, replay]),
    ...summary.failures
      .slice(0, 20)
      .map(({ run, reason, event, replay }) => [run, "failed", `${reason}; ${event}`, replay]),
  ]
  const table = htmlTable(
    "What was checked in every run",
    ["Service", "Check", "What must hold", "Violated"],
    checks,
    4,
  )
  if (shown.length === 0) return table
  const caption = "Violations and failures (the first of them; all: findings.csv)"
  return table + htmlTable(caption, ["Run", "Check", "Witness", "Replay"], shown, 4)
}

function readingPart({ plan, registry }: ReportContent): string {
  const services = servicesIn(plan, registry).map(
    ({ title, availability, operation }) => `${title}: available means ${availability}. An operation is ${operation}.`,
  )
  const columns = folded(
    "What the columns of summary.csv mean",
    list(METRICS.map(({ name, doc }) => `${name}: ${doc}`)),
  )
  return list([...services, ...READING_RULES, ...COUNTING_RULES]) + columns
}

function repeatPart({ plan, version }: ReportContent): string {
  const { name, text, seed } = plan.experiment
  return `<p>Save the spec as <code>${escaped(name)}.yaml</code> and run <code>quorate run ${escaped(name)}.yaml</code> with version
${escaped(version)}: the same spec and version give the same numbers, to the byte. Seed ${seed}; run k of every cell has the same seed.</p>
${folded("The spec", `<pre><code>${escaped(text)}</code></pre>`)}`
}

function interval(estimate: Estimate | null | undefined, write: (value: number) => string): string {
  if (!estimate) return "-"
  if (estimate.low === null || estimate.high === null || estimate.low === estimate.high) return write(estimate.value)
  return `${write(estimate.value)} [${write(estimate.low)}, ${write(estimate.high)}]`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

function plain(value: number): string {
  const size = Math.abs(value)
  return size >= 1_000 ? value.toFixed(0) : size >= 100 ? value.toFixed(1) : value.toFixed(2)
}
