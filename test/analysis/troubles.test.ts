import { expect, test } from "vitest"
import type { RunRecord } from "../../scenarios/measure.ts"
import { plannedRun, planExperiment } from "../../experiments/model/plan.ts"
import { TroubleLog } from "../../analysis/troubles.ts"
import { experimentOf } from "../experiments/support/experiments.ts"
import { completedRecord } from "../experiments/support/records.ts"

const plan = planExperiment(
  experimentOf("question: q\nalgorithms: [liar]\nsweep: { nodes: [5, 3] }\nrepeat: 1500\nseed: 1"),
)

function violated(at: number): RunRecord {
  return completedRecord({}, { findings: [{ check: "honest", verdict: "violated", at, text: "it lied" }] })
}

/** The log of an experiment, given the record of each cell's k-th run, k from 1. */
function logOf(recordOf: (cell: number, k: number) => RunRecord): TroubleLog {
  const log = new TroubleLog("out")
  for (const [place, cell] of plan.cells.entries()) {
    for (let k = 1; k <= plan.repeat; k++) log.add(plannedRun(plan, cell, k), recordOf(place, k))
  }
  return log
}

test("violations are told of one by one only at first, and all counted by kind", () => {
  const { violations, failures, kinds } = logOf((cell, k) => violated(cell === 0 ? k : 2_000 - k))
  expect([violations.length, failures.length]).toEqual([1_000, 0])
  expect(violations[0]).toMatchObject({ run: "liar/nodes=5/1", check: "honest", at: 1, witness: "it lied" })
  // The example has the fewest nodes, and of those it is the run that is violated first.
  expect(kinds).toHaveLength(1)
  expect(kinds[0]).toMatchObject({ symptom: "honest", runs: 3_000, run: { id: "liar/nodes=3/1500" }, at: 500 })
})

test("examples are of the cells in which most runs show it", () => {
  const swept = planExperiment(
    experimentOf("question: q\nalgorithms: [liar]\nnodes: 4\nsweep: { loss: [0%, 1%, 2%, 3%] }\nrepeat: 9\nseed: 1"),
  )
  const log = new TroubleLog("out")
  for (const [place, cell] of swept.cells.entries()) {
    for (let k = 1; k <= 2 * place + 1; k++) log.add(plannedRun(swept, cell, k), violated(100 * place + k))
  }
  expect(log.kinds[0]!.examples.map(({ id }) => id)).toEqual(["liar/loss=0%/1", "liar/loss=3%/1", "liar/loss=2%/1"])
})

test("failures are kinds of their own, after violations; runs that were stopped from outside are of none", () => {
  const threw = { status: "failed", reason: "it threw at 17", at: 5, event: "", state: "" } as const
  const stuck = { ...threw, reason: "no end after 120 s", stopped: true } as const
  const { failures, kinds } = logOf((cell, k) => (cell > 0 ? violated(k) : k % 2 === 0 ? stuck : threw))
  expect(failures).toHaveLength(1_000)
  expect(kinds.map(({ isFailure, runs }) => [isFailure, runs])).toEqual([
    [false, 1_500],
    [true, 750],
  ])
})
