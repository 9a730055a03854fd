/** A metric over two swept dimensions: each cell is a colour with its number, each panel an algorithm. */
import { largest, smallest } from "../../analysis/extremes.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Dimension, Registry } from "../../scenarios/cell.ts"
import { inPercent } from "../../lib/percent.ts"
import { hasIntervals, type Plan } from "../../experiments/model/plan.ts"
import { behind, tooFew } from "../../analysis/counts.ts"
import { captionOf, notesOf } from "./captions.ts"
import { coordinateOf, endsOf, inOrder, labelsInPercent, textAt } from "./data.ts"
import { type Layer, type Picture, titleLines } from "./frame.ts"
import { axisNames, axisTitle, type ChartMetric, columnOf, estimateFor } from "../../analysis/kinds.ts"
import { headings, panelsOf } from "./panels.ts"
import { besideEachOther, someNamed } from "./sampling.ts"
import { chartKind, type Named } from "./kind.ts"
import { axisAmong, inTitle, METRIC_NAMES, metricNamed } from "./naming.ts"

/** Panels with more x values are stacked vertically, so that their numbers are readable. */
const MAX_BESIDE = 4
/** Pixels of a cell, and the width from which it has room for its interval. */
const CELL = { width: 74, height: 38 }
/** The maximum number of values on an axis for which cells have room for numbers. */
const MAX_NUMBERED = { x: 16, y: 24 }
/** Pixels of a panel of more values, and at least of a cell there. */
const DENSE_PANEL = { width: 800, height: 560 }
const MIN_CELL = 3
const ROOM_FOR_INTERVAL = 66
/** The position on the colour scale from which colours are light, so that dark ink is more readable. */
const LIGHT_FROM = 0.45

/** A metric as colour, over two swept dimensions. */
export interface HeatMapChoice extends Named {
  readonly kind: "heat-map"
  readonly metric: ChartMetric
  readonly across: Dimension
  readonly up: Dimension
}

export const heatMap = chartKind<HeatMapChoice>({
  kind: "heat-map",
  forms: ["<metric>-over-<axis>-and-<axis>"],
  choose,
  suggestions: dimensions => {
    const axes = axisNames(dimensions)
    const pairs = axes.flatMap(across => axes.map(up => `over-${across}-and-${up}`))
    const names = METRIC_NAMES.flatMap(metric => pairs.map(pair => `${metric}-${pair}`))
    return names.filter(name => choose(name, dimensions) !== undefined)
  },
  draw: drawHeatMap,
})

function choose(name: string, dimensions: readonly Dimension[]): HeatMapChoice | undefined {
  const [, metricName = "", ...axes] = /^(.+?)-over-(.+)-and-(.+)$/.exec(name) ?? []
  const metric = metricNamed(metricName)
  const [across, up] = axes.map(axis => axisAmong(axis, dimensions)?.dimension)
  if (metric === undefined || across === undefined || up === undefined || across.name === up.name) return undefined
  const title = `How ${metric.question}, by ${inTitle(across)} and ${inTitle(up)}?`
  return { kind: "heat-map", name, metric, across, up, title }
}

function drawHeatMap(
  choice: HeatMapChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
): Picture {
  const { metric, across, up, title } = choice
  const all = cellsOf(choice, plan, summaries)
  const inX = besideEachOther(inOrder(all.map(({ x }) => x)), across)
  const inY = besideEachOther(inOrder(all.map(({ y }) => y)), up)
  const [xs, ys] = [inX.values, inY.values]
  const values = all.filter(({ x, y }) => inX.isDrawn(x) && inY.isDrawn(y))
  const isDense = xs.length > MAX_NUMBERED.x || ys.length > MAX_NUMBERED.y
  const isWide = xs.length > MAX_BESIDE
  const placed = isWide
    ? values.map(value => ({ ...value, column: [value.column, value.row].filter(Boolean).join(", "), row: "" }))
    : values
  const { rows, columns } = headings(placed)
  const numbers = values.flatMap(({ value }) => value ?? [])
  const isEmpty = numbers.length === 0
  const domain = metric.isShare || isEmpty ? [0, 1] : [smallest(numbers), largest(numbers)]
  const size = {
    width: Math.max(180, xs.length * (isDense ? denseCell(xs.length, "width") : CELL.width)),
    height: Math.max(110, ys.length * (isDense ? denseCell(ys.length, "height") : CELL.height)),
  }
  return {
    title,
    notes: [
      ...notesOf(title, plan, registry, hasIntervals(plan) && !isDense ? "small: 95 % confidence" : ""),
      ...(isDense && values.some(({ value }) => value === null) ? ["White: too few to tell a number."] : []),
      ...inX.notes,
      ...inY.notes,
    ],
    values: placed,
    rows: rows.length === 0 ? [""] : rows,
    columns: columns.length === 0 ? [""] : columns,
    names: [metric.title],
    caption: captionOf(metric, plan, registry),
    size,
    ...(isWide ? { mostColumns: 1 } : {}),
    layers: () =>
      layersOf(
        choice,
        domain,
        { isDense, hasFew: numbers.length < values.length },
        axisOf("x", xs, across, plan),
        axisOf("y", ys, up, plan, size.height),
      ),
  }
}

/** Pixels of a cell in a panel of many values. */
function denseCell(values: number, side: "width" | "height"): number {
  return Math.min(CELL[side], Math.max(MIN_CELL, Math.floor(DENSE_PANEL[side] / values)))
}

