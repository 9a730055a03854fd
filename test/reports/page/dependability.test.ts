// The table of dependability in the report: what a cell has lost of its service and of its writes.
import { render } from "preact-render-to-string"
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import * as registry from "../../../algorithms/registry.ts"
import { TroubleLog } from "../../../analysis/troubles.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { dependabilityPart } from "../../../reports/page/dependability.ts"
import { summaryOf } from "../../../reports/summary.ts"
import { Histogram } from "../../../runtime/lib/histogram.ts"
import { completedRecord } from "../../experiments/support/records.ts"

/** The cells of the only row. @param lost acknowledged writes that each run lost */
function rowOf(availability: number, served: number, nothing: number, lost: readonly number[]): string {
  const text = `
question: q
service: replicated-log
algorithms: [raft]
nodes: 3
faults: [{ crash: { count: 1, at: 5s } }]
duration: 10s
repeat: ${lost.length}`
  const experiment = parseExperiment("table.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const plan = planExperiment(experiment)
  const writes = new Histogram()
  for (let i = 0; i < 1_000; i++) writes.record(1_000)
  const records = lost.map(acknowledged_lost => {
    const levels = {
      all_served_share: served,
      reads_only_share: 0,
      stale_reads_share: 0,
      nothing_served_share: nothing,
    }
    const latencies = { read: writes.encode(), write: writes.encode() }
    return completedRecord({ availability, ...levels }, { figures: { acknowledged_lost }, latencies })
  })
  const cells = plan.cells.map(cell => summarize(cell, records, { messageTypes: [], figures: [] }))
  const summary = summaryOf(plan, cells, new TroubleLog("out"), { outDir: "out", files: [], resumed: 0 })
  const part = dependabilityPart({ plan, summary })
  return render(part!)
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/[\s\u00a0]+/g, " ")
}

test("the time with less than all, what there was in its place, and the most writes that a run lost", () => {
  const row = rowOf(0.9, 0.75, 0.25, [0, 40])
  expect(row).toContain("25.00 % 25.00 % nothing")
  expect(row).toContain("40 of 2,000 up to 40 a run")
})

test("a service that was never out is out for no time in a year, and nothing is said of levels or of losses", () => {
  const row = rowOf(1, 1, 0, [0, 0])
  expect(row).toContain("100.00 % - none")
  expect(row).not.toContain("Degraded")
  expect(row).not.toContain("up to")
})
