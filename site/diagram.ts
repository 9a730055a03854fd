/** The diagram of an algorithm's page: one operation of a run, or one election, with nodes as lanes and messages as arrows. */
import * as registry from "../algorithms/registry.ts"
import { recordRun } from "../debugger/tracing/recorder.ts"
import { clientOf, FATES, type Messages, nodeName, PURPOSES, type Trace } from "../debugger/tracing/trace.ts"
import { planExperiment } from "../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../experiments/plan/spec.ts"
import type { Algorithm } from "../runtime/contract/algorithm.ts"
import { MILLISECOND } from "../runtime/contract/units.ts"
import { toScenario } from "../scenarios/cell.ts"
import { escapeHtml } from "./escape.ts"

/** The delay of every link, in microseconds. */
const DELAY = 10 * MILLISECOND
/** The maximum duration of an operation in a diagram, and the time shown before and after it. */
const MAX_TIME = 14 * DELAY
const MARGIN = DELAY / 2

/** Nodes and workload with which the algorithms of a service show one operation without interference. */
const SETTINGS: Readonly<Record<string, { readonly nodes: number; readonly workload: string }>> = {
  "replicated-log": { nodes: 3, workload: "{ mode: closed, think: 300ms, reads: 0% }" },
  "sharded-store": { nodes: 3, workload: "{ mode: closed, think: 300ms, reads: 0% }" },
  "mutual-exclusion": { nodes: 4, workload: "{ think: 200ms, hold: 20ms }" },
  "leader-election": { nodes: 4, workload: "{ initiators: lowestFollower }" },
  agreement: { nodes: 4, workload: "{ instances: 1, proposal: attack }" },
  recovery: { nodes: 3, workload: "{ image: 64KiB }" },
}

/** A span of a run, in microseconds. */
interface Span {
  readonly from: number
  readonly to: number
}

/** Draws an algorithm at work, as SVG; nothing if none of its operations is short enough. */
export function diagramOf(algorithm: Algorithm): string | undefined {
  const service = algorithm.serves[0]!
  const { nodes, workload } = SETTINGS[service.name]!
  const spec = `{ question: "What does one operation look like?", algorithms: [${algorithm.name}], service: ${service.name}, nodes: ${nodes}, seed: 1, repeat: 1,
       network: { latency: ${DELAY / MILLISECOND}ms }, workload: ${workload}, warmup: 1s, duration: 4s }`
  const experiment = parseExperiment("diagram.yaml", spec, registry)
  if ("problems" in experiment)
    throw new Error(`${algorithm.name}: ${experiment.problems.map(formatProblem).join("; ")}`)
  const { trace } = recordRun(toScenario(planExperiment(experiment).cells[0]!.scenario, registry), 1)
  const span = spanOf(trace)
  return span && drawn(trace, span, algorithm)
}

/** The fastest operation that messages served; if there is none, the first message of a rare type. */
function spanOf(trace: Trace): Span | undefined {
  const { messages } = trace
  const isServed = ({ from, to }: Span): boolean =>
    messages.sent.some((sent, message) => isBetweenNodes(messages, message) && sent >= from && sent < to)
  const operations = trace.operations
    .filter(({ ending, begun, ended }) => ending === "ok" && begun >= trace.warmup && ended - begun >= DELAY)
    .map(({ begun, ended }): Span => ({ from: begun - MARGIN, to: ended + MARGIN }))
    .filter(span => span.to - span.from < MAX_TIME && isServed(span))
    .toSorted((one, other) => one.to - one.from - (other.to - other.from))
  if (operations.length > 0) return operations[0]
  const counts = Map.groupBy(messages.type.keys(), message => messages.type[message]!)
  const seldom = messages.sent.findIndex((sent, message) => {
    const isSeldom = 2 * counts.get(messages.type[message]!)!.length < messages.type.length
    return sent >= trace.warmup && isBetweenNodes(messages, message) && isSeldom
  })
  const first = messages.sent[seldom]
  return first === undefined ? undefined : { from: first - MARGIN, to: first + MAX_TIME / 2 }
}

function isBetweenNodes({ from, to }: Messages, message: number): boolean {
  return from[message]! >= 0 && to[message]! >= 0 && from[message] !== to[message]
}

const WIDTH = 760
const LEFT = 112
const RIGHT = 24
const TOP = 44
const LANE = 56

