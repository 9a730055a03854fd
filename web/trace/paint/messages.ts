/**
 * Paints messages as arrows from sender to receiver. The more of them are in view, the less detail is drawn; beyond
 * {@link MAX_LINES}, a graph of their density replaces the arrows.
 */
import { FATES, PURPOSES } from "../../../debugger/tracing/trace.ts"
import { AXIS, GUTTER, rowY } from "./layout.ts"
import type { MessageIndex } from "../model/message-index.ts"
import { messageColour } from "./theme.ts"
import { messageText, typeName, withoutBraces } from "../model/describe.ts"
import { mark } from "./lanes.ts"
import { type Picture, SMALL, x } from "./picture.ts"

/** With more messages in view than these, arrows lose their names, then their heads, and then are replaced. */
const MAX_NAMED = 90
const MAX_HEADS = 600
const MAX_LINES = 2_000

const HEARTBEAT = PURPOSES.indexOf("heartbeat")
const CLIENT = PURPOSES.indexOf("client")
const RETRANSMISSION = PURPOSES.indexOf("retransmission")
const ARRIVED = FATES.indexOf("arrived")
const DUPLICATE = FATES.indexOf("duplicate")
const IN_FLIGHT = FATES.indexOf("in flight")
const DOWN = FATES.indexOf("down")

/** One message on the canvas. */
export interface Arrow {
  readonly message: number
  readonly x1: number
  readonly y1: number
  readonly x2: number
  readonly y2: number
}

/** Paints all messages in view. @returns the arrows, to find the one under the pointer; none if there are too many */
export function paintMessages(picture: Picture, index: MessageIndex): readonly Arrow[] {
  const { filter, span } = picture
  const [first, last] = index.sentWithin(span)
  if (last - first > 3 * MAX_LINES) {
    paintDensity(picture, index)
    return []
  }
  const shown = index.underWay(span, filter)
  if (shown.length > MAX_LINES) {
    paintDensity(picture, index)
    return []
  }
  const arrows = shown.flatMap(message => arrowOf(picture, message) ?? [])
  paintLines(picture, arrows)
  if (arrows.length <= MAX_HEADS) {
    paintHeads(picture, arrows)
    paintInFlight(picture, arrows)
  }
  if (arrows.length <= MAX_NAMED) paintNames(picture, arrows)
  return arrows
}

function arrowOf(picture: Picture, message: number): Arrow | undefined {
  const { trace, layout, rows } = picture
  const { messages } = trace
  const operation = messages.operation[message]!
  const endY = (end: number): number => {
    if (end >= 0) return layout.nodeY[end]!
    return operation < 0 ? Number.NaN : rowY(layout, rows.ofOperation[operation]!)
  }
  const y1 = endY(messages.from[message]!)
  const fullY2 = endY(messages.to[message]!)
  if (Number.isNaN(y1) || Number.isNaN(fullY2)) return undefined
  const x1 = x(picture, messages.sent[message]!)
  const ended = messages.ended[message]!
  const fate = messages.fate[message]!
  if (fate === ARRIVED || fate === DUPLICATE || fate === DOWN || (ended >= 0 && ended > messages.sent[message]!)) {
    return { message, x1, y1, x2: x(picture, ended), y2: fullY2 }
  }
  // A message lost on the way, or still in flight, goes part of the way.
  const share = fate === IN_FLIGHT ? 0.8 : 0.45
  const slope = x(picture, trace.typicalDelay) - x(picture, 0)
  return { message, x1, y1, x2: x1 + slope * share, y2: y1 + (fullY2 - y1) * share }
}

