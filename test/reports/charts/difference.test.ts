// Charts of differences along the sweep: what is drawn of `compare`, and what is said where nothing is compared.
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { type AlongDifference, seen } from "../../../analysis/along.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { pictureOf } from "../../../reports/charts/chart.ts"
import { chartProblem, chooseChart } from "../../../reports/charts/registry.ts"

function planWith(compare: string) {
  const spec = `question: q\nservice: replicated-log\nalgorithms: [raft]\nsweep: { nodes: [3, 5, 7], syncLatency: [0ms, 1ms] }\n${compare}`
  const experiment = parseExperiment("spec.yaml", spec, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return planExperiment(experiment)
}

/** A difference of -0.01 of availability with a margin of half a point, which is kept within by nothing. */
function differenceAt(
  first: string,
  second: string,
  value = -0.01,
): AlongDifference["estimate"] & { first: string; second: string } {
  return { value, low: value - 0.002, high: value + 0.002, runs: 20, first, second }
}

function drawn(compare: string, pairs: readonly ReturnType<typeof differenceAt>[]) {
  const plan = planWith(compare)
  const choice = chooseChart("availability-difference-by-nodes", plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const summaries = plan.cells.map(cell => ({
    cell,
    along: pairs
      .filter(({ first }) => cell.point["nodes"]!.text === first)
      .map(({ first, second, ...estimate }) => ({
        along: "nodes",
        values: { first, second },
        metric: "availability",
        estimate,
        margin: { bound: -0.005, verdict: "worse" },
      })),
  }))
  return pictureOf(choice, plan, summaries as never, registry)
}

test("against a reference value: its values across, shares in points, the margin, and a panel for all else", () => {
  const picture = drawn("compare: { along: nodes, to: 3, margin: { availability: 0.5% } }\n", [
    differenceAt("5", "3"),
    differenceAt("7", "3", 0.02),
  ])
  expect(picture.columns).toHaveLength(2)
  expect(picture.values).toHaveLength(4)
  expect(picture.values[0]).toMatchObject({ x: "5", value: -1, low: -1.2, high: -0.8, margin: -0.5, verdict: "worse" })
  expect(picture.values[2]).toMatchObject({ x: "7", value: 2 })
  expect(picture.notes.join(" ")).toMatch(
    /0: as with nodes = 3.*Red: worse by the margin of 0.5 points; above 0 is better/,
  )
})

test("of every two values: both are named", () => {
  const picture = drawn("compare: { along: nodes }\n", [differenceAt("5", "3"), differenceAt("7", "5")])
  expect(picture.values.map(value => Reflect.get(value, "x"))).toEqual([
    "5 against 3",
    "5 against 3",
    "7 against 5",
    "7 against 5",
  ])
})

test("the margin is where nothing of it is left, in either direction and in per cent as well", () => {
  const estimate = { value: 3, low: 2, high: 4, runs: 20 }
  const bound = (isMoreBetter: boolean, excess: number) => {
    const judged = { margin: { isMoreBetter }, excess: { ...estimate, value: excess }, verdict: "worse" }
    return seen({ estimate, judged } as never).margin!.bound
  }
  // Slower by 3 ms, 1 ms more than 5 % of 40 ms allow; 3 more done in a second, and 5 below would be too few.
  expect(bound(false, 1)).toBe(2)
  expect(bound(true, -8)).toBe(-5)
})

test("nothing is compared along the axis", () => {
  const { experiment } = planWith("compare: { along: syncLatency, to: 0ms }\n")
  const { dimensions, compare } = experiment
  expect(chartProblem("latency-difference-by-syncLatency", dimensions, compare)).toBeUndefined()
  expect(chartProblem("latency-difference-by-nodes", dimensions, compare)).toBe(
    'found "latency-difference-by-nodes", which shows differences, but nothing is compared along nodes; say compare: { along: nodes }',
  )
  expect(chartProblem("speed-difference-by-nodes", dimensions, compare)).toContain("with a metric of availability")
})
