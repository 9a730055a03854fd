import { describe, expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import type { Cell } from "../../../scenarios/cell.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { looksOf } from "../../../reports/charts/palette.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import { COUNTING_RULES } from "../../../analysis/counting-rules.ts"
import { MEASURES, type RunRecord } from "../../../scenarios/measure.ts"
import { plannedRun, planExperiment } from "../../../experiments/model/plan.ts"
import { codeInScript, jsonInScript } from "../../../reports/page/html.ts"
import { reportHtml } from "../../../reports/page/report.ts"
import { RunCollector } from "../../../reports/page/runs.ts"
import { summaryOf } from "../../../reports/summary.ts"
import { TroubleLog } from "../../../analysis/troubles.ts"
import { differencesOf } from "../../experiments/support/differences.ts"
import { experimentOf } from "../../experiments/support/experiments.ts"
import { completedRecord } from "../../experiments/support/records.ts"
import * as registry from "../../experiments/support/registry.ts"

const NASTY = `Is <script>alert("1 & 2")</script> safe?`

/** HTML with its character references replaced: the text as a browser shows it. */
function shown(html: string): string {
  return html.replaceAll("&lt;", "<").replaceAll("&quot;", '"').replaceAll("&amp;", "&")
}

function report(vegaCode = "/* the library */"): string {
  const plan = planExperiment(
    experimentOf(`
    question: ${JSON.stringify(NASTY)}
    algorithms: [parrot, liar]
    sweep: { nodes: [3, 5] }
    repeat: 2`),
  )
  const values = MEASURES.map((_, index) => index + 0.5)
  const finding = { check: "honest", verdict: "violated", at: 1_500, text: "it <lied>" } as const
  const byType = { Note: 4, Thanks: 4 }
  const figures = { highest: 7 }
  const recordsOf = (cell: Cell): readonly RunRecord[] =>
    plan.seeds.map(() => {
      const findings = cell.variant.key === "liar" ? [finding] : []
      return completedRecord({}, { values, byType, figures, findings })
    })
  const cells = plan.cells.map(cell =>
    summarize(cell, recordsOf(cell), { messageTypes: Object.keys(byType), figures: Object.keys(figures) }),
  )
  const troubles = new TroubleLog("out")
  const runs = new RunCollector(plan.cells.length)
  for (const [place, cell] of plan.cells.entries()) {
    for (const [k, record] of recordsOf(cell).entries()) {
      troubles.add(plannedRun(plan, cell, k + 1), record)
      runs.add(cell, place, k + 1, record)
    }
  }
  const summary = summaryOf(plan, cells, troubles, { outDir: "out", files: [], resumed: 0 })
  const choice = chooseChart("messages-by-nodes", plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const { name, title } = choice
  const spec = drawChart(choice, plan, cells, registry)
  const vega = { title: "</script><b>" }
  const pieces = reportHtml({
    plan,
    summary,
    differences: differencesOf(cells),
    along: [],
    charts: [
      {
        name,
        title,
        notes: ["n <= 5"],
        caption: "Counted & told.",
        svg: "<svg><text>picture</text></svg>",
        spec,
        vega,
      },
    ],
    looks: looksOf(plan.experiment.variants, registry.algorithms),
    runs: runs.shown,
    registry,
    version: "1.2.3",
    vegaCode,
    pageCode: "/* the page's own */",
  })
  return pieces.join("")
}

describe("the report", () => {
  test("loads nothing: it opens offline", () => {
    const html = report()
    expect(html).toMatch(/Content-Security-Policy" content="default-src 'none';/)
    expect(html).not.toMatch(/<(?:script|img|iframe|link)[^>]*\s(?:src|href)=/)
    expect(html).not.toMatch(/url\(|@import/)
    expect(html).not.toMatch(/https?:\/\/(?!www\.w3\.org|vega\.github\.io)/)
  })

  test("says all that is needed to read it", () => {
    const html = shown(report())
    for (const rule of COUNTING_RULES) expect(html).toContain(rule)
    expect(html).toContain("available means a word comes back")
    expect(html).toContain("The word that comes back is the one that was asked for.")
    expect(html).toContain("4 runs violated a check")
    expect(html).toContain("quorate replay out --run '")
    expect(html).toContain("How many messages does an operation cost as the group grows?")
    expect(html).toContain("1.2.3")
  })

  test("is accessible: language, headings, captions and described charts", () => {
    const html = report()
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(html.match(/<table\b/g)!.length).toBe(html.match(/<caption>/g)!.length)
    expect(html).toMatch(
      /class="chart" tabindex="0" role="application" aria-roledescription="chart" aria-label="How many messages/,
    )
    expect(html).toContain("prefers-color-scheme: dark")
  })

  test("escapes what users and algorithms wrote", () => {
    const html = report("const a = '</script><i>'")
    expect(html).not.toContain(NASTY)
    expect(html).not.toContain("<script>alert")
    expect(shown(html).split(NASTY).length - 1).toBeGreaterThanOrEqual(2)
    expect(html).not.toContain("<lied>")
    expect(shown(html)).toContain("it <lied>")
    expect(html).not.toMatch(/<\/script><[bi]>/)
    expect(html.match(/<script/g)!.length).toBe(html.match(/<\/script>/g)!.length)
  })
})

describe("escaping", () => {
  test("keeps JSON and code what they are", () => {
    const value = { a: "</script><!--", b: "\u2028", c: "<" }
    expect(JSON.parse(jsonInScript(value))).toEqual(value)
    expect(jsonInScript(value)).not.toContain("<")
    expect(codeInScript('x = "</script>"; y = "</SCRIPT>"')).toBe('x = "<\\/script>"; y = "<\\/SCRIPT>"')
  })
})