/** One path per style: strokes are slow, points of one stroke are not. */
function paintLines({ context, trace, theme, step }: Picture, arrows: readonly Arrow[]): void {
  const { messages } = trace
  const looks = new Map<string, Arrow[]>()
  for (const arrow of arrows) {
    const { message } = arrow
    const isOfStep = messages.sentIn[message] === step || messages.endedIn[message] === step
    const key = `${messages.type[message]} ${messages.purpose[message]} ${messages.fate[message]} ${isOfStep}`
    const same = looks.get(key)
    if (same === undefined) looks.set(key, [arrow])
    else same.push(arrow)
  }
  for (const same of looks.values()) {
    const { message } = same[0]!
    const purpose = messages.purpose[message]!
    const fate = messages.fate[message]!
    const isOfStep = messages.sentIn[message] === step || messages.endedIn[message] === step
    context.strokeStyle = messageColour(theme, messages.type[message]!)
    context.globalAlpha = isOfStep
      ? 1
      : purpose === HEARTBEAT || purpose === CLIENT
        ? 0.3
        : arrows.length > MAX_HEADS
          ? 0.4
          : 0.8
    context.lineWidth = isOfStep ? 2.6 : 1.2
    context.setLineDash(arrows.length > MAX_HEADS ? [] : dashOf(fate, purpose))
    context.beginPath()
    for (const { x1, y1, x2, y2 } of same) {
      context.moveTo(x1, y1)
      context.lineTo(x2, y2)
    }
    context.stroke()
  }
  context.globalAlpha = 1
  context.setLineDash([])
}

/** The line style shows the fate of a message. */
function dashOf(fate: number, purpose: number): number[] {
  if (fate > DUPLICATE) return [4, 4]
  if (fate === DUPLICATE) return [2, 3]
  return purpose === RETRANSMISSION ? [9, 3] : []
}

function paintHeads({ context, trace, theme }: Picture, arrows: readonly Arrow[]): void {
  for (const { message, x1, y1, x2, y2 } of arrows) {
    const fate = trace.messages.fate[message]!
    if (fate > DUPLICATE) {
      mark(context, x2, y2, theme.bad, 3.5)
      continue
    }
    if (fate === IN_FLIGHT) continue
    const angle = Math.atan2(y2 - y1, x2 - x1)
    context.fillStyle = messageColour(theme, trace.messages.type[message]!)
    const purpose = trace.messages.purpose[message]
    context.globalAlpha = purpose === HEARTBEAT || purpose === CLIENT ? 0.5 : 1
    context.beginPath()
    context.moveTo(x2, y2)
    context.lineTo(x2 - 8 * Math.cos(angle - 0.38), y2 - 8 * Math.sin(angle - 0.38))
    context.lineTo(x2 - 8 * Math.cos(angle + 0.38), y2 - 8 * Math.sin(angle + 0.38))
    context.fill()
  }
  context.globalAlpha = 1
}

/** A dot for each message in flight at the time of the cursor. */
function paintInFlight({ context, trace, theme, now }: Picture, arrows: readonly Arrow[]): void {
  const { sent, ended, type } = trace.messages
  for (const { message, x1, y1, x2, y2 } of arrows) {
    const end = ended[message]!
    if (sent[message]! > now || end < now || end <= sent[message]!) continue
    const share = (now - sent[message]!) / (end - sent[message]!)
    context.fillStyle = messageColour(theme, type[message]!)
    context.strokeStyle = theme.paper
    context.lineWidth = 1.5
    context.beginPath()
    context.arc(x1 + (x2 - x1) * share, y1 + (y2 - y1) * share, 4.5, 0, 2 * Math.PI)
    context.fill()
    context.stroke()
  }
}

/** Names along the arrows, where there is free room for them. */
function paintNames(picture: Picture, arrows: readonly Arrow[]): void {
  const { context, trace, theme } = picture
  context.font = SMALL
  context.textBaseline = "bottom"
  const taken: Point[] = []
  for (const arrow of arrows) {
    const { message, x1, y1, x2, y2 } = arrow
    // Names of messages between clients and nodes would be the most numerous.
    if (trace.messages.purpose[message] === CLIENT) continue
    const angle = uprightAngle(x2 - x1, y2 - y1)
    const place = placeFor(picture, arrow, angle, taken)
    if (place === undefined) continue
    taken.push(...pointsOf(place.at, angle, place.width))
    context.save()
    context.translate(place.at.x, place.at.y)
    context.rotate(angle)
    context.lineWidth = 3
    context.strokeStyle = theme.paper
    context.strokeText(place.name, -place.width / 2, -2)
    context.fillStyle = messageColour(theme, trace.messages.type[message]!)
    context.fillText(place.name, -place.width / 2, -2)
    context.restore()
  }
  context.textBaseline = "middle"
}

interface Point {
  readonly x: number
  readonly y: number
}

/** Keeps text from being upside down. */
function uprightAngle(dx: number, dy: number): number {
  const angle = Math.atan2(dy, dx)
  if (angle > Math.PI / 2) return angle - Math.PI
  return angle < -Math.PI / 2 ? angle + Math.PI : angle
}

