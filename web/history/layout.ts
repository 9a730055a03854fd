/** Places the operations of one part of a history on the page: clients in lanes, events in equal steps of time. */
import type { HistoryOperation } from "../../services/linearizability/model.ts"

/** Pixels from one event to the next: more if there are fewer events. */
const MIN_STEP = 22
const MAX_STEP = 110
const USUAL_WIDTH = 1150
const MIN_WIDTH = 14
/** Pixels by which an operation without an answer extends beyond the last event. */
const OPEN_END = 60

export interface Bar<Input, Output> {
  readonly operation: HistoryOperation<Input, Output>
  readonly lane: number
  readonly left: number
  readonly right: number
  readonly isOpen: boolean
  /** The place where the next operation of the same lane begins. */
  readonly room: number
}

export interface Lane {
  /** Its clients, one after the other. */
  readonly clients: readonly number[]
}

export interface Layout<Input, Output> {
  readonly bars: readonly Bar<Input, Output>[]
  readonly lanes: readonly Lane[]
  readonly width: number
  /** Pixels from one event to the next. */
  readonly step: number
  /** The horizontal position of a moment between events, for events of the system. */
  at(time: number): number
}

export function layOut<Input, Output>(operations: readonly HistoryOperation<Input, Output>[]): Layout<Input, Output> {
  const times = new Set(operations.flatMap(({ call, return: end }) => (end === Infinity ? [call] : [call, end])))
  const sorted = [...times].toSorted((a, b) => a - b)
  const step = Math.min(MAX_STEP, Math.max(MIN_STEP, Math.floor(USUAL_WIDTH / (sorted.length + 1))))
  const places = new Map(sorted.map((time, place) => [time, place * step]))
  const width = sorted.length * step + OPEN_END
  const lanes = lanesOf(operations)
  const laneOf = new Map(lanes.flatMap(({ clients }, lane) => clients.map(client => [client, lane])))
  const bars: Bar<Input, Output>[] = []
  const rooms = lanes.map(() => width)
  for (const operation of operations.toSorted((a, b) => b.call - a.call)) {
    const lane = laneOf.get(operation.client)!
    const left = places.get(operation.call)!
    const isOpen = operation.return === Infinity
    const right = isOpen ? width : Math.max(places.get(operation.return)!, left + MIN_WIDTH)
    bars.push({ operation, lane, left, right, isOpen, room: rooms[lane]! })
    rooms[lane] = left
  }
  const at = (time: number): number => (sorted.filter(other => other < time).length - 0.5) * step
  return { bars: bars.toReversed(), lanes, width, step, at }
}

/** Lanes for the clients; one that begins after another has ended for good shares its lane. */
function lanesOf(operations: readonly HistoryOperation<unknown, unknown>[]): Lane[] {
  const spans = new Map<number, { first: number; last: number }>()
  for (const { client, call, return: end } of operations) {
    const span = spans.get(client)
    if (span === undefined) spans.set(client, { first: call, last: end })
    else spans.set(client, { first: Math.min(span.first, call), last: Math.max(span.last, end) })
  }
  const lanes: { clients: number[]; last: number }[] = []
  for (const [client, { first, last }] of [...spans].toSorted(([a, x], [b, y]) => x.first - y.first || a - b)) {
    const free = spans.size > MAX_OWN_LANES ? lanes.find(lane => lane.last < first) : undefined
    if (free === undefined) lanes.push({ clients: [client], last })
    else {
      free.clients.push(client)
      free.last = last
    }
  }
  if (spans.size <= MAX_OWN_LANES) lanes.sort((a, b) => a.clients[0]! - b.clients[0]!)
  return lanes
}

/** The number of clients up to which each has its own lane. */
const MAX_OWN_LANES = 12

/**
 * The moments at which the operations of a sequence take effect, as early as possible: not before the operation's call,
 * nor before the previous operation.
 */
export function pointsOf<Input, Output>(
  sequence: readonly HistoryOperation<Input, Output>[],
  bars: ReadonlyMap<HistoryOperation<Input, Output>, Bar<Input, Output>>,
  step: number,
): { readonly bar: Bar<Input, Output>; readonly x: number }[] {
  let last = 0
  const earliest = sequence.map(operation => {
    const bar = bars.get(operation)!
    last = Math.max(last, bar.left)
    return { bar, x: last }
  })
  return spread(earliest, Math.min(step, MIN_STEP))
}

/** Spreads points of one place side by side, before the next event. */
function spread<T extends { readonly x: number }>(points: readonly T[], step: number): T[] {
  const shares = Map.groupBy(points, ({ x }) => x)
  return points.map(point => {
    const group = shares.get(point.x)!
    return { ...point, x: point.x + (step * (group.indexOf(point) + 1)) / (group.length + 1) }
  })
}
