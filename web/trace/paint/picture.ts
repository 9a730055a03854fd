/** State shared by all painters of the diagram: the canvas, the model, and the layout. */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import type { Filter } from "../model/filter.ts"
import { type ClientRows, GUTTER, type Layout, type Span, xOf } from "./layout.ts"
import type { Drawn } from "../model/model.ts"
import type { Theme } from "./theme.ts"

export interface Picture {
  readonly context: CanvasRenderingContext2D
  readonly model: Drawn
  readonly trace: Trace
  readonly layout: Layout
  readonly rows: ClientRows
  readonly span: Span
  readonly filter: Filter
  readonly theme: Theme
  /** The step under the cursor. */
  readonly step: number
  /** The time of the cursor, in microseconds. */
  readonly now: number
}

export const SMALL = "11px system-ui, sans-serif"
export const BOLD = "600 12px system-ui, sans-serif"

export function x(picture: Picture, time: number): number {
  return xOf(picture.layout, picture.span, time)
}

/** The same, clamped to slightly beyond the edges: lines of millions of pixels are slow. */
export function clampedX(picture: Picture, time: number): number {
  return Math.min(Math.max(x(picture, time), GUTTER - 20), picture.layout.width + 20)
}

export function isVisible({ span }: Picture, from: number, to: number): boolean {
  return to >= span.from && from <= span.to
}

const measured = new Map<string, number>()

/** Writes text if it fits into a width. */
export function writeIfRoom(context: CanvasRenderingContext2D, text: string, left: number, y: number, room: number) {
  if (room < 14) return
  const key = `${context.font} ${text}`
  let width = measured.get(key)
  if (width === undefined) {
    width = context.measureText(text).width
    if (measured.size > 5_000) measured.clear()
    measured.set(key, width)
  }
  if (width <= room) context.fillText(text, left, y)
}
