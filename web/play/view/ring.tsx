/**
 * The nodes in a ring, and the messages in flight between them. Dragging between nodes cuts a link; a line across
 * partitions them.
 */
import { useRef, useState } from "preact/hooks"
import { textOf } from "../../../debugger/tracing/document.ts"
import type { NodeId } from "../../../runtime/contract/ids.ts"
import { withoutBraces } from "../../trace/model/describe.ts"
import { bandFill, bandInk, messageColour, type Theme } from "../../trace/paint/theme.ts"
import type { SeenMessage, SeenNode, Sight } from "../model/seen.ts"
import type { Chosen } from "./chosen.ts"
import {
  NAME_GAP,
  type NamedPlace,
  nodeAt,
  NODE_RADIUS,
  placeOfMessage,
  placesOf,
  type Point,
  sideOf,
  sidesOfNames,
  SIZE,
} from "./ring-layout.ts"
import { messageWords, nodeWords } from "./words.ts"

interface RingProps {
  readonly sight: Sight
  readonly members: number
  readonly theme: Theme
  readonly label: string
  readonly chosen: Chosen
  /** True for a mere picture: nothing can be chosen or dragged. */
  readonly isPlain?: boolean
  choose(chosen: Chosen): void
  toggleLink(one: NodeId, other: NodeId): void
  part(side: readonly NodeId[]): void
}

interface Drag {
  readonly from: Point
  readonly to: Point
  /** The node that it began at. */
  readonly node: NodeId | undefined
}

/** With more messages in flight, their names would cover the picture. */
const MAX_NAMED = 10

interface Way extends NamedPlace {
  readonly message: SeenMessage
}

/** The side of each message's name: the chosen message always has one, others if there is room. */
function sidesOf(
  ways: readonly Way[],
  places: readonly Point[],
  chosen: Chosen,
): ReadonlyMap<SeenMessage, "left" | "right" | undefined> {
  const first = ways.filter(({ message }) => isSame(chosen, message))
  const others = ways.length > MAX_NAMED ? [] : ways.filter(({ message }) => !isSame(chosen, message))
  const named = [...first, ...others]
  const sides = sidesOfNames(named, places)
  return new Map(
    named.map(({ message }, place) => [message, sides[place] ?? (first.length > place ? "right" : undefined)]),
  )
}

export function Ring(props: RingProps) {
  const { sight, members, theme, label, chosen, isPlain = false, choose } = props
  const places = placesOf(members, sight.nodes.length)
  const { drag, handlers } = useDrag(props, places)
  const ways = sight.messages.map(message => ({
    message,
    at: placeOfMessage(places, message, sight.now),
    name: message.message,
  }))
  const sides = sidesOf(ways, places, chosen)
  return (
    <svg class="ring" viewBox={`0 0 ${SIZE} ${SIZE}`} role="group" aria-label={label} {...(isPlain ? {} : handlers)}>
      {sight.cuts.map(([one, other]) => (
        <Cut key={`${one} ${other}`} from={places[one]!} to={places[other]!} />
      ))}
      {ways.map(({ message, at }) => (
        <Message
          key={message.key}
          {...{ message, at, theme, isPlain }}
          side={sides.get(message)}
          isChosen={isSame(chosen, message)}
          choose={() => choose({ kind: "message", key: message.key })}
        />
      ))}
      {sight.nodes.map(node => (
        <Node
          key={node.id}
          {...{ node, theme, isPlain }}
          at={places[node.id]!}
          isChosen={chosen?.kind === "node" && chosen.node === node.id}
          choose={() => choose({ kind: "node", node: node.id })}
        />
      ))}
      {drag !== undefined && <line class="drag" x1={drag.from.x} y1={drag.from.y} x2={drag.to.x} y2={drag.to.y} />}
    </svg>
  )
}

function isSame(chosen: Chosen, { key }: SeenMessage): boolean {
  return chosen?.kind === "message" && chosen.key === key
}

function Cut({ from, to }: { readonly from: Point; readonly to: Point }) {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 }
  return (
    <g class="cut">
      <line x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
      <path d={`M${middle.x - 4} ${middle.y - 4}l8 8m0-8l-8 8`} />
    </g>
  )
}

interface NodeProps {
  readonly node: SeenNode
  readonly at: Point
  readonly theme: Theme
  readonly isChosen: boolean
  readonly isPlain: boolean
  choose(): void
}

function Node({ node, at, theme, isChosen, isPlain, choose }: NodeProps) {
  const { id, up, paused, isTraitor, isInside, role, rank, epoch } = node
  const state = [
    up ? "up" : "down",
    paused && "paused",
    isTraitor && "traitor",
    isInside && "inside",
    isChosen && "chosen",
  ]
  const fill = up && role !== "" ? bandFill(theme, epoch, rank) : theme.wash
  return (
    <g transform={`translate(${at.x} ${at.y})`}>
      <g
        class={`node ${state.filter(Boolean).join(" ")}`}
        {...(isPlain ? { role: "img" } : { role: "button", tabindex: 0, "aria-pressed": isChosen })}
        aria-label={nodeWords(node)}
        data-node={id}
        onKeyDown={event => {
          if (isPlain || (event.key !== "Enter" && event.key !== " ")) return
          event.preventDefault()
          event.stopPropagation()
          choose()
        }}
      >
        {isTraitor && <circle r={NODE_RADIUS + 5} class="mask" />}
        {isInside && <rect x={-SECTION} y={-SECTION} width={2 * SECTION} height={2 * SECTION} rx="8" class="section" />}
        <circle r={NODE_RADIUS} fill={theme.paper} />
        <circle r={NODE_RADIUS} fill={fill} class="body" />
        {!up && <path class="cross" d="M-15 -15L15 15M15 -15L-15 15" />}
        {paused && <path class="bars" d="M-3 -21v7M3 -21v7" />}
      </g>
      <Labels node={node} ink={up && role !== "" ? bandInk(theme, epoch, rank) : theme.ink} />
    </g>
  )
}

