/** Paints events at points in time: timers, facts, faults, milestones, and the cursor. */
import { EVENT_KINDS, type Milestone } from "../../../debugger/tracing/trace.ts"
import { AXIS, firstIndex, GUTTER } from "./layout.ts"
import { BOLD, type Picture, x } from "./picture.ts"

const TIMEOUT = EVENT_KINDS.indexOf("timeout")
const BOOT = EVENT_KINDS.indexOf("boot")
const FACT = EVENT_KINDS.indexOf("fact")
/** With more events in view, single timers and facts are not drawn. */
const MAX_EVENTS = 3_000

export function paintMarks(picture: Picture): void {
  const { trace, span, context, layout, theme } = picture
  const { time, kind, node } = trace.events
  const first = firstIndex(time, at => at >= span.from)
  const last = firstIndex(time, at => at > span.to)
  if (last - first > MAX_EVENTS) return
  for (let event = first; event < last; event++) {
    const what = kind[event]!
    if (what !== TIMEOUT && what !== BOOT && what !== FACT) continue
    const y = layout.nodeY[node[event]!]!
    if (Number.isNaN(y)) continue
    const at = x(picture, time[event]!)
    // Timers and facts on the edges of the band, so that its name stays readable.
    const edge = what === TIMEOUT ? y + layout.bandHalf : what === FACT ? y - layout.bandHalf : y
    context.fillStyle = what === FACT ? theme.soft : theme.ink
    context.beginPath()
    if (what === FACT) diamond(context, at, edge, 3)
    else if (what === BOOT) triangle(context, at, edge, 5)
    else context.arc(at, edge, 2.6, 0, 2 * Math.PI)
    context.fill()
  }
}

function diamond(context: CanvasRenderingContext2D, at: number, y: number, size: number): void {
  context.moveTo(at - size, y)
  context.lineTo(at, y - size)
  context.lineTo(at + size, y)
  context.lineTo(at, y + size)
  context.closePath()
}

/** Points in the direction of time: the node starts here. */
function triangle(context: CanvasRenderingContext2D, at: number, y: number, size: number): void {
  context.moveTo(at, y - size)
  context.lineTo(at + size, y)
  context.lineTo(at, y + size)
  context.closePath()
}

const SIGNS = { leader: "★", entered: "●", decided: "✓", fault: "⚡", violation: "✗" } as const

export function paintMilestones(picture: Picture): void {
  const { model, span, layout, context, theme } = picture
  let labelled = -Infinity
  for (const { kind, time, node, text } of model.milestones) {
    if (time < span.from || time > span.to) continue
    const at = x(picture, time)
    if (kind === "fault" || kind === "violation") {
      const colour = kind === "violation" ? theme.bad : theme.fault
      context.strokeStyle = colour
      context.fillStyle = colour
      context.lineWidth = kind === "violation" ? 2 : 1
      context.setLineDash(kind === "violation" ? [] : [3, 3])
      context.beginPath()
      context.moveTo(at, AXIS - 4)
      context.lineTo(at, layout.height)
      context.stroke()
      context.setLineDash([])
      if (at < labelled) continue
      labelled = paintFlag(picture, at, `${SIGNS[kind]} ${text}`, colour)
    } else {
      const y = layout.nodeY[node] ?? Number.NaN
      if (Number.isNaN(y)) continue
      paintSign(picture, kind, at, y - layout.bandHalf - 9)
    }
  }
}

function paintSign({ context, theme }: Picture, kind: Milestone["kind"], at: number, y: number): void {
  context.font = "14px system-ui, sans-serif"
  context.textAlign = "center"
  context.lineWidth = 3
  context.strokeStyle = theme.paper
  context.strokeText(SIGNS[kind], at, y)
  context.fillStyle = kind === "leader" ? theme.fault : theme.good
  context.fillText(SIGNS[kind], at, y)
  context.textAlign = "left"
}

const MAX_FLAG_LENGTH = 60

/** Writes a note beside its line. @returns its right end */
function paintFlag({ context, layout, theme }: Picture, at: number, text: string, colour: string): number {
  const short = text.length > MAX_FLAG_LENGTH ? `${text.slice(0, MAX_FLAG_LENGTH - 3)}...` : text
  context.font = BOLD
  const width = context.measureText(short).width
  const left = Math.max(GUTTER, Math.min(at + 4, layout.width - width - 4))
  context.fillStyle = theme.paper
  context.globalAlpha = 0.85
  context.fillRect(left - 2, AXIS - 2, width + 4, 16)
  context.globalAlpha = 1
  context.fillStyle = colour
  context.fillText(short, left, AXIS + 6)
  return left + width + 6
}

export function paintCursor(picture: Picture): void {
  const { context, layout, theme, now, trace, step, span } = picture
  if (now < span.from || now > span.to) return
  const at = Math.round(x(picture, now)) + 0.5
  context.strokeStyle = theme.cursor
  context.lineWidth = 1.5
  context.beginPath()
  context.moveTo(at, 0)
  context.lineTo(at, layout.height)
  context.stroke()
  const first = trace.steps[step]
  const y = first === undefined ? Number.NaN : layout.nodeY[trace.events.node[first]!]!
  if (first === undefined || Number.isNaN(y) || trace.events.time[first] !== now) return
  context.beginPath()
  context.arc(at, y, layout.bandHalf + 4, 0, 2 * Math.PI)
  context.stroke()
}