function cellsOf({ metric, across, up }: HeatMapChoice, plan: Plan, summaries: readonly CellSummary[]) {
  const panelOf = panelsOf([across, up], plan)
  const write = metric.isShare ? percent : plain
  return summaries.flatMap((summary, step) => {
    const { cell } = summary
    const few = tooFew(columnOf(metric), summary)
    const estimate = few === undefined ? estimateFor(metric, summary) : null
    const ends = endsOf(estimate)
    if (ends.value === null && few === undefined) return []
    const { row, column } = panelOf(cell)
    const isSpan = ends.low !== null && ends.high !== null && ends.low !== ends.high
    return [
      {
        x: coordinateOf(cell, across),
        y: coordinateOf(cell, up),
        xText: textAt(cell, across),
        yText: textAt(cell, up),
        step,
        ...ends,
        text: ends.value === null ? "few" : `${estimate?.isOver === true ? ">" : ""}${write(ends.value)}`,
        behind: [few, behind(summary)].filter(Boolean).join("; "),
        interval: isSpan ? `${write(ends.low)} – ${write(ends.high)}` : "",
        algorithm: cell.variant.label,
        column: cell.variant.label,
        row: [column, row].filter(Boolean).join(", "),
      },
    ]
  })
}

type Axis = ReturnType<typeof axisOf>

/** @param length to fold the title to, in pixels */
function axisOf(
  field: "x" | "y",
  sort: readonly (number | string)[],
  dimension: Dimension,
  plan: Plan,
  length = Infinity,
) {
  const [line = "", ...more] = titleLines(axisTitle(dimension), length)
  return {
    field,
    type: "ordinal" as const,
    sort: field === "y" ? sort.toReversed() : [...sort],
    title: more.length === 0 ? line : [line, ...more],
    axis: {
      labelAngle: 0,
      ticks: false,
      domain: false,
      ...labelsInPercent(dimension, plan),
      ...(sort.length > MAX_NUMBERED[field] ? someNamed(sort) : {}),
    },
  }
}

/** @param looks whether there is no room for numbers, and whether some cells have too little data for one */
function layersOf(
  { metric, across, up }: HeatMapChoice,
  domain: number[],
  { isDense, hasFew }: { readonly isDense: boolean; readonly hasFew: boolean },
  x: Axis,
  y: Axis,
): readonly Layer[] {
  const dark = domain[0]! + LIGHT_FROM * (domain[1]! - domain[0]!)
  const light = { test: `datum.value > ${dark}`, value: "#111" }
  // Where there is no number, there is no colour behind the word for it.
  const ink = { condition: hasFew ? [{ test: "!isValid(datum.value)", value: "#777" }, light] : light, value: "#fff" }
  const scale = { scheme: "viridis" as const, domain }
  const label = { field: "text", type: "nominal" as const }
  // The scale's name differs between a report's page and a standalone picture, which has a caption below it.
  const bandwidth = "(bandwidth('x') || bandwidth('concat_0_x'))"
  const hasRoom = `${bandwidth} >= ${ROOM_FOR_INTERVAL}`
  const cells: Layer = {
    mark: { type: "rect", ...(isDense ? {} : { stroke: "#fff", strokeWidth: 1 }) },
    encoding: {
      x,
      y,
      color: { field: "value", type: "quantitative", scale, legend: legendOf(metric, domain) },
      tooltip: [
        { field: "algorithm", type: "nominal", title: "Algorithm" },
        { field: "xText", type: "nominal", title: across.title },
        { field: "yText", type: "nominal", title: up.title },
        { field: "text", type: "nominal", title: metric.title },
        { field: "interval", type: "nominal", title: "95 %" },
        { field: "behind", type: "nominal", title: "Behind it" },
      ],
    },
  }
  if (isDense) return [cells]
  return [
    cells,
    {
      mark: {
        type: "text",
        dy: { expr: `${hasRoom} && datum.interval !== '' ? -5 : 0` },
        fontSize: { expr: `${bandwidth} >= 34 ? 11 : ${bandwidth} >= 22 ? 7 : 0` },
      },
      encoding: { x, y, text: label, color: ink },
    },
    {
      mark: { type: "text", dy: 9, fontSize: { expr: `${hasRoom} ? 9 : 0` } },
      encoding: { x, y, text: { field: "interval", type: "nominal" }, color: ink },
    },
  ]
}

function legendOf({ title, isShare }: HeatMapChoice["metric"], [least = 0, most = 0]: readonly number[]) {
  return {
    title,
    orient: "top" as const,
    direction: "horizontal" as const,
    gradientLength: 220,
    titleLimit: 400,
    titleFontWeight: "normal" as const,
    ...(isShare ? { format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] } : {}),
    // Ticks between equal ends would have as many decimals as there are.
    ...(!isShare && least === most ? { format: ",.10~g", values: [least] } : {}),
  }
}

function percent(share: number): string {
  return share === 1 ? "100%" : `${inPercent(share, 1)}%`
}

function plain(value: number): string {
  // One digit after the point would make 0 of it.
  const isTiny = value !== 0 && Math.abs(value) < 0.05
  return isTiny ? String(Number(value.toPrecision(2))) : value >= 100 ? value.toFixed(0) : value.toFixed(1)
}
