/** Positions in the ring: members on a circle, processes of roles inside, clients outside, messages on their way. */
import type { NodeId } from "../../../runtime/contract/ids.ts"
import type { Party } from "../../../runtime/scenario/script.ts"
import type { SeenMessage } from "../model/seen.ts"

export interface Point {
  readonly x: number
  readonly y: number
}

/** Width and height of the picture, in its own units. */
export const SIZE = 400
const MIDDLE = SIZE / 2
const RADIUS = 140
/** Clients stand outside their node. */
const CLIENTS = 190
const ROLES = 46
/** The sagitta of a message's path, so that messages in opposite directions pass each other. */
const BEND = 14
export const NODE_RADIUS = 28

/** The positions of all processes, by id. */
export function placesOf(members: number, processes: number): readonly Point[] {
  const roles = processes - members
  return Array.from({ length: processes }, (_, id) => {
    if (id < members) return members === 1 ? polar(0, 0) : polar(angleOf(id, members), RADIUS)
    return roles === 1 ? polar(0, 0) : polar(angleOf(id - members, roles) + Math.PI / roles, ROLES)
  })
}

function angleOf(place: number, count: number): number {
  return (2 * Math.PI * place) / count - Math.PI / 2
}

function polar(angle: number, radius: number): Point {
  return { x: MIDDLE + Math.cos(angle) * radius, y: MIDDLE + Math.sin(angle) * radius }
}

/** The position of a message at a time. */
export function placeOfMessage(places: readonly Point[], message: SeenMessage, now: number): Point {
  const { from, to, sent, arrives } = message
  const share = arrives <= sent ? 1 : Math.min(1, Math.max(0, (now - sent) / (arrives - sent)))
  const start = endOf(places, from, to)
  const end = endOf(places, to, from)
  const length = Math.hypot(end.x - start.x, end.y - start.y)
  if (length === 0) return start
  const edge = Math.min(NODE_RADIUS + 6, length / 3)
  const along = (edge + (length - 2 * edge) * share) / length
  const bend = 4 * BEND * along * (1 - along)
  return {
    x: start.x + (end.x - start.x) * along - ((end.y - start.y) / length) * bend,
    y: start.y + (end.y - start.y) * along + ((end.x - start.x) / length) * bend,
  }
}

export interface NamedPlace {
  readonly at: Point
  readonly name: string
}

/** Dimensions of the text beside messages, in units of the picture: line height, mean letter width, and gap. */
const LINE = 10
const LETTER = 5.6
const DOT_RADIUS = 6
export const NAME_GAP = 9

/**
 * The side of each message on which its name stands, within the picture; `undefined` if neither has room because of a
 * node, another message, or a name.
 */
export function sidesOfNames(
  messages: readonly NamedPlace[],
  nodes: readonly Point[],
): readonly ("left" | "right" | undefined)[] {
  const round = ({ x, y }: Point, radius: number) => ({ from: x - radius, to: x + radius, y, height: 2 * radius })
  const taken = [...nodes.map(node => round(node, NODE_RADIUS)), ...messages.map(({ at }) => round(at, DOT_RADIUS))]
  return messages.map(({ at: { x, y }, name }) => {
    const width = name.length * LETTER
    return (["right", "left"] as const).find(side => {
      const from = side === "right" ? x + NAME_GAP : x - NAME_GAP - width
      const to = from + width
      const isCovered = taken.some(
        other => from < other.to && other.from < to && Math.abs(other.y - y) < (other.height + LINE) / 2,
      )
      if (from < 0 || to > SIZE || isCovered) return false
      taken.push({ from, to, y, height: LINE })
      return true
    })
  })
}

function endOf(places: readonly Point[], party: Party, other: Party): Point {
  if ("node" in party) return places[party.node] ?? polar(0, 0)
  const node = "node" in other ? places[other.node] : undefined
  return node === undefined ? polar(0, 0) : beside(node, party.client)
}

/** The position of a client outside its node: straight out, with different clients slightly apart. */
function beside({ x, y }: Point, client: number): Point {
  const angle = x === MIDDLE && y === MIDDLE ? -Math.PI / 2 : Math.atan2(y - MIDDLE, x - MIDDLE)
  return polar(angle + (((client % 3) - 1) * Math.PI) / 40, CLIENTS)
}

/** The members on one side of a line, if it divides them. */
export function sideOf(places: readonly Point[], members: number, from: Point, to: Point): readonly NodeId[] {
  const side = places.slice(0, members).flatMap(({ x, y }, id) => {
    const cross = (to.x - from.x) * (y - from.y) - (to.y - from.y) * (x - from.x)
    return cross > 0 ? [id] : []
  })
  return side.length === members ? [] : side
}

/** The process at a point, if there is one. */
export function nodeAt(places: readonly Point[], { x, y }: Point): NodeId | undefined {
  const id = places.findIndex(place => Math.hypot(place.x - x, place.y - y) <= NODE_RADIUS + 4)
  return id < 0 ? undefined : id
}
