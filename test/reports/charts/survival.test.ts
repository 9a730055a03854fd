// R(t) and M(t): what is drawn of made-up runs, and where theory stands beside it.
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { summarize } from "../../../analysis/aggregate.ts"
import { reliabilityAt } from "../../../analysis/k-of-n.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { drawChart } from "../../../reports/charts/chart.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import { reliabilityOf } from "../../../reports/charts/theory.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { completedRecord } from "../../experiments/support/records.ts"

/** A chart of two runs of 10 s: one is out from 3 to 4 s, the other never. */
function chartOf(name: string, fault: string) {
  const experiment = parseExperiment(
    "survival.yaml",
    `
question: q
service: replicated-log
algorithms: [raft, multi-paxos]
nodes: 3
faults: [{ crash: ${fault} }]
warmup: 2s
duration: 12s
repeat: 2`,
    registry,
  )
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const plan = planExperiment(experiment)
  const choice = chooseChart(name, experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const outages = [{ start: 5 * SECOND, end: 6 * SECOND, cause: "" }]
  const records = [completedRecord({}, { outages }), completedRecord({})]
  const summaries = plan.cells.map(cell => summarize(cell, records, { messageTypes: [], figures: [] }))
  const text = JSON.stringify(drawChart(choice, plan, summaries, registry))
  const {
    data,
    usermeta,
  }: { data: { values: readonly Record<string, unknown>[] }; usermeta: { notes: readonly string[] } } = JSON.parse(text)
  return { plan, values: data.values, notes: usermeta.notes }
}

const CHURN = "{ mtbf: 60s, mttr: 5s, at: 2s }"

describe("reliability over time", () => {
  test("the line falls where a run is first out, and lasts until the end of the measured time", () => {
    const { values } = chartOf("reliability-over-time", CHURN)
    const line = values.filter(({ algorithm, share }) => algorithm === "Raft" && share !== null)
    expect(line.map(({ x, share }) => [x, share])).toEqual([
      [0, 1],
      [3, 0.5],
      [10, 0.5],
    ])
  })

  test("theory begins with all nodes up, and is named once with all whom it is about", () => {
    const { values, notes, plan } = chartOf("reliability-over-time", CHURN)
    const theory = values.filter(({ algorithm, theory: at }) => algorithm === "Raft" && at !== null)
    expect([theory[0]!["x"], theory[0]!["theory"]]).toEqual([0, 1])
    const group = { parts: 3, needed: 2, mtbf: 60, mttr: 5 }
    expect(theory.at(-1)!["theory"]).toBeCloseTo(reliabilityAt(group, 10), 12)
    expect(notes.filter(note => note.startsWith("Dashed grey, theory"))).toEqual([
      "Dashed grey, theory: R(t) of a birth-death chain: never more than f of n nodes down (Raft · Multi-Paxos).",
    ])
    expect(plan.cells).toHaveLength(2)
  })

  test("where failures began before, so does the chain", () => {
    const { plan } = chartOf("reliability-over-time", "{ mtbf: 60s, mttr: 5s }")
    const theory = reliabilityOf(plan.cells[0]!, registry.algorithms["raft"]!)!
    // One node or two may be down already: with two the service is out from the beginning.
    const down = (5 / 65) * (1 - Math.exp(-2 * (1 / 60 + 1 / 5)))
    expect(theory.at(0)).toBeCloseTo((1 - down) ** 3 + 3 * down * (1 - down) ** 2, 12)
  })

  test.each(["{ count: 1, at: 5s }", "{ mtbf: 60s, mttr: 5s, spans: fixed }", "{ mtbf: 60s, mttr: 5s, nodes: [0] }"])(
    "there is no theory of crash: %s",
    fault => {
      const { values, notes } = chartOf("reliability-over-time", fault)
      expect(values.filter(({ theory }) => theory !== null)).toEqual([])
      expect(notes.join(" ")).not.toContain("theory")
    },
  )
})

test("maintainability over time: the share of outages over within a time, in seconds", () => {
  const { values } = chartOf("maintainability-over-time", CHURN)
  const line = values.filter(({ algorithm }) => algorithm === "Raft")
  expect(line.map(({ x, share }) => [x, share])).toEqual([
    [1, 0],
    [1, 1],
  ])
})
