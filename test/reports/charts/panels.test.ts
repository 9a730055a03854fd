// A chart has as many panels as people can look at: of a large sweep, some that are evenly spaced.
import { expect, test } from "vitest"
import { summarize } from "../../../analysis/aggregate.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { pictureOf } from "../../../reports/charts/chart.ts"
import type { Picture } from "../../../reports/charts/frame.ts"
import { withFewerPanels } from "../../../reports/charts/panels.ts"
import { chooseChart, partsDrawn } from "../../../reports/charts/registry.ts"
import { experimentOf, REGISTRY } from "../../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../../experiments/support/records.ts"

function pictureWith(rows: number, columns: number): Picture {
  const headings = { rows: named("row", rows), columns: named("column", columns) }
  const values = headings.rows.flatMap(row => headings.columns.map(column => ({ row, column, value: 1 })))
  return { title: "t", notes: ["n"], values, names: [], caption: "", layers: () => [], ...headings }
}

function named(what: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${what} ${i}`)
}

test.each([
  [1, 1],
  [1, 24],
  [24, 1],
  [4, 6],
])("%i x %i panels are all shown", (rows, columns) => {
  const picture = pictureWith(rows, columns)
  expect(withFewerPanels(picture)).toBe(picture)
})

test.each([
  [1, 25, 1, 12],
  [1, 100, 1, 12],
  [100, 1, 12, 1],
  [100, 100, 2, 6],
  [2, 100, 2, 6],
  [5, 5, 2, 5],
  [1_000, 2, 6, 2],
])("of %i x %i panels, %i x %i are shown: the first, the last and some between", (rows, columns, left, across) => {
  const picture = withFewerPanels(pictureWith(rows, columns))
  expect([picture.rows.length, picture.columns.length]).toEqual([left, across])
  expect([picture.rows[0], picture.rows.at(-1)]).toEqual(["row 0", left === 1 ? "row 0" : `row ${rows - 1}`])
  expect([picture.columns[0], picture.columns.at(-1)]).toEqual([
    "column 0",
    across === 1 ? "column 0" : `column ${columns - 1}`,
  ])
  expect(picture.values).toHaveLength(left * across)
  expect(picture.notes).toEqual([
    "n",
    `${left * across} of ${rows * columns} panels, evenly spaced; summary.csv has the figures of all`,
  ])
})

test("panels are evenly spaced", () => {
  const { columns } = withFewerPanels(pictureWith(1, 100))
  const places = columns.map(column => Number(column.split(" ")[1]))
  const steps = new Set(places.slice(1).map((place, i) => place - places[i]!))
  expect(steps).toEqual(new Set([9]))
})

/** A sweep of 2 algorithms, or of 1 beside 2 other dimensions. */
function sweepOf(chart: string, sweep: string, algorithms = "parrot, liar", nodes = "nodes: 3\n") {
  return planExperiment(
    experimentOf(`question: q\nalgorithms: [${algorithms}]\n${nodes}sweep: { ${sweep} }\ncharts: [${chart}]\n`),
  )
}

const millis = (count: number): string =>
  `latency: [${Array.from({ length: count }, (_, i) => `${i + 1}ms`).join(", ")}]`

test.each([
  ["latency-ecdf", 24, 24, 24],
  ["latency-ecdf", 25, 12, 12],
  ["latency-ecdf", 100, 12, 12],
  ["reliability-over-time", 100, 12, 12],
  ["outage-timeline", 12, 12, 24],
  ["outage-timeline", 13, 12, 24],
])("%s of %i points shows %i of them, in %i panels, and keeps nothing of the others", (name, points, left, panels) => {
  const plan = sweepOf(name, millis(points))
  const outages = [{ start: 2_000, end: 5_000, cause: "crash" }]
  const record = completedRecord({ ok: 10 }, { latencies: latencies([1_000, 2_000]), outages })
  const partsOf = partsDrawn(plan)
  const kept = plan.cells.filter(cell => partsOf(cell).size > 0)
  expect(kept).toHaveLength(2 * left)
  expect([kept[0], kept.at(-1)]).toEqual([plan.cells[0], plan.cells.at(-1)])
  const choice = chooseChart(name, plan.experiment.dimensions)
  if ("problem" in choice) throw new Error(choice.problem)
  const summaries = plan.cells.map(cell => summarize(cell, [record, record], { messageTypes: [], figures: [] }))
  const { rows, columns, notes } = pictureOf(choice, plan, summaries, REGISTRY.registry)
  expect(rows.length * columns.length).toBe(panels)
  const note = `${left} of ${points} points of the sweep, evenly spaced; summary.csv has the figures of all`
  expect(notes.filter(each => each.includes("evenly"))).toEqual(left === points ? [] : [note])
})

test.each([
  ["over-time", 4, 4],
  ["over-time", 5, 4],
  ["over-time", 300, 4],
  ["levels-over-time", 12, 12],
  ["levels-over-time", 300, 12],
])("%s of %i points shows %i of them, with all of its rows or columns", (name, points, left) => {
  const plan = sweepOf(name, millis(points))
  const partsOf = partsDrawn(plan)
  expect(plan.cells.filter(cell => partsOf(cell).size > 0)).toHaveLength(2 * left)
})

test("points of two dimensions are a grid", () => {
  const plan = sweepOf("latency-ecdf", `nodes: [3, 5, 7], ${millis(50)}`, "parrot", "")
  const partsOf = partsDrawn(plan)
  const points = plan.cells.filter(cell => partsOf(cell).size > 0).map(({ point }) => point)
  expect(points).toHaveLength(12)
  expect(new Set(points.map(point => String(point["latency"]!.value)))).toEqual(new Set(["1", "17", "34", "50"]))
})
