// Settings whose 0 is no quantity: an axis from 0 upwards would put "never" beside "all the time".
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { axisTitle } from "../../../analysis/kinds.ts"
import { inHeading } from "../../../analysis/words.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { coordinateOf } from "../../../reports/charts/data.ts"
import { predict } from "../../../reports/charts/theory.ts"

function cellsAlong(values: string) {
  const experiment = parseExperiment(
    "zero.yaml",
    `question: q
service: replicated-log
algorithms: [raft]
nodes: 5
sweep: { workload.changeEvery: ${values} }
repeat: 1`,
    registry,
  )
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return { dimension: experiment.dimensions[0]!, cells: planExperiment(experiment).cells }
}

function along(values: string) {
  const { dimension, cells } = cellsAlong(values)
  const spaced = (text: number | string): number | string =>
    typeof text === "string" ? text.replaceAll("\u00a0", " ") : text
  return {
    title: axisTitle(dimension),
    coordinates: cells.map(cell => spaced(coordinateOf(cell, dimension))),
    headings: cells.map(cell => spaced(inHeading(cell, dimension))),
  }
}

test("their values are words in the order of the sweep", () => {
  expect(along("[0s, 4s, 500ms]")).toEqual({
    title: "Time between changes of membership",
    coordinates: ["never", "4 s", "500 ms"],
    headings: ["never", "4 s", "500 ms"].map(value => `time between changes of membership: ${value}`),
  })
})

test("without 0 among them they are numbers", () => {
  expect(along("[4s, 500ms]")).toMatchObject({
    title: "Time between changes of membership (ms)",
    coordinates: [4_000, 500],
  })
})

test("of a group whose membership changes, the closed forms for n nodes say nothing", () => {
  const [never, always] = cellsAlong("[0s, 500ms]").cells
  for (const metric of ["messages_per_operation", "latency_p50_ms", "availability"] as const) {
    const predictions = [never!, always!].map(cell => predict(metric, cell, registry.algorithms["raft"]!))
    expect(predictions, metric).toEqual([expect.anything(), undefined])
  }
})
