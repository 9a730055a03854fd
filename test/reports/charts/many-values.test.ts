// Lines over more values than pixels: points on each would only hide them, unless a point says something that the line does not.
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../../experiments/support/records.ts"

/** The number of layers of points in a chart of latency over so many values, with operations at all but the last `gaps`. */
function dotsOf(count: number, gaps: number): number {
  const values = Array.from({ length: count }, (_, i) => `${1_000 + i}us`)
  const plan = planExperiment(
    experimentOf(
      `question: q\nalgorithms: [parrot]\nnodes: 3\nrepeat: 1\nsweep: { latency: [${values.join(", ")}] }\n`,
    ),
  )
  const summaries = plan.cells.map((cell, place) => {
    const ok = place < count - gaps ? 10 : 0
    const record = completedRecord({ ok }, { latencies: ok === 0 ? {} : latencies([1_000, 2_000]) })
    return summarize(cell, [record], { messageTypes: [], figures: [] })
  })
  const choice = chooseChart("latency-by-latency", plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const chart = JSON.stringify(drawChart(choice, plan, summaries, REGISTRY.registry))
  return chart.match(/"mark":\{"type":"point"/g)?.length ?? 0
}

test.each([
  [1_000, 0, 1],
  [1_001, 0, 0],
  [1_001, 1, 1],
])("of %i values, %i of them missing: %i layers of points", (count, gaps, layers) => {
  expect(dotsOf(count, gaps)).toBe(layers)
})
