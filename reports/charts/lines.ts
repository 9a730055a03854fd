/** A metric against a swept dimension: lines with interval bands, theory dashed. */
import { largest, smallest } from "../../analysis/extremes.ts"
import type { CellSummary } from "../../analysis/aggregate.ts"
import type { Beside } from "../../analysis/published.ts"
import type { Dimension, Registry } from "../../scenarios/cell.ts"
import { hasIntervals, type Plan } from "../../experiments/model/plan.ts"
import { type ChartData, chartData, type ChartPoint, type LineChoice } from "./data.ts"
import { captionOf, NO_VALUE, notesOf } from "./captions.ts"
import { type Layer, type Picture, titleLines } from "./frame.ts"
import { formatDuration, MILLISECOND } from "../../runtime/contract/units.ts"
import { axisNames, axisTitle } from "../../analysis/kinds.ts"
import { encodings, isNamed, THEORY, THEORY_DASH, THEORY_GREY, THEORY_NOTE } from "./encodings.ts"
import { chartKind } from "./kind.ts"
import { axisAmong, loadDimension, METRIC_NAMES, metricNamed, splitName } from "./naming.ts"
import { publishedMarks, publishedNotes, publishedOf } from "./published.ts"
import { APART, decadesIn, fieldOf, PLAIN_NUMBERS, type Upward, verticalScale, withMissing } from "./scales.ts"
import { spaced } from "../../analysis/words.ts"

const NOMINAL = "nominal" as const
const QUANTITATIVE = "quantitative" as const

export const lines = chartKind<LineChoice>({
  kind: "lines",
  forms: ["<metric>-by-<axis>", "<metric>-by-throughput"],
  choose: (name, dimensions) => {
    const [metricName, axisName] = splitName(name)
    const metric = metricNamed(metricName)
    if (metric === undefined) return undefined
    const kind = "lines"
    if (axisName === "throughput") {
      const across = loadDimension(dimensions)
      const title = `How ${metric.question} as more gets done?`
      return across && { kind, name, metric, across, isByThroughput: true, title }
    }
    const axis = axisAmong(axisName, dimensions)
    if (axis === undefined) return undefined
    const title = `How ${metric.question}${axis.question}?`
    return { kind, name, metric, across: axis.dimension, isByThroughput: false, title }
  },
  suggestions: dimensions =>
    METRIC_NAMES.flatMap(metric => [...axisNames(dimensions), "throughput"].map(axis => `${metric}-by-${axis}`)),
  draw: drawLines,
})

