/** The selection of the visible part of a trace. */
import { EVENT_KINDS, PURPOSES, type Trace } from "../../../debugger/tracing/trace.ts"

export interface Filter {
  /** Hidden nodes and message types. */
  readonly hiddenNodes: ReadonlySet<number>
  readonly hiddenTypes: ReadonlySet<number>
  readonly heartbeats: boolean
  readonly clients: boolean
}

export const EVERYTHING: Filter = {
  hiddenNodes: new Set(),
  hiddenTypes: new Set(),
  heartbeats: true,
  clients: true,
}

const HEARTBEAT = PURPOSES.indexOf("heartbeat")
const CLIENT = PURPOSES.indexOf("client")

export function showsMessage({ messages }: Trace, filter: Filter, message: number): boolean {
  const purpose = messages.purpose[message]!
  if (purpose === HEARTBEAT && !filter.heartbeats) return false
  if (purpose === CLIENT && !filter.clients) return false
  if (filter.hiddenTypes.has(messages.type[message]!)) return false
  return !filter.hiddenNodes.has(messages.from[message]!) && !filter.hiddenNodes.has(messages.to[message]!)
}

const OF_MESSAGES = new Set(
  ["send", "deliver", "drop", "request", "reply", "ask", "answer"].map(kind => EVENT_KINDS.findIndex(k => k === kind)),
)
const OPERATION = EVENT_KINDS.indexOf("operation")

export function showsEvent(trace: Trace, filter: Filter, event: number): boolean {
  const { events } = trace
  const kind = events.kind[event]!
  if (kind === OPERATION) return filter.clients
  if (filter.hiddenNodes.has(events.node[event]!)) return false
  const about = events.about[event]!
  return !OF_MESSAGES.has(kind) || about < 0 || showsMessage(trace, filter, about)
}

/** The set with an element added or removed. */
export function toggled<T>(set: ReadonlySet<T>, element: T): ReadonlySet<T> {
  const next = new Set(set)
  if (!next.delete(element)) next.add(element)
  return next
}
