// Lines over more values than pixels: points on each would only hide them, unless a point says something that the line does not.
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { drawChart, pictureOf } from "../../../reports/charts/chart.ts"
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

test.each([
  [25, false],
  [41, true],
])("by throughput, with %i points in each of two lines, points are small: %s", (count, isSmall) => {
  const delays = Array.from({ length: count }, (_, i) => `${10 + i}ms`)
  const plan = planExperiment(
    experimentOf(
      `question: q\nalgorithms: [parrot, liar]\nnodes: 3\nrepeat: 1\nsweep: { latency: [${delays.join(", ")}] }\n`,
    ),
  )
  const summaries = plan.cells.map((cell, place) => {
    const record = completedRecord(
      { attempted: 10, ok: 10, throughput_per_s: place },
      { latencies: latencies([1_000, 2_000]) },
    )
    return summarize(cell, [record], { messageTypes: [], figures: [] })
  })
  const choice = chooseChart("latency-by-throughput", plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const picture = pictureOf(choice, plan, summaries, REGISTRY.registry)
  expect(new Set(picture.values.map(value => Reflect.get(value, "x"))).size).toBe(2 * count)
  expect(JSON.stringify(picture.layers({ width: 500, height: 300 })).includes('"size":{"value":8}')).toBe(isSmall)
})

/** The picture of a chart over so many latencies and shares of lost messages. */
function pictureOver(name: string, latencyCount: number, lossCount: number, values = { attempted: 10, ok: 10 }) {
  const latency = Array.from({ length: latencyCount }, (_, i) => `${1_000 + i}us`)
  const loss = Array.from({ length: lossCount }, (_, i) => `${i / 10}%`)
  const sweep = `sweep: { latency: [${latency.join(", ")}], loss: [${loss.join(", ")}] }`
  const plan = planExperiment(experimentOf(`question: q\nalgorithms: [parrot]\nnodes: 3\nrepeat: 1\n${sweep}\n`))
  const record = completedRecord(values, { latencies: latencies([1_000, 2_000]), byType: { Note: 4 } })
  const summaries = plan.cells.map(cell => summarize(cell, [record], { messageTypes: ["Note"], figures: [] }))
  const choice = chooseChart(name, plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const picture = pictureOf(choice, plan, summaries, REGISTRY.registry)
  const layers = JSON.stringify(picture.layers({ width: 500, height: 300 }))
  return { ...picture, allNotes: picture.notes, notes: picture.notes.filter(note => note.includes("evenly")), layers }
}

test.each([
  [16, 24, 1184, 912, true],
  [17, 2, 799, 110, false],
  [2, 25, 180, 550, false],
  [100, 100, 800, 500, false],
  [400, 3, 750, 114, false],
])("a heat map of %i x %i cells is %i x %i pixels; has it numbers: %s", (across, up, width, height, hasNumbers) => {
  const { size, layers } = pictureOver("latency-over-latency-and-loss", across, up)
  expect(size).toEqual({ width, height })
  expect(layers.includes('"type":"text"')).toBe(hasNumbers)
})

test("a heat map without room for numbers says what is white", () => {
  const few = { attempted: 3, ok: 3 }
  const notesOf = (count: number, values: typeof few) =>
    pictureOver("latency-over-latency-and-loss", count, 2, values).allNotes.filter(note => note.startsWith("White"))
  expect(notesOf(17, few)).toEqual(["White: too few to tell a number."])
  expect([...notesOf(16, few), ...notesOf(17, { attempted: 10, ok: 10 })]).toEqual([])
})

test.each(["latency-over-latency-and-loss", "message-types-by-latency"])("%s of more values has some of them", name => {
  const { values, notes } = pictureOver(name, 300, 2)
  expect(values).toHaveLength(2 * 250)
  expect(notes).toEqual([
    "250 of 300 values of one-way link latency, evenly spaced; summary.csv has the figures of all",
  ])
  expect(pictureOver(name, 250, 2)).toMatchObject({ notes: [], values: { length: 2 * 250 } })
})
