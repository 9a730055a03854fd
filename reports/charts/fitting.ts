/** Charts of a given width, for papers and slides: panels wrap to it, and text has its size in print. */
import type { Plan } from "../../experiments/model/plan.ts"
import { acrossOf, evenly, frame, type Picture, TEXT_SIZE, titleLines } from "./frame.ts"
import { renderSvg, svgSize } from "./render.ts"
import { POINTS, type Theme } from "./themes.ts"

/** Pixels of axes and their titles beside the plots, and between two panels: a first guess. */
const AXES = 70
const BETWEEN = 25
/** The minimum width of a plot in a chart with several panels, in pixels. */
const NARROWEST = 120
/** The number of iterations for the width; each leaves a fraction of the previous error. */
const ATTEMPTS = 5

/** A chart as SVG, `width` centimetres wide. */
export interface FittedChart {
  readonly svg: string
  /** In centimetres. */
  readonly width: number
  readonly height: number
}

/** Draws a picture with the requested width. @param width in centimetres */
export async function fit(picture: Picture, plan: Plan, theme: Theme, width: number): Promise<FittedChart> {
  const pixels = (width * POINTS * TEXT_SIZE) / theme.text
  const { hasWords } = theme
  const panels = wrap(picture, pixels)
  const across = widthInPanels(panels, pixels)
  let plot = Math.max(40, (pixels - AXES) / across - (across > 1 ? BETWEEN : 0))
  const wrapped = withFoldedHeadings(panels, plot)
  let svg = ""
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    svg = await renderSvg(frame(wrapped, plan, { width: pixels, plot, across, hasWords }))
    const excess = svgSize(svg).width - pixels
    if (Math.abs(excess) < 0.5) break
    plot = Math.max(20, plot - excess / across)
  }
  const { width: drawn, height } = svgSize(svg)
  const heightInCm = (height / drawn) * width
  return { svg: withSize(svg, width, heightInCm), width, height: heightInCm }
}

/** Wraps rows and columns of panels that do not fit side by side. */
function wrap(picture: Picture, pixels: number): Picture {
  const { rows, columns, values } = picture
  if (rows.length <= 1 || columns.length <= roomFor(pixels)) return picture
  const headed = values.map(value => ({ ...value, column: heading(value), row: "" }))
  return { ...picture, values: headed, rows: [""], columns: [...new Set(headed.map(({ column }) => column))] }
}

/** Folds the headings of columns to the width of a plot: wider ones would keep panels apart. */
function withFoldedHeadings(picture: Picture, plot: number): Picture {
  const fold = (text: string): string => titleLines(text, plot).join("\n")
  const values = picture.values.map(value => ({ ...value, column: fold(String(Reflect.get(value, "column") ?? "")) }))
  return { ...picture, values, columns: picture.columns.map(fold) }
}

function heading(value: object): string {
  return [Reflect.get(value, "column"), Reflect.get(value, "row")].filter(Boolean).join(", ")
}

function widthInPanels(picture: Picture, pixels: number): number {
  if (picture.rows.length > 1) return acrossOf(picture)
  return evenly(picture.columns.length, Math.min(roomFor(pixels), picture.mostColumns ?? Infinity))
}

/** The number of panels that fit side by side. */
function roomFor(pixels: number): number {
  return Math.max(1, Math.floor((pixels - AXES) / (NARROWEST + BETWEEN)))
}

function withSize(svg: string, width: number, height: number): string {
  const size = `width="${width.toFixed(3)}cm" height="${height.toFixed(3)}cm"`
  return svg.replace(/width="[\d.]+" height="[\d.]+"/, size)
}
