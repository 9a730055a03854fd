/** Charts of a given width, for papers and slides: panels wrap to it, and text has the size that it is to have in print. */
import type { Plan } from "../../experiments/model/plan.ts"
import { acrossOf, evenly, frame, type Picture, TEXT_SIZE, titleLines } from "./frame.ts"
import { renderSvg, svgSize } from "./render.ts"
import { POINTS, type Theme } from "./themes.ts"

/** Pixels that axes and their titles take beside the plots, and between two panels: a first guess. */
const AXES = 70
const BETWEEN = 25
/** The narrowest plot of one panel of several, in pixels. */
const NARROWEST = 120
/** Attempts at the width; each leaves a fraction of a pixel of the one before. */
const ATTEMPTS = 5

/** A chart as SVG, `width` centimetres wide. */
export interface FittedChart {
  readonly svg: string
  /** In centimetres. */
  readonly width: number
  readonly height: number
}

/** Draws a picture so that it is as wide as asked for. @param width in centimetres */
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

/** Panels in rows and columns that are too many beside each other follow one after the other. */
function wrap(picture: Picture, pixels: number): Picture {
  const { rows, columns, values } = picture
  if (rows.length <= 1 || columns.length <= roomFor(pixels)) return picture
  const headed = values.map(value => ({ ...value, column: heading(value), row: "" }))
  return { ...picture, values: headed, rows: [""], columns: [...new Set(headed.map(({ column }) => column))] }
}

/** Headings of columns in as many lines as the width of a plot needs: wider ones would keep panels apart. */
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

/** Panels that have room beside each other. */
function roomFor(pixels: number): number {
  return Math.max(1, Math.floor((pixels - AXES) / (NARROWEST + BETWEEN)))
}

function withSize(svg: string, width: number, height: number): string {
  const size = `width="${width.toFixed(3)}cm" height="${height.toFixed(3)}cm"`
  return svg.replace(/width="[\d.]+" height="[\d.]+"/, size)
}
