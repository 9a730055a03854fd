/** A chart as a Vega-Lite specification: lines with the bands of our own intervals, theory dashed. */
import type { TopLevelSpec } from "vega-lite"
import { describeLatency } from "../../runtime/latency.ts"
import { COUNTING_CAPTION } from "../counting-rules.ts"
import type { Plan } from "../plan.ts"
import type { ChartData } from "./data.ts"
import { colourOf, shapeOf } from "./palette.ts"
import type { ChartChoice } from "./registry.ts"

/** Size of the plot if it is the only panel, and of one panel of several, in pixels. */
const SINGLE = { width: 520, height: 300 }
const PANEL = { width: 230, height: 180 }
const MOST_COLUMNS = 3
/** Pixels beside the plots: axis labels and titles. */
const MARGIN = 60
/** Mean width of a character, in font sizes. */
const CHARACTER = 0.53
const TITLE_SIZE = 15
const TEXT_SIZE = 11
const LEGEND_SIZE = 12
const CAPTION_SIZE = 10

export function drawChart(choice: ChartChoice, data: ChartData, plan: Plan): TopLevelSpec {
  const isFaceted = Math.max(data.columns.length, data.rows.length) > 1
  const size = isFaceted ? PANEL : SINGLE
  const columns = Math.min(data.columns.length, data.rows.length > 1 ? data.columns.length : MOST_COLUMNS)
  const width = Math.max(SINGLE.width, columns * (size.width + 20))
  const fold = (text: string, fontSize: number): string[] =>
    foldText(text, Math.floor((width + MARGIN) / (fontSize * CHARACTER)))
  const caption = foldText(COUNTING_CAPTION, Math.floor(width / (CAPTION_SIZE * CHARACTER)))
  const chart = { layer: layersOf(choice, data, size.height), ...size }
  const panelled = isFaceted ? { facet: facetOf(data, columns), ...wrapping(data, columns), spec: chart } : chart
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: `${choice.title} ${plan.experiment.question}`,
    title: {
      text: fold(choice.title, TITLE_SIZE * 1.1),
      subtitle: [...subtitleOf(choice, data, plan)].flatMap(line => fold(line, TEXT_SIZE)),
      anchor: "start",
      fontSize: TITLE_SIZE,
      subtitleFontSize: TEXT_SIZE,
      subtitleColor: "#555",
      subtitlePadding: 5,
      offset: 14,
    },
    data: { values: data.points.map(point => ({ ...point })) },
    vconcat: [
      panelled,
      {
        data: { values: [{}] },
        width,
        height: caption.length * (CAPTION_SIZE + 3),
        view: { stroke: null },
        mark: {
          type: "text",
          text: caption,
          align: "left",
          baseline: "top",
          fontSize: CAPTION_SIZE,
          lineHeight: CAPTION_SIZE + 3,
          color: "#666",
        },
        encoding: { x: { value: 0 }, y: { value: 0 } },
      },
    ],
    spacing: 16,
    config: {
      font: "DejaVu Sans, Verdana, sans-serif",
      background: "white",
      axis: {
        labelFontSize: TEXT_SIZE,
        titleFontSize: TEXT_SIZE,
        titleFontWeight: "normal",
        titlePadding: 8,
        gridColor: "#e8e8e8",
      },
      header: { labelFontSize: TEXT_SIZE },
      legend: {
        orient: "top",
        title: null,
        columns: legendColumns(data.algorithms, width),
        labelFontSize: LEGEND_SIZE,
        labelLimit: 400,
        symbolSize: 90,
        symbolOpacity: 1,
      },
      view: { stroke: "#ccc" },
    },
  }
}

/** As many names beside each other as fit; the symbol and the gaps take some 35 pixels. */
function legendColumns(names: readonly string[], width: number): number {
  const widest = Math.max(...names.map(name => name.length)) * LEGEND_SIZE * CHARACTER + 35
  return Math.max(1, Math.min(names.length, Math.floor((width + MARGIN) / widest)))
}

/** Panels in rows and columns; those of a single row are wrapped if there are too many. */
function facetOf({ rows, columns }: ChartData, most: number) {
  if (rows.length > 1) return { row: panelChannel("row", rows), column: panelChannel("column", columns) }
  return columns.length > most ? panelChannel("column", columns) : { column: panelChannel("column", columns) }
}

function wrapping({ rows, columns }: ChartData, most: number): { readonly columns?: number } {
  return rows.length === 1 && columns.length > most ? { columns: most } : {}
}

function panelChannel(field: "row" | "column", sort: readonly string[]) {
  return { field, type: "nominal" as const, sort: [...sort], title: null }
}

function* subtitleOf({ title }: ChartChoice, data: ChartData, plan: Plan): Generator<string> {
  const { dimensions, question } = plan.experiment
  if (question !== title) yield question
  const swept = new Set(dimensions.map(({ name }) => name))
  const scenario = plan.cells[0]!.scenario
  const fixed = [
    ...(swept.has("nodes") ? [] : [`n = ${scenario.nodes}`]),
    ...(swept.has("latency") ? [] : [`link latency ${describeLatency(scenario.network.latency)}`]),
    plan.repeat === 1 ? "one run a point" : `${plan.repeat} runs a point, bands: 95 % confidence`,
  ]
  yield fixed.join("; ")
  if (data.theories.length > 0) yield `Dashed, theory: ${data.theories.join(", ")}`
}