function drawLines(
  choice: LineChoice,
  plan: Plan,
  summaries: readonly CellSummary[],
  registry: Registry,
  isForPrint = false,
): Picture {
  const data = chartData(choice, plan, summaries, registry)
  const { points, rows, columns, algorithms: names, theories } = data
  const { metric, across, isByThroughput, title } = choice
  const joined = isByThroughput ? `points joined along ${across.title.toLowerCase()}` : ""
  const isApart = isUnordered(choice)
  const bands = hasIntervals(plan) ? `${isByThroughput || isApart ? "bars" : "bands"}: 95 % confidence` : ""
  const longest = longestOf(points)
  const isSolid = longest > MAX_DOTS && points.every(({ value, unsteady }) => value !== null && unsteady === "")
  const deadlines = drawnDeadlines(points)
  const drawable = withBandOpacity(points.map(point => withinScale(point, data.xs)))
  const known = isByThroughput ? [] : publishedOf(plan, summaries, splitName(choice.name)[0], false)
  const vertical = verticalScale(drawable, metric.isShare ?? false, [
    ...deadlines,
    ...known.map(({ published }) => published),
  ])
  const nines = vertical.isOfNines ? "upwards by nines: what is missing to 100 % on a logarithmic scale" : ""
  const notes = [...notesOf(title, plan, registry, [joined, bands, nines].filter(Boolean).join("; "))]
  if (theories.length > 0) notes.push(`${THEORY_NOTE}: ${theories.join("; ")}.`)
  const signs = signsIn(points, deadlines)
  if (signs !== "") notes.push(signs)
  if (points.every(({ value, tooFew }) => value === null && tooFew === "")) notes.push(NO_VALUE)
  notes.push(...publishedNotes(known))
  const scaled = inSeconds(across, data.xs)
  const xTitle = isByThroughput ? "Throughput (operations per second)" : axisTitle(scaled.dimension)
  return {
    title,
    notes,
    values: withPublished(vertical.isOfNines ? drawable.map(withMissing) : drawable, summaries, known),
    rows,
    columns,
    names: theories.length > 0 ? [...names, THEORY] : names,
    caption: captionOf(metric, plan, registry),
    layers: ({ width, height }) => {
      const x = xChannel(titleLines(xTitle, width), data, isByThroughput, scaled.factor, isApart)
      const { scale } = vertical
      const isLong = metric.title.endsWith("(ms)") && drawable.some(({ value }) => value !== null && value >= LONG_MS)
      const axis = isLong ? { ...vertical.axis, labelExpr: IN_SECONDS } : vertical.axis
      const yTitle = titleLines(isLong ? metric.title.replace(/\(ms\)$/, "(s)") : metric.title, height)
      const y = (field: Upward) => ({ field: fieldOf(field, vertical), type: QUANTITATIVE, title: yTitle, scale, axis })
      const high = fieldOf("high", vertical)
      const encoded = encodings(plan.experiment.variants, registry, { hasTheory: theories.length > 0, isForPrint })
      const beside = isApart ? { xOffset: { field: "algorithm", type: NOMINAL, scale: { domain: [...names] } } } : {}
      const between =
        isByThroughput || isApart
          ? bars(x, y, high, encoded.color, beside)
          : [band(x, y, high, encoded.color, drawable)]
      const order = isByThroughput ? { order: { field: "step", type: QUANTITATIVE } } : {}
      const line: Layer = {
        mark: { type: "line" },
        encoding: {
          x,
          y: y("value"),
          color: encoded.color,
          strokeDash: encoded.dash,
          strokeWidth: thickness(names, 1.8, 3, 1.2),
          ...order,
        },
      }
      const dots: Layer = {
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: {
          x,
          y: y("value"),
          color: encoded.color,
          shape: encoded.shape,
          size: isApart ? { value: 60 } : longest > MAX_DISTINCT ? { value: 8 } : thickness(names, 45, 110, 45),
          tooltip: tooltipOf(choice, points),
          ...beside,
        },
      }
      return [
        ...between,
        ...(isApart ? [] : [line]),
        ...(theories.length > 0 ? [theoryLine(x, y)] : []),
        ...(deadlines.length > 0 ? [deadlineRule("y", y("value"), deadlines)] : []),
        ...(points.some(({ tooFew }) => tooFew !== "") ? [missingPoints(x, height, encoded.color, beside)] : []),
        ...(isSolid && !isApart ? [] : [dots]),
        ...(known.length > 0 && !vertical.isOfNines
          ? [
              publishedMarks({ x, y: { ...y("value"), field: "published" } }, "isValid(datum.published)", [
                ...tooltipOf(choice, points).slice(0, 2),
                { field: "source", type: NOMINAL, title: "Published" },
                { field: "published", type: QUANTITATIVE, title: metric.title, format: ",.4~r" },
                { field: "deviation", type: QUANTITATIVE, title: "Here", format: "+.1%" },
              ]),
            ]
          : []),
        ...(points.some(({ unsteady }) => unsteady !== "") ? [holes(x, y, tooltipOf(choice, points))] : []),
      ]
    },
  }
}

