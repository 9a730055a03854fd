// A chart has as many panels as people can look at: of a large sweep, some that are evenly spaced.
import { expect, test } from "vitest"
import type { Picture } from "../../../reports/charts/frame.ts"
import { withFewerPanels } from "../../../reports/charts/panels.ts"

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
