// How much of a service is left, over time: what is drawn of made-up runs.
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { summarize } from "../../../analysis/aggregate.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { completedRecord } from "../../experiments/support/records.ts"

test("stacks of what is served, one for all the time in which nothing changes", () => {
  const text =
    "question: q\nservice: replicated-log\nalgorithms: [raft]\nnodes: 3\nwarmup: 2s\nduration: 14s\nrepeat: 2"
  const experiment = parseExperiment("levels.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const plan = planExperiment(experiment)
  const choice = chooseChart("levels-over-time", experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const spans = [{ start: 5 * SECOND, end: 6 * SECOND, level: "reads only" }] as const
  const records = [
    completedRecord({}, { degraded: { spans, staleReads: 0 } }),
    completedRecord({}, { degraded: { spans: [], staleReads: 0 } }),
  ]
  const summaries = plan.cells.map(cell => summarize(cell, records, { messageTypes: [], figures: [] }))
  const { data }: { data: { values: readonly Record<string, unknown>[] } } = JSON.parse(
    JSON.stringify(drawChart(choice, plan, summaries, registry)),
  )
  expect(data.values.map(({ x, end, level, from, to }) => [x, end, level, from, to])).toEqual([
    [2, 5, "all", 0, 1],
    [5, 6, "all", 0, 0.5],
    [5, 6, "reads only", 0.5, 1],
    [6, 14, "all", 0, 1],
  ])
})
