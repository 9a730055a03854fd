/** The messages in flight in a run, for interventions. */
import type { Tagged } from "../../contract/algorithm.ts"
import type { Micros } from "../../contract/units.ts"
import type { Addressed, Party } from "../../scenario/script.ts"
import { DELIVER, DEPART, KIND_MASK, REPLY, REQUEST, SERVE, typeOf } from "../events/event-kinds.ts"
import type { EventQueue } from "../events/event-queue.ts"

export interface MessageUnderWay extends Addressed {
  /** When it will arrive. */
  readonly arrives: Micros
  readonly content: object
  /** Its place in the queue, and its content. */
  readonly place: number
  readonly kind: number
  readonly source: number
  readonly target: number
}

/** All messages in flight, in the order of arrival, without nodes' messages to themselves. */
export function messagesUnderWay(queue: EventQueue<object>, types: readonly string[]): readonly MessageUnderWay[] {
  const counts = new Map<string, number>()
  return queue.waiting().flatMap((event): MessageUnderWay[] => {
    const { kind, source, target, payload, time, place } = event
    const ends = endsOf(kind, source, target)
    if (ends === undefined || payload === null) return []
    const message = (kind & KIND_MASK) === DELIVER ? types[typeOf(kind)]! : nameOf(payload)
    const key = keyOf(message, ends.from, ends.to)
    const nth = (counts.get(key) ?? 0) + 1
    counts.set(key, nth)
    return [{ message, ...ends, nth, arrives: time, content: payload, place, kind, source, target }]
  })
}

/**
 * True if nothing is pending at any node: no message (even to itself), no answer, and no write that is not yet durable.
 */
export function isQuiet(queue: EventQueue<object>): boolean {
  return queue.waiting().every(({ kind }) => !OF_NODES.has(kind & KIND_MASK))
}

const OF_NODES: ReadonlySet<number> = new Set([DELIVER, REQUEST, REPLY, DEPART, SERVE])

/** The addressed message; without a number, the first to arrive. */
export function findUnderWay(
  all: readonly MessageUnderWay[],
  { message, from, to, nth = 1 }: Addressed,
): MessageUnderWay | undefined {
  const key = keyOf(message, from, to)
  return all.find(each => each.nth === nth && keyOf(each.message, each.from, each.to) === key)
}

function endsOf(kind: number, source: number, target: number): { from: Party; to: Party } | undefined {
  switch (kind & KIND_MASK) {
    case DELIVER:
      return source === target ? undefined : { from: { node: source }, to: { node: target } }
    case REQUEST:
      return { from: { client: source }, to: { node: target } }
    case REPLY:
      return { from: { node: source }, to: { client: target } }
    default:
      return undefined
  }
}

/** The name of a request or reply. */
function nameOf(content: object): string {
  return "type" in content ? String(content.type) : "reply"
}

function keyOf(message: string, from: Party, to: Party): string {
  return [message, endOf(from), endOf(to)].join(" ")
}

function endOf(party: Party): string {
  return "node" in party ? `${party.node}` : `client ${party.client}`
}

/** The message itself if it is between nodes; `undefined` for requests and replies. */
export function taggedOf({ content, message, from, to }: MessageUnderWay): Tagged | undefined {
  return "node" in from && "node" in to ? { ...content, type: message } : undefined
}