/** Points with the published value at the same point, if there is one. */
function withPublished(points: readonly object[], summaries: readonly CellSummary[], beside: readonly Beside[]) {
  if (beside.length === 0) return points
  return points.map(point => {
    const cell = summaries[Number(Reflect.get(point, "step"))]?.cell
    const known = beside.find(other => other.cell === cell)
    return known === undefined
      ? point
      : { ...point, published: known.published, source: known.series.source, deviation: known.deviation }
  })
}

/** True if the x values are unordered words: points then stand side by side, not joined by a line. */
function isUnordered({ across, isByThroughput }: LineChoice): boolean {
  return !isByThroughput && /^(office|region)\d*$/.test(across.name)
}

const DEADLINE_RED = "#b42318"

type X = ReturnType<typeof xChannel>
type Y = (field: Upward) => object
type Colour = ReturnType<typeof encodings>["color"]

const BAND_OPACITY = 0.2

/** Divides the opacity of bands that several algorithms share, so that stacked they are as dark as one. */
function withBandOpacity(points: readonly ChartPoint[]): readonly (ChartPoint & { readonly bandOpacity?: number })[] {
  const own = [...byLine(points).values()]
  const alike = Map.groupBy(own, line => {
    return JSON.stringify([line[0]!.row, line[0]!.column, line.map(({ x, low, high }) => [x, low, high])])
  })
  const shared = [...alike.values()].filter(bands => bands.length > 1)
  const opacities = new Map(
    shared.flatMap(bands => bands.flat().map(point => [point, 1 - (1 - BAND_OPACITY) ** (1 / bands.length)] as const)),
  )
  if (!shared.some(bands => bands[0]!.some(({ low, high }) => low !== high))) return points
  return points.map(point => ({ ...point, bandOpacity: opacities.get(point) ?? BAND_OPACITY }))
}

function band(x: X, y: Y, high: string, color: Colour, points: ReturnType<typeof withBandOpacity>): Layer {
  const shared = points.some(({ bandOpacity }) => bandOpacity !== undefined)
  return {
    transform: [{ filter: "datum.low !== null && datum.high !== null" }],
    mark: { type: "area", fillOpacity: BAND_OPACITY, strokeOpacity: 0.45, strokeWidth: 0.7, line: false },
    encoding: {
      x,
      y: y("low"),
      y2: { field: high },
      color,
      ...(shared ? { fillOpacity: { field: "bandOpacity", type: QUANTITATIVE, scale: null, legend: null } } : {}),
    },
  }
}

/** Intervals in x and y, if both are estimates. */
function bars(x: X, y: Y, high: string, color: Colour, beside: object): readonly Layer[] {
  const mark = { type: "rule" as const, strokeWidth: 1.2, opacity: 0.6 }
  return [
    {
      transform: [{ filter: "datum.low !== null && datum.high !== null" }],
      mark,
      encoding: { x, y: y("low"), y2: { field: high }, color, ...beside },
    },
    {
      transform: [{ filter: "datum.xLow !== null && datum.value !== null" }],
      mark,
      encoding: { x: { ...x, field: "xLow" }, x2: { field: "xHigh" }, y: y("value"), color },
    },
  ]
}

function theoryLine(x: X, y: Y): Layer {
  return {
    name: "theory",
    transform: [{ filter: "datum.theory !== null" }],
    mark: { type: "line", strokeDash: [...THEORY_DASH], strokeWidth: 1.4, color: THEORY_GREY },
    encoding: { x, y: y("theory"), detail: { field: "algorithm", type: NOMINAL } },
  }
}

/** The widths of lines: if lines coincide, the wider shows on both sides of the narrower. */
export function thickness(names: readonly string[], narrowest: number, range: number, most: number) {
  const step = Math.min(most, range / Math.max(1, names.length - 1))
  return {
    condition: names.map((name, index) => ({
      test: isNamed(name),
      value: narrowest + step * (names.length - 1 - index),
    })),
    value: narrowest,
  }
}

