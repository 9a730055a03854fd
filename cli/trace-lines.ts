/** Tells a run as lines of text: when, which node, what happened, and what changed in its state. */
import type { NodeId } from "../runtime/algorithm.ts"
import type { TraceEvent } from "../runtime/trace.ts"
import type { Micros } from "../runtime/units.ts"

/** Which events to tell; what is absent does not filter. */
export interface TraceFilter {
  readonly nodes?: ReadonlySet<NodeId>
  /** Types of messages, requests and facts, names of timers, and kinds of events (`fault`, `drop`, ...). */
  readonly types?: ReadonlySet<string>
  /** First and last time, in microseconds. */
  readonly from?: Micros
  readonly to?: Micros
}

/** The node whose handler an event calls; `undefined` if it calls none. */
export function actingNode(event: TraceEvent): NodeId | undefined {
  switch (event.type) {
    case "boot":
    case "deliver":
    case "timeout":
    case "request":
      return event.node
    default:
      return undefined
  }
}

/** Whether an event is to be told. */
export function isTold(event: TraceEvent, filter: TraceFilter): boolean {
  const { nodes, types, from = 0, to = Infinity } = filter
  if (event.time < from || event.time > to) return false
  if (nodes !== undefined && !(event.type === "fault" ? event.nodes : [event.node]).some(id => nodes.has(id)))
    return false
  return types === undefined || namesOf(event).some(name => types.has(name))
}

/** The words by which a `--type` may mean an event: its kind, and the type of what it is about. */
export function namesOf(event: TraceEvent): readonly string[] {
  switch (event.type) {
    case "send":
    case "deliver":
    case "drop":
      return [event.type, event.message.type]
    case "timeout":
      return [event.type, event.timer]
    case "request":
      return [event.type, event.request.type]
    case "fact":
      return [event.type, event.fact.type]
    default:
      return [event.type]
  }
}

/** One event as a line. */
export function describeEvent(event: TraceEvent): string {
  if (event.type === "fault") return line(event.time, "", `! ${event.what}`)
  return line(event.time, `node ${event.node}`, describeAction(event))
}

function describeAction(event: Exclude<TraceEvent, { readonly type: "fault" }>): string {
  switch (event.type) {
    case "boot":
      return "boots"
    case "send":
      return `-> node ${event.to}  ${showTagged(event.message)}${event.purpose === "protocol" ? "" : ` (${event.purpose})`}`
    case "deliver":
      return `<- node ${event.from}  ${showTagged(event.message)}`
    case "drop":
      return `x- node ${event.from}  ${showTagged(event.message)} (${DROPPED[event.reason]})`
    case "timeout":
      return `timer ${event.timer} runs out`
    case "request":
      return `<- client ${event.client}  ${showTagged(event.request)}`
    case "reply":
      return `-> client ${event.client}  ${show(event.reply)}`
    case "fact":
      return `* ${showTagged(event.fact)}`
  }
}

const DROPPED = { lost: "lost", cut: "the link is cut", down: "the node is down", intercepted: "intercepted" } as const

/** What a handler changed in its node, as a line; `undefined` if nothing. */
export function describeChanges(time: Micros, node: NodeId, before: Snapshot, after: Snapshot): string | undefined {
  const changes = [...after].flatMap(([field, text]) => {
    const was = before.get(field)
    if (was === undefined) return EMPTY.has(text) ? [] : [`${field}: ${text}`]
    return was === text ? [] : [`${field}: ${was} -> ${text}`]
  })
  return changes.length === 0 ? undefined : line(time, `node ${node}`, `   ${changes.join(", ")}`)
}

/** Values that say nothing where nothing was before. */
const EMPTY = new Set(["null", "0", "false", "[]", "{}", '""'])

/** The fields of a node's state and disk, each as a short text. */
export type Snapshot = ReadonlyMap<string, string>

/** @param parts state and disk; later ones win where fields have the same name */
export function snapshotOf(...parts: readonly object[]): Snapshot {
  return new Map(
    parts.flatMap(part => Object.entries(part).map(([field, value]) => [field, summarize(value)] as const)),
  )
}

/** Long collections are told by their size and their last element, so that a step costs the same however long a run. */
function summarize(value: unknown): string {
  if (Array.isArray(value) && value.length > LONGEST_LIST) return `${value.length} entries, last ${show(value.at(-1))}`
  if (value instanceof Map && value.size > LONGEST_LIST) return `${value.size} entries`
  if (value instanceof Set && value.size > LONGEST_LIST) return `${value.size} elements`
  return show(value)
}

const LONGEST_LIST = 8
const LONGEST_VALUE = 160

function showTagged({ type, ...fields }: { readonly type: string }): string {
  return Object.keys(fields).length === 0 ? type : `${type} ${show(fields)}`
}

/** Plain data on one line, as one would write it: `{term: 3, entries: [...]}`; maps and sets included. */
export function show(value: unknown): string {
  const text = write(value, LONGEST_VALUE)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE - 3)}...`
}

/** Writes a value until more than `room` characters are there: the rest will not be shown. */
function write(value: unknown, room: number): string {
  if (Array.isArray(value)) return writeAll("[", value, "]", room, write)
  if (value instanceof Set) return writeAll("{", value, "}", room, write)
  if (value instanceof Map) {
    return writeAll("{", value, "}", room, ([key, entry], left) => `${write(key, left)} => ${write(entry, left)}`)
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing"
  return writeAll("{", Object.entries(value), "}", room, ([key, entry], left) => `${key}: ${write(entry, left)}`)
}

function writeAll<T>(
  open: string,
  items: Iterable<T>,
  close: string,
  room: number,
  writeOne: (item: T, room: number) => string,
): string {
  let text = open
  for (const item of items) {
    if (text.length > room) return text
    text += `${text.length > open.length ? ", " : ""}${writeOne(item, room - text.length)}`
  }
  return text + close
}

function line(time: Micros, who: string, what: string): string {
  return `${(time / 1_000_000).toFixed(6).padStart(11)} s  ${who.padEnd(8)} ${what}`
}