/** The positions along an arrow for its name, in order of preference. */
const SHARES = [0.4, 0.28, 0.55, 0.7]
const NEAR = 12

/** The longest form of a message's name that fits on the visible part of its arrow without touching another name. */
function placeFor(picture: Picture, { message, x1, y1, x2, y2 }: Arrow, angle: number, taken: readonly Point[]) {
  const { trace, layout } = picture
  const from = x2 > x1 ? Math.max(0, (GUTTER - x1) / (x2 - x1)) : 0
  const to = x2 > x1 ? Math.min(1, (layout.width - x1) / (x2 - x1)) : 1
  const length = Math.hypot(x2 - x1, y2 - y1) * (to - from)
  const room = length - 24
  if (room < 20) return undefined
  for (const name of [withoutBraces(messageText(trace, message)), typeName(trace, message)]) {
    if (name.length > MAX_NAME_LENGTH) continue
    const width = picture.context.measureText(name).width
    if (width > room) continue
    for (const share of SHARES) {
      if (width / 2 + 10 > length * Math.min(share, 1 - share)) continue
      const along = from + (to - from) * share
      const at = { x: x1 + (x2 - x1) * along, y: y1 + (y2 - y1) * along }
      const isFree = pointsOf(at, angle, width).every(
        point => !taken.some(other => Math.hypot(other.x - point.x, other.y - point.y) < NEAR),
      )
      if (isFree) return { name, width, at }
    }
  }
  return undefined
}

const MAX_NAME_LENGTH = 60

/** Points along a name, close enough to represent it. */
function pointsOf({ x: atX, y }: Point, angle: number, width: number): Point[] {
  const count = Math.ceil(width / NEAR) + 1
  return Array.from({ length: count }, (_, k) => {
    const along = (k / (count - 1) - 0.5) * width
    return { x: atX + Math.cos(angle) * along, y: y + Math.sin(angle) * along }
  })
}

const COLUMN = 3

/** The numbers of messages sent to each node per column of pixels, and of those that never arrived. */
function paintDensity(picture: Picture, index: MessageIndex): void {
  const { layout, trace, theme, span, filter } = picture
  const columns = Math.ceil((layout.width - GUTTER) / COLUMN)
  const { to, fate } = trace.messages
  const arrived = new Uint32Array(columns * trace.nodes)
  const lost = new Uint32Array(columns * trace.nodes)
  const shown = index.shown(filter)
  const scale = columns / (span.to - span.from)
  const [first, last] = index.sentWithin(span)
  let most = 1
  for (let place = first; place < last; place++) {
    const message = index.order[place]!
    if (shown[place] === 0 || to[message]! < 0) continue
    const column = Math.min(columns - 1, Math.floor((index.sent[place]! - span.from) * scale))
    const cell = to[message]! * columns + column
    if (fate[message]! > DUPLICATE) lost[cell]!++
    else most = Math.max(most, ++arrived[cell]!)
  }
  paintBars(picture, arrived, columns, most, theme.messages[0]!)
  paintBars(picture, lost, columns, most, theme.bad)
  paintHint(picture, `${(last - first).toLocaleString("en")} messages in view: zoom in for arrows`)
}

function paintHint({ context, layout, theme }: Picture, text: string): void {
  context.font = SMALL
  context.textAlign = "right"
  context.fillStyle = theme.soft
  context.fillText(text, layout.width - 8, AXIS - 13)
  context.textAlign = "left"
}

/** Bars on the lower edge of each lane; on whole pixels, which is fastest. */
function paintBars(
  { context, layout, trace }: Picture,
  counts: Uint32Array,
  columns: number,
  most: number,
  colour: string,
): void {
  const height = layout.laneHeight / 2 - layout.bandHalf - 4
  if (height < 2) return
  context.fillStyle = colour
  for (let node = 0; node < trace.nodes; node++) {
    const foot = Math.round(layout.nodeY[node]! + layout.laneHeight / 2 - 1)
    if (Number.isNaN(foot)) continue
    for (let column = 0; column < columns; column++) {
      const count = counts[node * columns + column]!
      if (count === 0) continue
      const tall = Math.max(1, Math.round((height * Math.min(count, most)) / most))
      context.fillRect(GUTTER + column * COLUMN, foot - tall, COLUMN - 1, tall)
    }
  }
}