function tooltipOf({ metric, across, isByThroughput }: LineChoice, points: readonly ChartPoint[]) {
  const format = metric.isShare ? ".4~%" : ",.4~r"
  return [
    { field: "algorithm", type: NOMINAL, title: "Algorithm" },
    isByThroughput
      ? { field: "x", type: QUANTITATIVE, title: "Throughput (per second)", format }
      : { field: "xText", type: NOMINAL, title: across.title },
    { field: "value", type: QUANTITATIVE, title: metric.title, format },
    { field: "low", type: QUANTITATIVE, title: "95 % from", format },
    { field: "high", type: QUANTITATIVE, title: "95 % to", format },
    { field: "behind", type: NOMINAL, title: "Behind it" },
    ...(points.some(({ unsteady }) => unsteady !== "")
      ? [{ field: "unsteady", type: NOMINAL, title: "Not steady" }]
      : []),
    ...(points.some(({ isOver }) => isOver) ? [{ field: "isOver", type: NOMINAL, title: "Over the deadline" }] : []),
  ]
}

/** Deadlines in view, or not far above it; those of points over a deadline in any case. */
function drawnDeadlines(points: readonly ChartPoint[]): readonly number[] {
  const most = largest(points.flatMap(({ value, high }) => [value ?? 0, high ?? 0]))
  const drawn = points.flatMap(({ deadline, isOver }) =>
    deadline !== null && (isOver || deadline <= most * 1.5) ? [deadline] : [],
  )
  return [...new Set(drawn)]
}

/** A dotted line at each deadline. @param channel the one for latencies */
export function deadlineRule(channel: "x" | "y", encoding: object, deadlines: readonly number[]): Layer {
  return {
    transform: [{ filter: { field: "deadline", oneOf: [...deadlines] } }, { aggregate: [], groupby: ["deadline"] }],
    mark: { type: "rule", aria: false, strokeDash: [2, 3], strokeWidth: 1.4, color: DEADLINE_RED },
    encoding: { [channel]: { ...encoding, field: "deadline" } },
  }
}

/** Marks points without a number at the bottom, to distinguish them from points that were not measured. */
function missingPoints(x: X, height: number, color: Colour, beside: object): Layer {
  return {
    transform: [{ filter: "datum.tooFew !== ''" }],
    mark: { type: "point", shape: "M-1-1L1 1M-1 1L1-1", filled: false, strokeWidth: 1.5, size: 60 },
    encoding: {
      x,
      y: { value: height - 7 },
      color,
      ...beside,
      tooltip: [
        { field: "algorithm", type: NOMINAL, title: "Algorithm" },
        { field: "tooFew", type: NOMINAL, title: "No number" },
        { field: "behind", type: NOMINAL, title: "Behind it" },
      ],
    },
  }
}

/** Hollow points for unsteady states. */
function holes(x: X, y: Y, tooltip: ReturnType<typeof tooltipOf>): Layer {
  return {
    transform: [{ filter: "datum.unsteady !== ''" }],
    mark: { type: "point", filled: true, opacity: 1, shape: "circle", color: "#fff", size: 16 },
    encoding: { x, y: y("value"), tooltip },
  }
}

/** The note on the dotted lines, if there are any. */
export function deadlineNote(deadlines: readonly number[]): readonly string[] {
  return deadlines.length === 0 ? [] : [`Dotted red: the ${inMs(deadlines)}; what failed counts as longer.`]
}

function inMs(times: readonly number[]): string {
  const written = [...new Set(times)].toSorted((a, b) => a - b).map(ms => spaced(formatDuration(ms * MILLISECOND)))
  return `${written.length > 1 ? "deadlines" : "deadline"}, ${new Intl.ListFormat("en").format(written)}`
}

