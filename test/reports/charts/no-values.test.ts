// Charts of metrics that no run has a value of say so; an empty plot alone could as well be a mistake in the drawing.
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { NO_VALUE } from "../../../reports/charts/captions.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../../experiments/support/records.ts"

/** The specification of a chart of operations that all take so long, in milliseconds; null: there are none. */
function chartOf(name: string, ms: number | null) {
  const plan = planExperiment(
    experimentOf(`
    question: q
    algorithms: [parrot]
    sweep: { nodes: [3, 5], latency: [1ms, 2ms] }
    repeat: 4`),
  )
  const took = ms === null ? {} : latencies(Array.from({ length: 10 }, () => ms * 1_000))
  const cells = plan.cells.map(cell =>
    summarize(
      cell,
      plan.seeds.map(() => completedRecord({ ok: ms === null ? 0 : 10 }, { latencies: took })),
      { messageTypes: [], figures: [] },
    ),
  )
  const choice = chooseChart(name, plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  return drawChart(choice, plan, cells, REGISTRY.registry)
}

test.each(["latency-by-nodes", "latency-over-nodes-and-latency", "latency-ecdf", "recovery-ecdf"])(
  "%s without a value has a note",
  name => {
    expect(chartOf(name, null).usermeta?.["notes"]).toContain(NO_VALUE)
  },
)

test.each(["latency-by-nodes", "latency-over-nodes-and-latency", "latency-ecdf"])("%s with values has none", name => {
  expect(chartOf(name, 20).usermeta?.["notes"]).not.toContain(NO_VALUE)
})

test("the legend of a heat map of equal values has that value, and no zeros behind it", () => {
  const legends = (ms: number): readonly string[] =>
    JSON.stringify(chartOf("latency-over-nodes-and-latency", ms)).match(/"format":",\.10~g","values":\[[^\]]*\]/g) ?? []
  expect(legends(20)).toEqual(['"format":",.10~g","values":[20]'])
})

test("the title of a heat map's y axis is folded to the height of its panels, lest those of neighbours overlap", () => {
  const titles =
    JSON.stringify(chartOf("latency-over-nodes-and-latency", 20)).match(/"title":(?:\[[^\]]*\]|"[^"]*")/g) ?? []
  expect(titles).toContain('"title":["One-way link","latency (ms)"]')
})
