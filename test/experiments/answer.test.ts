// The answer in words says what the intervals show, and nothing else.
import { expect, test } from "vitest"
import { summarize } from "../../experiments/aggregate.ts"
import type { Cell } from "../../experiments/cell.ts"
import type { MeasureName } from "../../experiments/measure.ts"
import { planExperiment } from "../../experiments/plan.ts"
import { answerOf } from "../../experiments/report/answer.ts"
import { differencesOf } from "./support/differences.ts"
import { experimentOf } from "./support/experiments.ts"
import { completedRecord } from "./support/records.ts"

type Values = Partial<Record<MeasureName, number>>

/** The answer for two algorithms over three sizes, of which each run has the values that `of` says. */
function answer(
  of: (cell: Cell, run: number) => Values,
  sweep = "nodes: [3, 5, 7]",
): Readonly<Record<string, readonly string[]>> {
  const plan = planExperiment(
    experimentOf(`
    question: Who costs less?
    algorithms: [parrot, liar]
    sweep: { ${sweep} }
    charts: [messages-by-nodes]
    repeat: 4`),
  )
  const cells = plan.cells.map(cell => {
    const records = plan.seeds.map((_, run) => completedRecord({ ok: 100, ...of(cell, run) }))
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
  const parts = answerOf(plan, cells, differencesOf(cells))
  return Object.fromEntries(
    parts.map(({ title, sentences }) => [title, sentences.map(sentence => sentence.replaceAll("\u00a0", " "))]),
  )
}

test("values with their intervals, and the largest difference with its own", () => {
  const said = answer(({ variant, scenario: { nodes } }, run) => ({
    messages_protocol: 100 * nodes + 2 * run + (variant.key === "liar" && nodes === 7 ? 200 + 2 * run : 0),
  }))
  expect(said).toEqual({
    "Messages per operation": [
      "Parrot: 3.03 [2.99, 3.07] with n = 3; 5.03 [4.99, 5.07] with n = 5; 7.03 [6.99, 7.07] with n = 7.",
      "Liar: 3.03 [2.99, 3.07] with n = 3; 5.03 [4.99, 5.07] with n = 5; 9.06 [8.98, 9.14] with n = 7.",
      "Liar minus Parrot: +2.03 [1.99, 2.07] at n = 7, where they differ most; a difference is shown at 1 of 3 points, " +
        "and none at the other 2.",
    ],
  })
})

test("no difference is claimed where the paired interval holds 0", () => {
  const noise = [0, 80, -60, 30]
  const said = answer(({ variant }, run) => ({
    messages_protocol: 400 + (variant.key === "liar" ? 10 + noise[run]! : 0),
  }))
  expect(said["Messages per operation"]).toContain(
    "Liar and Parrot: no difference is shown at any of the 3 points: every paired interval holds 0.",
  )
  expect(said["Messages per operation"]![0]).toBe("Parrot: 4.00 with n = 3 to 7.")
})

test("what is the same in every run is called that", () => {
  const said = answer(() => ({ messages_protocol: 400 }))
  expect(said["Messages per operation"]!.at(-1)).toBe("Liar and Parrot: the same in every run.")
})

test("over several things swept, the lowest and the highest, and how many points share them", () => {
  const said = answer(
    ({ scenario: { nodes } }) => ({ messages_protocol: nodes === 3 ? 400 : 800 }),
    "nodes: [3, 5], latency: [1ms, 10ms, 20ms]",
  )
  expect(said["Messages per operation"]![0]).toBe("Parrot: from 4.00 (at 3 of 6 points) to 8.00 (at 3 of 6 points).")
})

test("a metric that nothing was measured of is not spoken of", () => {
  expect(answer(() => ({ ok: 0 }))).toEqual({})
})