/** The messages in a span, and the lanes between which they run. */
interface Shown {
  readonly trace: Trace
  readonly span: Span
  readonly messages: readonly number[]
  /** Ends of messages as traces number them: nodes from 0, clients below. */
  readonly lanes: readonly number[]
}

/** True of a message that takes time; messages between a client and the node that hosts it take none. */
function isApart({ sent, ended, from, to }: Messages, message: number): boolean {
  return (from[message]! >= 0 && to[message]! >= 0) || ended[message]! > sent[message]!
}

function drawn(trace: Trace, span: Span, { title }: Algorithm): string {
  const { sent, from, to, purpose } = trace.messages
  const within = sent.flatMap((at, message) => {
    return at >= span.from && at < span.to && from[message] !== to[message] ? [message] : []
  })
  const served = within.filter(message => PURPOSES[purpose[message]!] !== "heartbeat")
  // If nothing else is sent, as by an idle token, the messages that keep the algorithm running are its work.
  const messages = served.some(message => isBetweenNodes(trace.messages, message)) ? served : within
  const ends = new Set(
    messages.filter(message => isApart(trace.messages, message)).flatMap(message => [from[message]!, to[message]!]),
  )
  // A client hosted by its node has no lane of its own.
  const clients = [...ends].filter(end => end < 0).toSorted((a, b) => b - a)
  const lanes = [...clients, ...Array.from({ length: trace.nodes }, (_, node) => node)]
  const shown: Shown = { trace, span, messages, lanes }
  const height = TOP + LANE * lanes.length
  const parts = [
    ...scaleOf(shown, height),
    ...lanes.flatMap(lane => laneOf(shown, lane)),
    ...messages.map(message => arrowOf(shown, message)),
    ...labelsOf(shown),
  ]
  const label = `${title}: messages of one operation, ${DELAY / MILLISECOND} ms a link`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeHtml(label)}" font-family="sans-serif" font-size="11">
