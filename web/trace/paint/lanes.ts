/** Paints lanes: the role and term of each node, when it is down or a traitor, partitions, and the clients. */
import { FAULT_KINDS } from "../../../runtime/faults/registry.ts"
import { textOf } from "../../../debugger/tracing/document.ts"
import { type Band, nodeName } from "../../../debugger/tracing/trace.ts"
import { withoutPadding } from "../model/describe.ts"
import { AXIS, firstIndex, GUTTER, rowY, tickText, ticksOf } from "./layout.ts"
import { bandFill, bandInk } from "./theme.ts"
import { BOLD, clampedX, isVisible, type Picture, SMALL, writeIfRoom, x } from "./picture.ts"

export function paintBackground(picture: Picture): void {
  const { context, layout, theme, trace, span } = picture
  context.fillStyle = theme.paper
  context.fillRect(0, 0, layout.width, layout.height)
  if (trace.warmup > span.from) {
    context.fillStyle = theme.wash
    context.fillRect(GUTTER, AXIS, clampedX(picture, trace.warmup) - GUTTER, layout.height)
  }
  paintDivisions(picture)
  paintAxis(picture)
}

function paintAxis({ context, layout, theme, span }: Picture): void {
  const { step, times } = ticksOf(span, layout.width - GUTTER)
  context.font = SMALL
  context.textBaseline = "middle"
  context.strokeStyle = theme.line
  context.lineWidth = 1
  context.beginPath()
  for (const time of times) {
    const at = Math.round(GUTTER + ((time - span.from) / (span.to - span.from)) * (layout.width - GUTTER)) + 0.5
    context.moveTo(at, AXIS - 5)
    context.lineTo(at, layout.height)
  }
  context.globalAlpha = 0.55
  context.stroke()
  context.globalAlpha = 1
  context.fillStyle = theme.soft
  for (const time of times) {
    const at = GUTTER + ((time - span.from) / (span.to - span.from)) * (layout.width - GUTTER)
    context.fillText(tickText(time, step), at + 4, AXIS - 13)
  }
}

/** The tint of each side's lanes during a partition. */
function paintDivisions(picture: Picture): void {
  const { context, layout, theme, trace } = picture
  for (const { from, to, groups } of trace.divisions) {
    if (!isVisible(picture, from, to)) continue
    const left = clampedX(picture, from)
    const width = clampedX(picture, to) - left
    for (const [side, nodes] of groups.entries()) {
      context.fillStyle = `hsla(${[45, 200, 320, 120][side % 4]}, 70%, 50%, ${theme.isDark ? 0.16 : 0.12})`
      for (const node of nodes) {
        const y = layout.nodeY[node]!
        if (!Number.isNaN(y)) context.fillRect(left, y - layout.laneHeight / 2, width, layout.laneHeight)
      }
    }
  }
}

export function paintLanes(picture: Picture): void {
  const { context, layout, theme, model } = picture
  context.strokeStyle = theme.faint
  context.lineWidth = 1
  context.beginPath()
  for (const y of layout.nodeY) {
    if (Number.isNaN(y)) continue
    context.moveTo(GUTTER, Math.round(y) + 0.5)
    context.lineTo(layout.width, Math.round(y) + 0.5)
  }
  context.stroke()
  for (const [node, bands] of model.bandsOf.entries()) {
    if (!Number.isNaN(layout.nodeY[node]!)) paintBands(picture, bands, layout.nodeY[node]!)
  }
  paintTroubles(picture)
  paintClients(picture)
}

function paintBands(picture: Picture, bands: readonly Band[], y: number): void {
  const { context, layout, span, theme } = picture
  const half = layout.bandHalf
  context.font = SMALL
  let painted = -Infinity
  for (let index = firstIndex(bands, ({ to }) => to >= span.from); index < bands.length; index++) {
    const { from, to, role, rank, epoch } = bands[index]!
    if (from > span.to) break
    const left = Math.max(clampedX(picture, from), painted)
    const right = clampedX(picture, to)
    // Of bands narrower than a pixel, only leaders are drawn.
    if (right - left < 0.8 && rank < 2) continue
    const width = Math.max(1, right - left)
    painted = left + width
    // Every rank has its own height, so that it can be recognized without colour.
    const h = rank === 2 ? half : rank === 1 ? half * 0.8 : half * 0.55
    context.fillStyle = theme.paper
    context.fillRect(left, y - h, width, 2 * h)
    context.fillStyle = bandFill(theme, epoch, rank)
    context.fillRect(left, y - h, width, 2 * h)
    if (width < 24 || half < 6) continue
    context.fillStyle = bandInk(theme, epoch, rank)
    const start = Math.max(left, GUTTER) + 5
    const room = right - start - 4
    if (rank === 0) {
      writeIfRoom(context, label(role, epoch), start, y - half - 6, room)
    } else writeIfRoom(context, label(role, epoch), start, y + 0.5, room)
  }
}

function label(role: string, epoch: number | null): string {
  return epoch === null ? role : `${role} · ${epoch}`
}

function paintTroubles(picture: Picture): void {
  const { context, layout, theme, trace } = picture
  for (const { kind, node, from, to } of trace.troubles) {
    const y = layout.nodeY[node]!
    if (Number.isNaN(y) || !isVisible(picture, from, to)) continue
    const left = clampedX(picture, from)
    const width = Math.max(2, clampedX(picture, to) - left)
    if (kind === "traitor") {
      paintTraitor(picture, left, width, y)
      continue
    }
    const half = layout.bandHalf
    if (kind === "down") {
      context.fillStyle = theme.paper
      context.fillRect(left, y - half, width, 2 * half)
    }
    hatch(picture, left, y - half, width, 2 * half, theme.faint)
    if (kind === "down") mark(context, x(picture, from), y, theme.bad)
    context.fillStyle = theme.soft
    context.font = BOLD
    writeIfRoom(context, kind, Math.max(left, GUTTER) + 12, y - half - 6, width - 14)
  }
  paintFaultSpans(picture)
}

