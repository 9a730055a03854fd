import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import * as registry from "../../../algorithms/registry.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { dependabilityTable } from "../../../experiments/store/dependability-tables.ts"
import { summaryTable, tableOf } from "../../../experiments/store/tables.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { completedRecord } from "../../experiments/support/records.ts"

test("dependability.csv spells out the availability, and has the mean times with their ends", () => {
  const text = `
question: q
service: replicated-log
algorithms: [raft]
nodes: 3
faults: [{ crash: { mtbf: 60s, mttr: 5s } }]
warmup: 1s
duration: 11s
repeat: 2`
  const experiment = parseExperiment("table.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const plan = planExperiment(experiment)
  const outages = [{ start: 3 * SECOND, end: 4 * SECOND, cause: "" }]
  const out = {
    availability: 0.9991,
    majority_up_share: 1,
    outages: 1,
    repairs: 1,
    outage_total_ms: 1_000,
    uptime_ms: 9_000,
  }
  const fine = {
    availability: 0.9999,
    majority_up_share: 1,
    outages: 0,
    repairs: 0,
    outage_total_ms: 0,
    uptime_ms: 10_000,
  }
  const records = [completedRecord(out, { outages }), completedRecord(fine)]
  const { columns, rows } = dependabilityTable(plan, [
    summarize(plan.cells[0]!, records, { messageTypes: [], figures: [] }),
  ])
  const [row] = rows
  const valueOf = (column: string) => row![columns.indexOf(column)]
  expect(valueOf("availability")).toBeCloseTo(0.9995, 12)
  // 4 h 23 min
  expect(valueOf("down_s_per_year")).toBeCloseTo(15_778.8, 6)
  expect(valueOf("down_s_per_year_low")).toBeLessThan(15_778.8)
  expect([valueOf("runs"), valueOf("runs_with_outage")]).toEqual([2, 1])
  expect([valueOf("mttf_ms"), valueOf("mtbf_ms"), valueOf("mttr_ms")]).toEqual([12_000, 19_000, 1_000])
  expect([valueOf("share_violated"), valueOf("share_violated_low")]).toEqual([0, 0])
  expect(valueOf("share_violated_high")).toBeCloseTo(1 - Math.sqrt(0.05), 9)
  expect(valueOf("writes_ok")).toBeNull()
})

test("the levels of a store are in dependability.csv, and in summary.csv where a chart or an answer is about them", () => {
  const columnsOf = (more: string) => {
    const text = `question: q\nservice: replicated-log\nalgorithms: [raft]\nsweep: { nodes: [3, 5] }\n${more}`
    const experiment = parseExperiment("levels.yaml", text, registry)
    if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
    const plan = planExperiment(experiment)
    const records = [completedRecord({ all_served_share: 0.75 }, { degraded: { spans: [], staleReads: 0 } })]
    const summaries = plan.cells.map(cell => summarize(cell, records, { messageTypes: [], figures: [] }))
    const { columns, rows } = dependabilityTable(plan, summaries)
    expect([...rows].map(row => row[columns.indexOf("all_served_share")])).toEqual([0.75, 0.75])
    const summary = tableOf(summaryTable(plan, registry), summaries)
    for (const row of summary.rows) expect(row).toHaveLength(summary.columns.length)
    return summary.columns.filter(column => /^(all|nothing)_served_share$/.test(column))
  }
  expect(columnsOf("charts: [availability-by-nodes]")).toEqual([])
  expect(columnsOf("charts: [all-served-by-nodes]")).toEqual(["all_served_share"])
  expect(columnsOf("answer: [values of nothing-served]")).toEqual(["nothing_served_share"])
  expect(columnsOf("answer: [largest nodes with all-served >= 50 %]")).toEqual(["all_served_share"])
})