<style>
  .paper { fill: #fff } .text { fill: #3c3c43 } .lane { stroke: #9a9aa2 } .grid { stroke: #e2e2e3 } .message { stroke: #2660a4; fill: #2660a4 } .client { stroke: #8a5a00; fill: #8a5a00 } .lost { stroke-dasharray: 4 3 }
  .halo { stroke: #fff; stroke-width: 3; paint-order: stroke }
  @media (prefers-color-scheme: dark) { .paper { fill: #1b1b1f } .text { fill: #dfdfd6 } .grid { stroke: #3c3f44 } .message { stroke: #8ab4f8; fill: #8ab4f8 } .client { stroke: #e0b050; fill: #e0b050 } .halo { stroke: #1b1b1f } }
</style>
<rect class="paper" width="${WIDTH}" height="${height}"/>
${parts.join("\n")}
</svg>
`
}

function xOf({ span: { from, to } }: Shown, time: number): number {
  return LEFT + ((time - from) / (to - from)) * (WIDTH - LEFT - RIGHT)
}

function yOf({ lanes }: Shown, end: number): number {
  return TOP + LANE * (lanes.indexOf(end) + 0.5)
}

/** A line for each link delay since the first message. */
function scaleOf(shown: Shown, height: number): readonly string[] {
  const { trace, span, messages } = shown
  const start = trace.messages.sent[messages[0]!] ?? span.from
  const count = Math.floor((span.to - start) / DELAY)
  return Array.from({ length: count + 1 }, (_, k) => {
    const x = xOf(shown, start + k * DELAY).toFixed(1)
    const text = k === 0 ? "0" : `${k === 1 ? "" : k}d`
    return `<line class="grid" x1="${x}" x2="${x}" y1="${TOP - 12}" y2="${height}"/><text class="text" x="${x}" y="${TOP - 18}" text-anchor="middle">${text}</text>`
  })
}

function laneOf(shown: Shown, lane: number): readonly string[] {
  const y = yOf(shown, lane)
  const name = lane < 0 ? `client ${clientOf(lane)}` : nodeName(shown.trace, lane)
  return [
    `<line class="lane" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y}" y2="${y}"/>`,
    `<text class="text" x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${escapeHtml(name)}</text>`,
  ]
}

/** The line of an arrow; a message that has not arrived within the span is drawn to the span's end. */
function lineOf(shown: Shown, message: number) {
  const { sent, ended, from, to } = shown.trace.messages
  const start = sent[message]!
  const arrival = ended[message]! < 0 ? start + DELAY : ended[message]!
  const end = Math.min(arrival, shown.span.to)
  const share = arrival === start ? 1 : (end - start) / (arrival - start)
  const node = Math.max(from[message]!, to[message]!)
  const [one, other] = isApart(shown.trace.messages, message) ? [from[message]!, to[message]!] : [node, node]
  const [y1, whole] = [yOf(shown, one), yOf(shown, other)]
  return { x1: xOf(shown, start), y1, x2: xOf(shown, end), y2: y1 + (whole - y1) * share, isWhole: share === 1 }
}

function arrowOf(shown: Shown, message: number): string {
  if (!isApart(shown.trace.messages, message)) return dotOf(shown, message)
  const { from, to, fate } = shown.trace.messages
  const { x1, y1, x2, y2, isWhole } = lineOf(shown, message)
  const kind = from[message]! < 0 || to[message]! < 0 ? "client" : "message"
  const isLost = !["in flight", "arrived", "duplicate"].includes(FATES[fate[message]!]!)
  const angle = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI
  const tip = `<path class="${kind}" stroke="none" transform="translate(${x2.toFixed(1)} ${y2.toFixed(1)}) rotate(${angle.toFixed(1)})" d="M0 0L-8 -3.5L-8 3.5Z"/>`
  const line = `<line class="${kind}${isLost ? " lost" : ""}" stroke-width="1.4" x1="${x1.toFixed(1)}" y1="${y1}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`
  return isWhole ? line + tip : line
}

/** A dot for a message between a client and its node, on the node's lane. */
function dotOf(shown: Shown, message: number): string {
  const { x1, y1 } = lineOf(shown, message)
  return `<circle class="client" stroke="none" cx="${x1.toFixed(1)}" cy="${y1}" r="4"/>`
}

/** The type of each message; only once for messages of one type that a node sends, or receives, at the same time. */
function labelsOf(shown: Shown): readonly string[] {
  const { type, from, to, sent, ended } = shown.trace.messages
  const sendings = [
    ...Map.groupBy(shown.messages, one => `${type[one]} ${Math.max(from[one]!, -1)} ${sent[one]}`).values(),
  ]
  const single = sendings.flatMap(group => (group.length === 1 ? group : []))
  const arrivals = Map.groupBy(single, one => `${type[one]} ${Math.max(to[one]!, -1)} ${ended[one]}`)
  const groups = [...sendings.filter(group => group.length > 1), ...arrivals.values()]
  const standing: Place[] = []
  return groups.flatMap(group => {
    const text = shown.trace.types[type[group[0]!]!]!
    const place = placesFor(shown, group, widthOf(text)).find(one => !standing.some(other => isOver(one, other)))
    if (place === undefined) return []
    standing.push(place)
    const at = `x="${place.x.toFixed(1)}" y="${place.y.toFixed(1)}"`
    return [`<text class="text halo" ${at} text-anchor="middle">${escapeHtml(text)}</text>`]
  })
}

/** The middle of a label, and its width. */
interface Place {
  readonly x: number
  readonly y: number
  readonly width: number
}

const LINE = 13
const widthOf = (text: string): number => 6.8 * text.length

function isOver(one: Place, other: Place): boolean {
  return Math.abs(one.x - other.x) < (one.width + other.width) / 2 && Math.abs(one.y - other.y) < LINE
}

/** Positions along an arrow for its label, as shares, the best first. */
const SHARES = [0.5, 0.35, 0.65, 0.22, 0.78]

/**
 * Positions for the label of some messages, the best first: on the middle of the middle message, or else elsewhere
 * along one of them.
 */
function placesFor(shown: Shown, group: readonly number[], width: number): readonly Place[] {
  const middle = group[Math.floor((group.length - 1) / 2)]!
  const raised = isApart(shown.trace.messages, middle) ? 0 : 10
  const order = [middle, ...group.filter(message => message !== middle)]
  return SHARES.flatMap(share =>
    order.map(message => {
      const { x1, y1, x2, y2 } = lineOf(shown, message)
      return { x: x1 + (x2 - x1) * share, y: y1 + (y2 - y1) * share - raised, width }
    }),
  )
}
