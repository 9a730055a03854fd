/** The space-time diagram: keeps the part in view, paints it, and finds what is under the pointer. */
import type { Filter } from "../model/filter.ts"
import {
  clientRowsOf,
  type ClientRows,
  GUTTER,
  type Layout,
  layOut,
  type Span,
  timeAt,
  within,
  zoomed,
} from "./layout.ts"
import { MessageIndex } from "../model/message-index.ts"
import type { Drawn } from "../model/model.ts"
import { paintBackground, paintGutter, paintLanes } from "./lanes.ts"
import { paintCursor, paintMarks, paintMilestones } from "./marks.ts"
import { type Arrow, paintMessages } from "./messages.ts"
import type { Picture } from "./picture.ts"
import type { Theme } from "./theme.ts"

/** Callbacks to the rest of the page. */
export interface DiagramEvents {
  /** Another part of the run came into view. */
  moved(span: Span): void
}

/** The minimum time that the diagram can show, in microseconds. */
const SHORTEST = 20

export class Diagram {
  whole: Span
  #model: Drawn
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D
  readonly #events: DiagramEvents
  #rows: ClientRows
  #index: MessageIndex
  #span: Span
  #layout: Layout
  #filter: Filter
  #theme: Theme
  #step = 0
  #now = 0
  #arrows: readonly Arrow[] = []
  #frame = 0
  /** The painting times of the last frames, in milliseconds; for tests and the curious. */
  readonly paintTimes: number[] = []

  constructor(model: Drawn, canvas: HTMLCanvasElement, filter: Filter, theme: Theme, events: DiagramEvents) {
    const context = canvas.getContext("2d", { alpha: false })
    if (context === null) throw new Error("This browser cannot draw on a canvas.")
    this.#model = model
    this.#canvas = canvas
    this.#context = context
    this.#events = events
    this.#filter = filter
    this.#theme = theme
    this.#rows = clientRowsOf(model.trace)
    this.#index = new MessageIndex(model.trace)
    this.whole = wholeOf(model.trace)
    this.#span = this.whole
    this.#layout = layOut(model.trace, this.#rows, filter, 100, 100)
  }

  get span(): Span {
    return this.#span
  }

  /** Updates the run, which has advanced. @param first messages before this one are out of view */
  follow(model: Drawn, span: Span, first: number): void {
    this.#model = model
    this.#rows = clientRowsOf(model.trace)
    this.#index = new MessageIndex(model.trace, first)
    this.whole = wholeOf(model.trace)
    this.#span = span
    this.show(this.#filter, this.#theme)
  }

  /** Resizes the canvas, in CSS pixels. */
  resize(width: number, height: number): void {
    const ratio = window.devicePixelRatio
    this.#canvas.width = Math.round(width * ratio)
    this.#canvas.height = Math.round(height * ratio)
    this.#context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.#layout = layOut(this.#model.trace, this.#rows, this.#filter, width, height)
    this.paint()
  }

  show(filter: Filter, theme: Theme): void {
    this.#filter = filter
    this.#theme = theme
    this.#layout = layOut(this.#model.trace, this.#rows, filter, this.#layout.width, this.#layout.height)
    this.requestPaint()
  }

  /** Puts the cursor on a step, or between steps while time passes. */
  setCursor(step: number, now: number): void {
    this.#step = step
    this.#now = now
    this.requestPaint()
  }

  look({ from, to }: Span): void {
    this.#span = within({ from, to: Math.max(to, from + SHORTEST) }, this.whole)
    this.#events.moved(this.#span)
    this.requestPaint()
  }

  /** Zooms by a factor around a place, else around the cursor if it is in view, else around the middle. */
  zoom(factor: number, atX?: number): void {
    const { from, to } = this.#span
    const isCursorInView = this.#now >= from && this.#now <= to
    const around = atX === undefined ? (isCursorInView ? this.#now : (from + to) / 2) : this.timeAt(atX)
    this.look(zoomed(this.#span, this.whole, around, factor))
  }

  /** Pans by pixels. */
  pan(pixels: number): void {
    const shift = (pixels / (this.#layout.width - GUTTER)) * (this.#span.to - this.#span.from)
    this.look({ from: this.#span.from + shift, to: this.#span.to + shift })
  }

  /** Brings a time into view, keeping the scale. */
  reveal(time: number): void {
    const { from, to } = this.#span
    const length = to - from
    if (time >= from + length * 0.05 && time <= to - length * 0.05) return
    this.look({ from: time - length * 0.3, to: time + length * 0.7 })
  }

  timeAt(atX: number): number {
    return timeAt(this.#layout, this.#span, Math.max(GUTTER, atX))
  }

  /** The message whose arrow is nearest to a point, if one is near. */
  messageAt(atX: number, atY: number): number | undefined {
    let nearest: number | undefined
    let least = 7
    for (const { message, x1, y1, x2, y2 } of this.#arrows) {
      const distance = distanceToLine(atX, atY, x1, y1, x2, y2)
      if (distance < least) {
        least = distance
        nearest = message
      }
    }
    return nearest
  }

  /** The node whose lane contains a point. */
  nodeAt(atY: number): number | undefined {
    const node = this.#layout.nodeY.findIndex(y => Math.abs(y - atY) <= this.#layout.laneHeight / 2)
    return node < 0 ? undefined : node
  }

  requestPaint(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.paint()
    })
  }

  /** Paints the part in view; does nothing while the diagram is hidden, for example behind the table, and has no size. */
  paint(): void {
    if (this.#layout.width <= GUTTER) return
    const start = performance.now()
    const picture: Picture = {
      context: this.#context,
      model: this.#model,
      trace: this.#model.trace,
      layout: this.#layout,
      rows: this.#rows,
      span: this.#span,
      filter: this.#filter,
      theme: this.#theme,
      step: this.#step,
      now: this.#now,
    }
    paintBackground(picture)
    paintLanes(picture)
    this.#arrows = paintMessages(picture, this.#index)
    paintMarks(picture)
    paintMilestones(picture)
    paintCursor(picture)
    paintGutter(picture)
    this.paintTimes.push(performance.now() - start)
    if (this.paintTimes.length > 1_000) this.paintTimes.splice(0, 500)
  }
}

/** A little room at both ends, so that the first and the last event are not on the edge. */
function wholeOf({ events, end }: Drawn["trace"]): Span {
  const last = events.time.at(-1) ?? end
  const margin = Math.max(10, last * 0.015)
  return { from: -margin, to: last + margin }
}

function distanceToLine(x: number, y: number, x1: number, y1: number, x2: number, y2: number): number {
  const lengthSquared = (x2 - x1) ** 2 + (y2 - y1) ** 2
  const share = lengthSquared === 0 ? 0 : ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / lengthSquared
  const along = Math.min(1, Math.max(0, share))
  return Math.hypot(x - (x1 + (x2 - x1) * along), y - (y1 + (y2 - y1) * along))
}
