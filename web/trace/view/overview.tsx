/** The whole run in a strip: its activity, the events to jump to, and the part in view. */
import { useEffect, useRef } from "preact/hooks"
import { GUTTER, type Span } from "../paint/layout.ts"
import type { Model } from "../model/model.ts"
import type { Theme } from "../paint/theme.ts"

interface OverviewProps {
  readonly model: Model
  readonly whole: Span
  readonly span: Span
  readonly now: number
  readonly theme: Theme
  readonly width: number
  /** Times of matches of the search. */
  readonly matches: readonly number[]
  look(span: Span): void
}

const HEIGHT = 38

export function Overview({ model, whole, span, now, theme, width, matches, look }: OverviewProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const busy = useRef<{ readonly width: number; readonly bars: Float64Array } | null>(null)
  const inner = Math.max(1, width - GUTTER)
  const x = (time: number): number => GUTTER + ((time - whole.from) / (whole.to - whole.from)) * inner

  useEffect(() => {
    const context = canvas.current?.getContext("2d", { alpha: false })
    if (!canvas.current || !context) return
    const ratio = window.devicePixelRatio
    canvas.current.width = width * ratio
    canvas.current.height = HEIGHT * ratio
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.fillStyle = theme.paper
    context.fillRect(0, 0, width, HEIGHT)
    if (busy.current?.width !== inner) busy.current = { width: inner, bars: busyness(model, whole, inner) }
    context.fillStyle = theme.faint
    context.globalAlpha = 0.6
    for (const [column, share] of busy.current.bars.entries()) {
      if (share > 0) context.fillRect(GUTTER + column * 2, HEIGHT - 2 - share * 20, 1.5, share * 20)
    }
    context.globalAlpha = 1
    for (const { kind, time } of model.milestones) {
      context.fillStyle = kind === "violation" ? theme.bad : kind === "fault" ? theme.fault : theme.good
      context.fillRect(x(time) - 0.75, kind === "fault" || kind === "violation" ? 2 : 8, 1.5, 8)
    }
    context.fillStyle = theme.cursor
    for (const time of matches) context.fillRect(x(time), HEIGHT - 6, 1, 6)
    context.fillRect(x(now) - 0.75, 0, 1.5, HEIGHT)
    context.globalAlpha = 0.14
    context.fillRect(x(span.from), 0, Math.max(3, x(span.to) - x(span.from)), HEIGHT)
    context.globalAlpha = 1
    context.strokeStyle = theme.cursor
    context.strokeRect(x(span.from) + 0.5, 0.5, Math.max(3, x(span.to) - x(span.from)) - 1, HEIGHT - 1)
    context.fillStyle = theme.soft
    context.font = "11px system-ui, sans-serif"
    context.fillText("whole run", 14, HEIGHT / 2 + 4)
  })

  const lookAt = (event: PointerEvent): void => {
    if (event.buttons === 0) return
    const time = whole.from + ((event.offsetX - GUTTER) / inner) * (whole.to - whole.from)
    const half = (span.to - span.from) / 2
    look({ from: time - half, to: time + half })
  }

  return (
    <canvas
      ref={canvas}
      class="overview"
      style={{ width: `${width}px`, height: `${HEIGHT}px` }}
      role="img"
      aria-label="The whole run; drag to choose the part in view"
      onPointerDown={event => {
        canvas.current?.setPointerCapture(event.pointerId)
        lookAt(event)
      }}
      onPointerMove={lookAt}
    />
  )
}

/** Events in each two pixels, as a share of the maximum. */
function busyness({ trace }: Model, whole: Span, width: number): Float64Array {
  const bars = new Float64Array(Math.ceil(width / 2))
  const scale = bars.length / (whole.to - whole.from)
  for (const time of trace.events.time) {
    const column = Math.min(bars.length - 1, Math.floor((time - whole.from) * scale))
    bars[column]!++
  }
  const most = bars.reduce((a, b) => Math.max(a, b), 1)
  return bars.map(count => Math.sqrt(count / most))
}
