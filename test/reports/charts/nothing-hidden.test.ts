// What charts of unusual sweeps show: points without a number, curves without a rise, panels without a heading.
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { NO_VALUE } from "../../../reports/charts/captions.ts"
import { pictureOf } from "../../../reports/charts/chart.ts"
import { chooseChart } from "../../../reports/charts/registry.ts"
import type { Cell } from "../../../scenarios/cell.ts"
import { Histogram } from "../../../runtime/lib/histogram.ts"
import { ONLY_KIND } from "../../../scenarios/measure.ts"
import { SECOND } from "../../../runtime/contract/units.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../../experiments/support/records.ts"

type Parts = Parameters<typeof completedRecord>

const SIZE = { width: 230, height: 180 }

/** A chart of made-up runs of each cell, with its layers. */
function chartOf(name: string, recordOf: (cell: Cell) => Parts, sweep = "{ nodes: [3, 5], latency: [1ms, 2ms] }") {
  const plan = planExperiment(
    experimentOf(`
    question: q
    algorithms: [parrot]
    sweep: ${sweep}
    repeat: 4`),
  )
  const summaries = plan.cells.map(cell =>
    summarize(
      cell,
      plan.seeds.map(() => completedRecord(...recordOf(cell))),
      { messageTypes: ["Say"], figures: [] },
    ),
  )
  const choice = chooseChart(name, plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const picture = pictureOf(choice, plan, summaries, REGISTRY.registry)
  const values: readonly Record<string, unknown>[] = JSON.parse(JSON.stringify(picture.values))
  return { ...picture, values, drawn: JSON.stringify(picture.layers(SIZE)) }
}

/** Operations that each take so long, in microseconds. */
function taking(micros: number, operations = 10): Parts {
  return [
    { ok: operations, attempted: operations },
    { latencies: latencies(Array.from({ length: operations }, () => micros)) },
  ]
}

test.each(["message-types-by-nodes", "maintainability-over-time", "levels-over-time"])(
  "%s without a value has a note, once",
  name => {
    const { notes } = chartOf(name, () => [{ ok: 0 }])
    expect(notes.filter(note => note === NO_VALUE)).toHaveLength(1)
  },
)

test("a heat map writes small values with their digits, not as 0", () => {
  const { values } = chartOf("latency-over-nodes-and-latency", ({ scenario }) =>
    taking(scenario.nodes === 3 ? 4 : 4_000),
  )
  expect(new Set(values.map(({ text }) => text))).toEqual(new Set(["0.004", "4.0"]))
})

test("the word for too few operations in a heat map is readable without a colour behind it", () => {
  const some = chartOf("latency-over-nodes-and-latency", ({ scenario }) => taking(4_000, scenario.nodes === 3 ? 1 : 10))
  expect(some.values.some(({ text, value }) => text === "few" && value === null)).toBe(true)
  expect(some.drawn).toContain('{"test":"!isValid(datum.value)","value":"#777"}')
  expect(chartOf("latency-over-nodes-and-latency", () => taking(4_000)).drawn).not.toContain("!isValid")
})

test.each(["recovery-ecdf", "maintainability-over-time"])("%s of outages that last is a line along 0 %", name => {
  const lasting = { start: 4 * SECOND, end: 10 * SECOND, cause: "" }
  const { values } = chartOf(name, () => [{}, { outages: [lasting] }], "{ nodes: [3] }")
  expect(values.map(({ x, share }) => [x, share])).toContainEqual([0, 0])
})

test("the only row or column of panels that is left of several is named", () => {
  const { notes, rows } = chartOf("latency-ecdf", ({ point }) =>
    point["latency"]?.text === "1ms" ? taking(4_000) : [{ ok: 0 }],
  )
  expect(rows).toHaveLength(1)
  expect(notes).toContain(`Shown: ${rows[0]!}.`)
  expect(rows[0]!.replaceAll("\u00a0", " ")).toBe("link latency 1 ms")
})

test("points where an operation costs no message have a place among the bars", () => {
  const { drawn } = chartOf("message-types-by-nodes", ({ scenario }) => [
    { ok: 10 },
    { byType: scenario.nodes === 3 ? {} : { Say: 40 } },
  ])
  expect(drawn).toContain('"scale":{"domain":[3,5]}')
})

test("a heat map writes a median beyond the deadline as the tables do", () => {
  const latency = new Histogram()
  latency.record(4_000)
  latency.recordOver(9)
  const late: Parts = [{ ok: 1, attempted: 10, deadline_ms: 250 }, { latencies: { [ONLY_KIND]: latency.encode() } }]
  const { values } = chartOf("latency-over-nodes-and-latency", ({ scenario: { nodes } }) =>
    nodes === 3 ? taking(4_000) : late,
  )
  expect(new Set(values.map(({ text }) => text))).toEqual(new Set(["4.0", ">250"]))
})