/** The notes on special markers of points. */
function signsIn(points: readonly ChartPoint[], deadlines: readonly number[]): string {
  const beyond = points.flatMap(({ deadline }) => deadline ?? []).filter(deadline => !deadlines.includes(deadline))
  return [
    ...deadlineNote(deadlines),
    beyond.length === 0
      ? ""
      : `What failed counts as longer than the ${inMs(beyond)}, ${new Set(beyond).size > 1 ? "which are" : "which is"} beyond the scale.`,
    points.some(({ unsteady }) => unsteady !== "") ? "Hollow: not a steady state, or not shown to be one." : "",
    points.some(({ tooFew }) => tooFew !== "") ? "Crosses at the bottom: too few to tell a number." : "",
  ]
    .filter(Boolean)
    .join(" ")
}

/** If some times in y are this long, the axis is in seconds: `200` instead of `0.2M` milliseconds. */
const LONG_MS = 20_000
const IN_SECONDS = "format(datum.value / 1000, ',.10~g')"

/** Writes long times in seconds: the dimension with its unit, and the divisor of its values. */
function inSeconds(dimension: Dimension, xs: ChartData["xs"]) {
  const isLong = dimension.unit === "ms" && xs.every(x => typeof x === "number" && x >= 1_000)
  return isLong ? { dimension: { ...dimension, unit: "s" }, factor: 1_000 } : { dimension, factor: 1 }
}

/** X values that span more than this factor are drawn on a logarithmic scale. */
const WIDE = 7

function spansMuch(across: readonly number[]): boolean {
  const [least, most] = [smallest(across), largest(across)]
  return least > 0 && most / least > WIDE
}

/**
 * Clips a point's intervals: in x to the smallest value, if it reaches 0, which a logarithmic scale does not have, and in y to
 * 0, since measurements are not negative.
 */
function withinScale(measured: ChartPoint, xs: ChartData["xs"]): ChartPoint {
  const { value, low } = measured
  const point = value !== null && value >= 0 && low !== null && low < 0 ? { ...measured, low: 0 } : measured
  if (point.xLow === null || point.xLow > 0) return point
  const numbers = xs.filter(x => typeof x === "number")
  return spansMuch(numbers) ? { ...point, xLow: smallest(numbers) } : point
}

/** Up to this number, values of x have a tick each, and points of a line the usual size: more would merge into bars. */
const MAX_DISTINCT = 40

/** Lines of more points have more than pixels: a line that has them all needs no points. */
const MAX_DOTS = 1000

/** The number of points of the longest line. */
function longestOf(points: readonly ChartPoint[]): number {
  return Math.max(0, largest([...byLine(points).values()].map(({ length }) => length)))
}

function byLine(points: readonly ChartPoint[]): ReadonlyMap<string, readonly ChartPoint[]> {
  return Map.groupBy(points, ({ row, column, algorithm }) => JSON.stringify([row, column, algorithm]))
}

/** The x channel: numbers to scale (logarithmic if they span much), words in the order of the sweep. */
function xChannel(title: string[], data: ChartData, isEstimate: boolean, factor: number, isApart: boolean) {
  const { xs, isInPercent } = data
  const numbers = xs.filter(x => typeof x === "number")
  if (numbers.length < xs.length) {
    const values = xs.map(String)
    const order = isApart ? { scale: { domain: values } } : { sort: values }
    const axis = { labelAngle: isApart ? -45 : -25 }
    return { field: "x", type: "ordinal" as const, ...order, title, axis }
  }
  const [least, most] = [smallest(numbers), largest(numbers)]
  const type = spansMuch(numbers) ? { type: "log" as const } : {}
  const scale = { ...type, padding: 14, nice: false, zero: false }
  const labelExpr = isInPercent ? "format(datum.value, '.6~%')" : `format(datum.value / ${factor}, ',.10~g')`
  const rounded = "type" in scale ? { values: decadesIn(least, most) } : { tickCount: 6 }
  const ticks = isEstimate || xs.length > MAX_DISTINCT ? rounded : { values: [...numbers] }
  return {
    field: "x",
    type: QUANTITATIVE,
    title,
    scale,
    axis: { labelExpr: isEstimate ? PLAIN_NUMBERS : labelExpr, grid: false, ...APART, ...ticks },
  }
}