/** Lines of at most so many characters, broken between words. */
export function foldText(text: string, most: number): string[] {
  const lines = [""]
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!
    if (line !== "" && line.length + 1 + word.length > most) lines.push(word)
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`
  }
  return lines
}

const NOMINAL = "nominal" as const
const QUANTITATIVE = "quantitative" as const

function layersOf({ metric, across }: ChartChoice, data: ChartData, height: number) {
  const x = xChannel(across.unit === "" ? across.title : `${across.title} (${across.unit})`, data)
  const { scale, format: axisFormat } = yScale(data, metric.isShare ?? false)
  const axis = axisFormat === undefined ? {} : { format: axisFormat }
  const title = foldText(metric.title, Math.floor(height / (TEXT_SIZE * CHARACTER)))
  const y = (field: "value" | "low" | "theory") => ({ field, type: QUANTITATIVE, title, scale, axis })
  const byAlgorithm = (range: (index: number) => string) => ({
    field: "algorithm",
    type: NOMINAL,
    scale: { domain: [...data.algorithms], range: data.algorithms.map((_, index) => range(index)) },
  })
  const color = byAlgorithm(colourOf)
  const format = metric.isShare ? ".2%" : ",.4~r"
  const tooltip = [
    { field: "algorithm", type: NOMINAL, title: "Algorithm" },
    { field: "x", type: typeof data.xs[0] === "number" ? QUANTITATIVE : NOMINAL, title: across.title },
    { field: "value", type: QUANTITATIVE, title: metric.title, format },
    { field: "low", type: QUANTITATIVE, title: "95 % from", format },
    { field: "high", type: QUANTITATIVE, title: "95 % to", format },
    { field: "runs", type: QUANTITATIVE, title: "Runs" },
  ]
  // Where lines coincide, the wider one shows on both sides of the narrower.
  const thickness = (narrowest: number, step: number) => ({
    condition: data.algorithms.map((name, index) => ({
      test: `datum.algorithm === ${JSON.stringify(name)}`,
      value: narrowest + step * (data.algorithms.length - 1 - index),
    })),
    value: narrowest,
  })
  const steps = Math.max(1, data.algorithms.length - 1)
  const strokeWidth = thickness(1.8, Math.min(1.2, 3 / steps))
  const theory = {
    name: "theory",
    transform: [{ filter: "datum.theory !== null" }],
    mark: { type: "line" as const, strokeDash: [5, 4], strokeWidth: 1.4, color: "#333" },
    encoding: { x, y: y("theory"), detail: { field: "algorithm", type: NOMINAL } },
  }
  return [
    {
      mark: { type: "area" as const, fillOpacity: 0.18 },
      encoding: { x, y: y("low"), y2: { field: "high" }, color },
    },
    { mark: { type: "line" as const }, encoding: { x, y: y("value"), color, strokeWidth } },
    ...(data.theories.length > 0 ? [theory] : []),
    {
      mark: { type: "point" as const, filled: true, opacity: 1 },
      encoding: {
        x,
        y: y("value"),
        color,
        shape: byAlgorithm(shapeOf),
        size: thickness(45, Math.min(45, 110 / steps)),
        tooltip,
      },
    },
  ]
}

/** Across: numbers to scale (logarithmic where they span more than a decade), words in the order of the sweep. */
function xChannel(title: string, { xs }: ChartData) {
  const numbers = xs.filter(x => typeof x === "number")
  if (numbers.length < xs.length) {
    return { field: "x", type: "ordinal" as const, sort: xs.map(String), title, axis: { labelAngle: -25 } }
  }
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  const type = least > 0 && most / least > 12 ? { type: "log" as const } : {}
  return {
    field: "x",
    type: QUANTITATIVE,
    title,
    scale: { ...type, padding: 14, nice: false, zero: false },
    axis: { values: [...numbers], labelExpr: "format(datum.value, '~g')", labelOverlap: true, grid: false },
  }
}

/** Up: from zero, or logarithmic where values span more than two decades; shares up to 100 %. */
function yScale({ points }: ChartData, isShare: boolean) {
  const values = points.flatMap(({ value, low, high, theory }) => [value, low, high, theory].filter(v => v !== null))
  const [least, most] = [Math.min(...values), Math.max(...values)]
  if (isShare) {
    const from = least >= 0.9 ? Math.floor(least * 100 - 0.5) / 100 : 0
    return { format: from > 0.95 ? ".1%" : ".0%", scale: { domain: [from, 1], nice: false } }
  }
  if (least > 0 && most / least > 100) return { scale: { type: "log" as const, nice: true } }
  return { scale: { zero: true, nice: true } }
}
