/** Prints a run as lines of text: the time, the node, the event, and the changes of the node's state. */
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { clientName } from "../../../runtime/faults/operator.ts"
import { type RolePlace, roleNameOf } from "../../../runtime/process/parts.ts"
import type { TraceEvent } from "../../../runtime/simulation/trace.ts"
import { show, showTagged, type Snapshot } from "../../../debugger/tracing/values.ts"
import type { Micros } from "../../../runtime/contract/units.ts"

/** The events to print; absent criteria do not filter. */
export interface TraceFilter {
  readonly nodes?: ReadonlySet<NodeId>
  /** Types of messages, requests and facts, names of timers, and kinds of events (`fault`, `drop`, ...). */
  readonly types?: ReadonlySet<string>
  /** First and last time, in microseconds. */
  readonly from?: Micros
  readonly to?: Micros
}

/** Tests whether an event passes the filter. */
export function isTold(event: TraceEvent, filter: TraceFilter): boolean {
  const { nodes, types, from = 0, to = Infinity } = filter
  if (event.time < from || event.time > to) return false
  if (nodes !== undefined && !nodesOf(event).some(id => nodes.has(id))) return false
  return types === undefined || namesOf(event).some(name => types.has(name))
}

function nodesOf(event: TraceEvent): readonly NodeId[] {
  if (isOfClient(event)) return []
  if (event.type === "intervention") return []
  return event.type === "fault" ? event.nodes : [event.node]
}

/** The words with which `--type` selects an event: its kind, and the type of its message, timer, request or fact. */
export function namesOf(event: TraceEvent): readonly string[] {
  switch (event.type) {
    case "send":
    case "deliver":
    case "drop":
      return [event.type, event.message.type]
    case "timeout":
      return [event.type, event.timer]
    case "ask":
    case "request":
      return [event.type, event.request.type]
    case "operation":
      return [event.type, event.phase]
    case "fact":
      return [event.type, event.fact.type]
    default:
      return [event.type]
  }
}

/**
 * One event as a line.
 *
 * @param roles those of the algorithm, whose processes have names
 */
export function describeEvent(event: TraceEvent, roles: readonly RolePlace[] = []): string {
  if (event.type === "fault") return line(event.time, "", `! ${event.what}`)
  if (event.type === "intervention") return line(event.time, "", `! by hand: ${event.what}`)
  if (isOfClient(event)) return line(event.time, clientName(event.client), describeClient(event, roles))
  return line(event.time, nameOf(event.node, roles), describeAction(event, roles))
}

type ClientEvent = Extract<TraceEvent, { readonly type: "ask" | "answer" | "operation" }>

function isOfClient(event: TraceEvent): event is ClientEvent {
  return event.type === "ask" || event.type === "answer" || event.type === "operation"
}

function describeClient(event: ClientEvent, roles: readonly RolePlace[]): string {
  switch (event.type) {
    case "ask":
      return `-> ${nameOf(event.node, roles)}  ${showTagged(event.request)}`
    case "answer":
      return `<- ${nameOf(event.node, roles)}  ${show(event.reply)}`
    case "operation":
      return event.phase === "begun" ? `begins ${show(event.what)}` : `ends: ${event.phase}`
  }
}

function describeAction(
  event: Exclude<TraceEvent, ClientEvent | { readonly type: "fault" | "intervention" }>,
  roles: readonly RolePlace[],
): string {
  switch (event.type) {
    case "boot":
      return "boots"
    case "send":
      return `-> ${nameOf(event.to, roles)}  ${showTagged(event.message)}${event.purpose === "protocol" ? "" : ` (${event.purpose})`}`
    case "deliver":
      return `<- ${nameOf(event.from, roles)}  ${showTagged(event.message)}`
    case "drop":
      return `x- ${nameOf(event.from, roles)}  ${showTagged(event.message)} (${DROPPED[event.reason]})`
    case "timeout":
      return `timer ${event.timer}${event.key === undefined ? "" : ` ${event.key}`} runs out`
    case "request":
      return `<- ${clientName(event.client)}  ${showTagged(event.request)}`
    case "reply":
      return `-> ${clientName(event.client)}  ${show(event.reply)}`
    case "write":
      return "writes to its disk"
    case "fact":
      return `* ${showTagged(event.fact)}`
  }
}

const DROPPED = {
  lost: "lost",
  corrupted: "corrupted",
  cut: "the link is cut",
  down: "the node is down",
  intercepted: "intercepted",
} as const

/** The changes that a handler made to its node, as a line; `undefined` if none. */
export function describeChanges(
  time: Micros,
  node: NodeId,
  before: Snapshot,
  after: Snapshot,
  roles: readonly RolePlace[] = [],
): string | undefined {
  const changes = [...after].flatMap(([field, text]) => {
    const was = before.get(field)
    if (was === undefined) return EMPTY.has(text) ? [] : [`${field}: ${text}`]
    return was === text ? [] : [`${field}: ${was} -> ${text}`]
  })
  return changes.length === 0 ? undefined : line(time, nameOf(node, roles), `   ${changes.join(", ")}`)
}

/** Values not worth showing as the first ones of a field. */
const EMPTY = new Set(["null", "0", "false", "[]", "{}", '""'])

function nameOf(node: NodeId, roles: readonly RolePlace[]): string {
  return roleNameOf(roles, node) ?? `node ${node}`
}

function line(time: Micros, who: string, what: string): string {
  return `${(time / 1_000_000).toFixed(6).padStart(11)} s  ${who.padEnd(8)} ${what}`
}
