/** A metric over two things that are swept: a cell is a colour with its number, a panel an algorithm. */
import type { CellSummary } from "../aggregate.ts"
import { inPercent } from "../percent.ts"
import type { Plan } from "../plan.ts"
import { coordinateOf, endsOf, estimateFor, inOrder } from "./data.ts"
import { notesOf, type Picture } from "./frame.ts"
import { axisTitle } from "./kinds.ts"
import { headings, panelsOf } from "./panels.ts"
import type { HeatMapChoice } from "./registry.ts"

export function drawHeatMap(choice: HeatMapChoice, plan: Plan, summaries: readonly CellSummary[]): Picture {
  const { metric, across, up, title } = choice
  const panelOf = panelsOf([across, up], plan)
  const write = metric.isShare ? percent : plain
  const values = summaries.flatMap(summary => {
    const { cell } = summary
    const ends = endsOf(estimateFor(metric, summary))
    if (ends.value === null) return []
    const { row, column } = panelOf(cell)
    return [
      {
        x: coordinateOf(cell, across),
        y: coordinateOf(cell, up),
        ...ends,
        text: write(ends.value),
        interval:
          ends.low === null || ends.high === null || ends.low === ends.high
            ? ""
            : `${write(ends.low)} – ${write(ends.high)}`,
        algorithm: cell.variant.label,
        column: cell.variant.label,
        row: [column, row].filter(Boolean).join(", "),
      },
    ]
  })
  const [xs, ys] = [inOrder(values.map(({ x }) => x)), inOrder(values.map(({ y }) => y))]
  const { rows, columns } = headings(values)
  const numbers = values.map(({ value }) => value ?? 0)
  const domain = metric.isShare ? [0, 1] : [Math.min(...numbers), Math.max(...numbers)]
  const middle = (domain[0]! + domain[1]!) / 2
  const ordinal = (field: "x" | "y", sort: readonly (number | string)[], axis: string) => ({
    field,
    type: "ordinal" as const,
    sort: field === "y" ? sort.toReversed() : [...sort],
    title: axis,
    axis: { labelAngle: 0, ticks: false, domain: false },
  })
  const x = ordinal("x", xs, axisTitle(across))
  const y = ordinal("y", ys, axisTitle(up))
  const label = { field: "text", type: "nominal" as const }
  const ink = { condition: { test: `datum.value > ${middle}`, value: "#111" }, value: "#fff" }
  return {
    title,
    notes: [...notesOf(title, plan, plan.repeat === 1 ? "" : "small: 95 % confidence")],
    values,
    rows: rows.length === 0 ? [""] : rows,
    columns: columns.length === 0 ? [""] : columns,
    names: [metric.title],
    size: { width: Math.max(180, xs.length * 78), height: Math.max(110, ys.length * 38) },
    layers: () => [
      {
        mark: { type: "rect", stroke: "#fff", strokeWidth: 1 },
        encoding: {
          x,
          y,
          color: {
            field: "value",
            type: "quantitative",
            scale: { scheme: "viridis", domain },
            legend: {
              title: metric.title,
              orient: "top",
              direction: "horizontal",
              gradientLength: 220,
              titleLimit: 400,
              titleFontWeight: "normal",
              ...(metric.isShare ? { format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] } : {}),
            },
          },
          tooltip: [
            { field: "algorithm", type: "nominal", title: "Algorithm" },
            { field: "x", type: "ordinal", title: across.title },
            { field: "y", type: "ordinal", title: up.title },
            { field: "text", type: "nominal", title: metric.title },
            { field: "interval", type: "nominal", title: "95 %" },
          ],
        },
      },
      { mark: { type: "text", dy: -5, fontSize: 11 }, encoding: { x, y, text: label, color: ink } },
      {
        mark: { type: "text", dy: 9, fontSize: 8.5 },
        encoding: { x, y, text: { field: "interval", type: "nominal" }, color: ink },
      },
    ],
  }
}

function percent(share: number): string {
  return share === 1 ? "100%" : `${inPercent(share, 1)}%`
}

function plain(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
