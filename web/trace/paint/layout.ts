/** The layout: times along the x axis, nodes and clients in lanes below each other. */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import type { Filter } from "../model/filter.ts"

/** The visible part of virtual time, in microseconds. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Widths and heights in CSS pixels. */
export const GUTTER = 92
export const AXIS = 26
const MAX_CLIENT_ROWS = 8
const CLIENT_ROW = 20

export interface Layout {
  readonly width: number
  readonly height: number
  /** The middle of each node's lane; NaN if the node is hidden. */
  readonly nodeY: readonly number[]
  readonly laneHeight: number
  /** Half the height of the band on a lane. */
  readonly bandHalf: number
  readonly clientTop: number
  readonly clientRows: number
  readonly clientRowHeight: number
}

export function layOut(trace: Trace, rows: ClientRows, filter: Filter, width: number, height: number): Layout {
  const shown = Array.from({ length: trace.nodes }, (_, node) => node).filter(node => !filter.hiddenNodes.has(node))
  const clientRows = filter.clients ? rows.count : 0
  const forClients = clientRows === 0 ? 0 : clientRows * CLIENT_ROW + 14
  const laneHeight = Math.max(12, (height - AXIS - forClients) / Math.max(1, shown.length))
  const nodeY = Array.from({ length: trace.nodes }, () => Number.NaN)
  for (const [place, node] of shown.entries()) nodeY[node] = AXIS + laneHeight * (place + 0.5)
  return {
    width,
    height,
    nodeY,
    laneHeight,
    bandHalf: Math.min(9, laneHeight * 0.24),
    clientTop: AXIS + laneHeight * shown.length + 8,
    clientRows,
    clientRowHeight: CLIENT_ROW,
  }
}

export function xOf(layout: Layout, span: Span, time: number): number {
  return GUTTER + ((time - span.from) / (span.to - span.from)) * (layout.width - GUTTER)
}

export function timeAt(layout: Layout, span: Span, x: number): number {
  return span.from + ((x - GUTTER) / (layout.width - GUTTER)) * (span.to - span.from)
}

export function rowY(layout: Layout, row: number): number {
  return layout.clientTop + layout.clientRowHeight * (row + 0.5)
}

/** Zooms by a factor, keeping the time at a point in place. */
export function zoomed(span: Span, whole: Span, around: number, factor: number): Span {
  const length = Math.min(whole.to - whole.from, Math.max(20, (span.to - span.from) * factor))
  const share = (around - span.from) / (span.to - span.from)
  return within({ from: around - share * length, to: around + (1 - share) * length }, whole)
}

/** Moves a span so that it lies within the whole. */
export function within({ from, to }: Span, whole: Span): Span {
  const length = Math.min(to - from, whole.to - whole.from)
  const start = Math.min(Math.max(from, whole.from), whole.to - length)
  return { from: start, to: start + length }
}

/** The rows for clients' operations. */
export interface ClientRows {
  readonly count: number
  /** One name per row; with more clients than rows, operations go where there is room. */
  readonly names: readonly string[]
  readonly ofOperation: Int32Array
  /** The index of the first operation that may still be in flight at a time. */
  firstAfter(time: number): number
}

export function clientRowsOf({ operations }: Trace): ClientRows {
  const clients = [...new Set(operations.map(({ client }) => client))].toSorted((a, b) => a - b)
  const ofOperation = new Int32Array(operations.length)
  const longest = operations.reduce((most, { begun, ended }) => Math.max(most, ended < 0 ? Infinity : ended - begun), 0)
  const firstAfter = (time: number): number => firstIndex(operations, ({ begun }) => begun >= time - longest)
  if (clients.length <= MAX_CLIENT_ROWS) {
    const place = new Map(clients.map((client, row) => [client, row]))
    for (const [index, { client }] of operations.entries()) ofOperation[index] = place.get(client)!
    return { count: clients.length, names: clients.map(client => `client ${client}`), ofOperation, firstAfter }
  }
  const busyUntil = Array.from({ length: MAX_CLIENT_ROWS }, () => -1)
  for (const [index, { begun, ended }] of operations.entries()) {
    const free = busyUntil.findIndex(until => until <= begun)
    const row = free >= 0 ? free : MAX_CLIENT_ROWS - 1
    ofOperation[index] = row
    busyUntil[row] = ended < 0 ? Infinity : ended
  }
  const names = busyUntil.map((_, row) => (row === 0 ? `${clients.length} clients` : ""))
  return { count: MAX_CLIENT_ROWS, names, ofOperation, firstAfter }
}

/** The first index in a sorted list from which a condition holds. */
export function firstIndex<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(list[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}

/** Positions of marks on a time axis, at round times, about every 110 pixels. */
export function ticksOf(span: Span, width: number): { readonly step: number; readonly times: readonly number[] } {
  const wanted = ((span.to - span.from) * 110) / Math.max(1, width)
  const power = 10 ** Math.floor(Math.log10(Math.max(1, wanted)))
  const step = [1, 2, 5, 10].map(k => k * power).find(candidate => candidate >= wanted) ?? power * 10
  const times: number[] = []
  for (let time = Math.ceil(span.from / step) * step; time <= span.to; time += step) times.push(time)
  return { step, times }
}

/** A time on the axis, as precise as the distance between marks requires. */
export function tickText(time: number, step: number): string {
  if (step >= 1_000_000) return `${time / 1_000_000} s`
  const digits = step >= 100_000 ? 1 : step >= 10_000 ? 2 : step >= 1_000 ? 3 : 6
  return `${(time / 1_000_000).toFixed(digits)} s`
}