/** Half the side of the box around a node in the critical section. */
const SECTION = NODE_RADIUS + 6

/**
 * The text in a node and under it, where there is room for the name of a role's process. The node's accessible name
 * says the same.
 */
function Labels({ node, ink }: { readonly node: SeenNode; readonly ink: string }) {
  const { id, isRole, up, role } = node
  const isNamed = up && role !== ""
  return (
    <g class="labels" aria-hidden="true">
      {!isRole && (
        <text y={isNamed ? -1 : 5} fill={ink} class="id">
          {id}
        </text>
      )}
      {isNamed && (
        <text y={isRole ? 3 : 12} fill={ink} class={role.length > 8 ? "role long" : "role"}>
          {short(role)}
        </text>
      )}
      <text y={NODE_RADIUS + 13} class="under">
        {isRole && <tspan class="name">{node.name}</tspan>}
        {isRole && underNode(node) !== "" && ", "}
        {underNode(node)}
      </text>
    </g>
  )
}

/** `term 3`, `down`, `2 waiting`. */
function underNode({ up, paused, waiting, epoch, isTraitor }: SeenNode): string {
  const parts = [
    !up && "down",
    paused && (waiting > 0 ? `paused, ${waiting} wait` : "paused"),
    isTraitor && "traitor",
    up && epoch !== null && `epoch ${epoch}`,
  ]
  return parts.filter(part => part !== false).join(", ")
}

/** Maximum number of letters in a node. */
const MAX_LENGTH = 11

function short(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 1)}…`
}

interface MessageProps {
  readonly message: SeenMessage
  readonly at: Point
  readonly theme: Theme
  /** The side of its name, if it is shown. */
  readonly side: "left" | "right" | undefined
  readonly isChosen: boolean
  readonly isPlain: boolean
  choose(): void
}

function Message({ message, at, theme, side, isChosen, isPlain, choose }: MessageProps) {
  const isLight = message.purpose === "heartbeat" || message.purpose === "client"
  return (
    <g
      class={isChosen ? "message chosen" : "message"}
      transform={`translate(${at.x.toFixed(2)} ${at.y.toFixed(2)})`}
      onPointerDown={event => {
        if (isPlain) return
        event.stopPropagation()
        choose()
      }}
    >
      <title>{`${messageWords(message)}: ${withoutBraces(textOf(message.content))}`}</title>
      <circle r="13" class="reach" />
      <circle r={isLight ? 4.5 : 6.5} fill={messageColour(theme, Math.max(0, message.type))} class="dot-under-way" />
      {side !== undefined && (
        <text
          x={side === "right" ? NAME_GAP : -NAME_GAP}
          y="3.5"
          text-anchor={side === "right" ? "start" : "end"}
          fill={messageColour(theme, Math.max(0, message.type))}
        >
          {message.message}
        </text>
      )}
    </g>
  )
}

/** The minimum length of a drag, in units of the picture. */
const CLICK = 8
const SHORTEST_LINE = 60

function useDrag({ members, choose, toggleLink, part }: RingProps, places: readonly Point[]) {
  const [drag, setDrag] = useState<Drag | undefined>()
  const current = useRef<Drag | undefined>(undefined)
  const move = (next: Drag | undefined): void => {
    current.current = next
    setDrag(next)
  }
  const handlers = {
    onPointerDown(event: PointerEvent & { readonly currentTarget: SVGSVGElement }) {
      if (event.button !== 0) return
      const at = pointOf(event)
      move({ from: at, to: at, node: nodeAt(places, at) })
      event.currentTarget.setPointerCapture(event.pointerId)
    },
    onPointerMove(event: PointerEvent & { readonly currentTarget: SVGSVGElement }) {
      if (current.current !== undefined) move({ ...current.current, to: pointOf(event) })
    },
    onPointerUp() {
      const ended = current.current
      move(undefined)
      if (ended === undefined) return
      const { from, to, node } = ended
      const length = Math.hypot(to.x - from.x, to.y - from.y)
      const target = nodeAt(places, to)
      if (length < CLICK || (node !== undefined && target === node))
        choose(node === undefined ? undefined : { kind: "node", node })
      else if (node !== undefined && target !== undefined) toggleLink(node, target)
      else if (node === undefined && length >= SHORTEST_LINE) {
        const side = sideOf(places, members, from, to)
        if (side.length > 0) part(side)
      }
    },
    onPointerCancel: () => move(undefined),
  }
  return { drag, handlers }
}

function pointOf(event: PointerEvent & { readonly currentTarget: SVGSVGElement }): Point {
  const matrix = event.currentTarget.getScreenCTM()?.inverse()
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix)
  return { x, y }
}
