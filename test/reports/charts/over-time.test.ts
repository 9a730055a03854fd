// A chart over time shows every value: one with none before and after it, too, though a line of one point has no length.
import { expect, test } from "vitest"
import { parse, View } from "vega"
import { compile } from "vega-lite"
import { summarize } from "../../../analysis/aggregate.ts"
import type { OverTime } from "../../../analysis/over-time.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"

type Numbers = readonly (number | null)[]

/** The number of times that the chart's drawing has a piece of its own for a value, for runs with these latencies. */
async function piecesFor(latency: Numbers): Promise<number> {
  const plan = planExperiment(
    experimentOf("question: q\nalgorithms: [parrot]\nnodes: 3\nrepeat: 1\ncharts: [over-time]\n"),
  )
  const none = latency.map(() => null)
  const course = { rate: none, latency, inFlight: none, led: none, epoch: none }
  const overTime: OverTime = {
    runs: 1,
    starts: latency.map((_, span) => span),
    length: 1,
    mean: course,
    first: course,
    leaders: [],
    faults: [],
  }
  const summaries = plan.cells.map(cell => ({
    ...summarize(cell, [], { messageTypes: [], figures: [] }),
    overTime,
  }))
  const choice = chooseChart("over-time", plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const { spec } = compile(drawChart(choice, plan, summaries, REGISTRY.registry))
  const svg = await new View(parse(spec), { renderer: "none" }).toSVG()
  return svg.match(/aria-roledescription="rule mark"/g)?.length ?? 0
}

test.each([
  [[1, 1, 1, 1], 0],
  [[1, null, null, 1], 2],
  [[null, 2, null, 3, 3], 1],
  [[null, 2, 2, null], 0],
])("of %j, %i stand alone", async (latency, pieces) => {
  expect(await piecesFor(latency)).toBe(pieces)
})