function paintTraitor({ context, layout, theme }: Picture, left: number, width: number, y: number): void {
  const half = layout.bandHalf
  context.strokeStyle = theme.bad
  context.lineWidth = 1.5
  context.setLineDash([5, 3])
  context.strokeRect(left, y - half - 3, width, 2 * half + 6)
  context.setLineDash([])
  context.fillStyle = theme.bad
  context.font = BOLD
  writeIfRoom(context, "traitor", Math.max(left, GUTTER) + 6, y + half + 11, width - 8)
}

/** Faults that are shown in another way: nodes down or paused, links cut, traitors. */
const SHOWN_OTHERWISE: ReadonlySet<string> = new Set(
  FAULT_KINDS.flatMap(({ kind, stopsNodes, cutsLinks, breaks }) =>
    stopsNodes === true || cutsLinks === true || breaks === "loyalty" ? [kind] : [],
  ),
)

/** All other faults are lines for their duration, along the lanes of the nodes they hit, or along all lanes. */
function paintFaultSpans(picture: Picture): void {
  const { context, layout, theme, trace } = picture
  context.font = SMALL
  for (const { kind, nodes, from, to } of trace.faultSpans) {
    if (SHOWN_OTHERWISE.has(kind) || !isVisible(picture, from, to)) continue
    const left = Math.max(GUTTER, clampedX(picture, from))
    const width = Math.max(2, clampedX(picture, to) - left)
    const levels = nodes.length > 0 ? nodes.map(node => layout.nodeY[node]! + layout.bandHalf + 5) : [AXIS + 15]
    for (const y of levels) {
      if (Number.isNaN(y)) continue
      context.fillStyle = theme.fault
      context.fillRect(left, y, width, 2.5)
      writeIfRoom(context, spacedOut(kind), left + 6, y + 9, width - 8)
    }
  }
}

/** `clockDrift` as `clock drift`. */
function spacedOut(kind: string): string {
  return kind.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)
}

function hatch({ context }: Picture, left: number, top: number, width: number, height: number, colour: string): void {
  context.save()
  context.beginPath()
  context.rect(left, top, width, height)
  context.clip()
  context.strokeStyle = colour
  context.lineWidth = 1
  context.beginPath()
  for (let at = left - height; at < left + width; at += 6) {
    context.moveTo(at, top + height)
    context.lineTo(at + height, top)
  }
  context.stroke()
  context.restore()
}

/** A cross. */
export function mark(context: CanvasRenderingContext2D, at: number, y: number, colour: string, size = 4): void {
  context.strokeStyle = colour
  context.lineWidth = 2
  context.beginPath()
  context.moveTo(at - size, y - size)
  context.lineTo(at + size, y + size)
  context.moveTo(at - size, y + size)
  context.lineTo(at + size, y - size)
  context.stroke()
}

function paintClients(picture: Picture): void {
  const { context, layout, rows, theme, trace, span } = picture
  if (layout.clientRows === 0) return
  const half = layout.clientRowHeight * 0.3
  const painted = Array.from({ length: layout.clientRows }, () => -Infinity)
  context.font = SMALL
  for (let index = rows.firstAfter(span.from); index < trace.operations.length; index++) {
    const { begun, ended, ending, content } = trace.operations[index]!
    if (begun > span.to) break
    const until = ended < 0 ? trace.end : ended
    if (until < span.from) continue
    const row = rows.ofOperation[index]!
    const left = Math.max(clampedX(picture, begun), GUTTER)
    const right = clampedX(picture, until)
    if (right - painted[row]! < 0.8 && ending === "ok") continue
    painted[row] = Math.max(right, left + 1)
    const y = rowY(layout, row)
    const colour = ending === "ok" ? theme.good : ending === "failed" ? theme.bad : theme.faint
    context.fillStyle = colour
    context.globalAlpha = 0.28
    context.fillRect(left, y - half, Math.max(1, right - left), 2 * half)
    context.globalAlpha = 1
    if (right - left > 4) context.fillRect(left, y - half, 1.5, 2 * half)
    if (ending === "failed" || ending === "unknown") mark(context, right, y, colour, 3)
    if (right - left < 30) continue
    context.fillStyle = theme.ink
    writeIfRoom(context, short(textOf(content)), left + 5, y + 0.5, right - left - 8)
  }
}

/** `{op: "get", key: "x"}` as `get x`. */
function short(text: string): string {
  return withoutPadding(text)
    .replaceAll(/^\{|\}$|\b\w+: |"/g, "")
    .replaceAll(", ", " ")
}

/** Names of lanes, above everything that scrolls beneath them. */
export function paintGutter({ context, layout, rows, theme, trace, filter }: Picture): void {
  context.fillStyle = theme.paper
  context.fillRect(0, 0, GUTTER, layout.height)
  context.fillRect(0, 0, layout.width, 0)
  context.strokeStyle = theme.line
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(GUTTER - 0.5, 0)
  context.lineTo(GUTTER - 0.5, layout.height)
  context.stroke()
  context.textBaseline = "middle"
  context.font = layout.laneHeight > 18 ? BOLD : SMALL
  context.fillStyle = theme.ink
  for (let node = 0; node < trace.nodes; node++) {
    if (!filter.hiddenNodes.has(node)) context.fillText(nodeName(trace, node), 14, layout.nodeY[node]!)
  }
  context.font = SMALL
  context.fillStyle = theme.soft
  for (let row = 0; row < layout.clientRows; row++) context.fillText(rows.names[row]!, 14, rowY(layout, row))
}
