/** Draws one part of a history: operations as bars, and the points at which they take effect. */
import type { VNode } from "preact"
import { html } from "../../reports/page/html.ts"
import type { Recording } from "../../services/linearizability/history-file.ts"
import type { HistoryOperation } from "../../services/linearizability/model.ts"
import { type Bar, type Layout, layOut, pointsOf } from "./layout.ts"

const LANE = 42
const BAR = 14
/** From the top of a lane to its bars: room for the labels. */
const LABEL = 20
const TOP = 24
const LEFT = 8
/** Width of a letter of a label, in pixels. */
const LETTER = 6.6

/** The contents of a picture. */
export interface Drawn<Input, Output> {
  readonly operations: readonly HistoryOperation<Input, Output>[]
  /** Linearizations; the page shows one at a time. */
  readonly sequences: readonly (readonly HistoryOperation<Input, Output>[])[]
  /** The operations that no order explains. */
  readonly witness: ReadonlySet<HistoryOperation<Input, Output>>
  /** The part being drawn: labels need not repeat it. */
  readonly partition: string
}

export function pictureOf<S, I, O>(recording: Recording<S, I, O>, drawn: Drawn<I, O>): VNode {
  const layout = layOut(drawn.operations)
  const height = TOP + layout.lanes.length * LANE + 6
  const bars = new Map(layout.bars.map(bar => [bar.operation, bar]))
  const width = layout.width + 2 * LEFT
  const label = `${drawn.operations.length} operations of ${layout.lanes.length} lanes`
  const names = layout.lanes.map(({ clients }) => {
    const name = clientNames(recording, drawn, clients)
    return html`<span title=${name}>${name}</span>`
  })
  return html`<div class="picture">
    <div class="clients"><b>client</b>${names}</div>
    <div class="scroll">
      <svg width=${width} height=${height} role="img" aria-label=${label}>
        <g transform=${`translate(${LEFT} 0)`}>
          ${bandsOf(recording, layout, height)}${layout.lanes.map((_, lane) => laneLine(lane, layout.width))}
          ${layout.bars.map(bar => barOf(recording, bar, drawn))}
          ${drawn.sequences.map((sequence, number) => lineOf(recording, pointsOf(sequence, bars, layout.step), number))}
        </g>
      </svg>
    </div>
  </div>`
}

function clientNames<S, I, O>(recording: Recording<S, I, O>, drawn: Drawn<I, O>, clients: readonly number[]): string {
  const names = clients.map(client => {
    const operation = drawn.operations.find(other => other.client === client)!
    return recording.clientOf(operation)
  })
  return names.length > 2 ? `${names[0]} … ${names.at(-1)}` : names.join(", ")
}

function yOf(lane: number): number {
  return TOP + lane * LANE + LABEL
}

function laneLine(lane: number, width: number): VNode {
  const y = yOf(lane) + BAR / 2
  return html`<line class="lane" x1="0" x2=${width} y1=${y} y2=${y} />`
}

function barOf<S, I, O>(recording: Recording<S, I, O>, bar: Bar<I, O>, drawn: Drawn<I, O>): VNode {
  const { sequences, witness } = drawn
  const { operation, left, right, lane, isOpen, room } = bar
  const { input, output, call, return: end } = operation
  const words = recording.model.describe(input, output)
  const isRead = output !== undefined && recording.model.isReadOnly(input, output)
  const kind = output === undefined ? "open" : isRead ? "read" : "write"
  const missing = sequences.flatMap((sequence, number) =>
    sequence.includes(operation) || output === undefined ? [] : [number],
  )
  const classes = [
    "bar",
    kind,
    ...(witness.has(operation) ? ["witness"] : []),
    ...missing.map(number => `without-${number}`),
  ]
  const span = `${recording.formatTime(call)} to ${end === Infinity ? "no answer" : recording.formatTime(end)}`
  const title = `client ${recording.clientOf(operation)}: ${words} (${span})`
  const y = yOf(lane)
  const width = right - left
  const label = shortened(labelOf(words, drawn.partition), Math.floor((room - left - 4) / LETTER))
  const edge = isOpen ? `M${width} 0H4a4 4 0 0 0-4 4v${BAR - 8}a4 4 0 0 0 4 4H${width}` : ""
  const shape = isOpen ? html`<path d=${edge} />` : html`<rect width=${width} height=${BAR} rx="4" />`
  return html`<g class=${classes.join(" ")} transform=${`translate(${left} ${y})`} tabindex="0">
    <title>${title}</title>${shape}<text x="1" y="-4">${label}</text>
  </g>`
}

/** An operation as the label of its bar: without the key, which they all share, and without the usual values. */
function labelOf(words: string, partition: string): string {
  return words.replace(` ${partition}`, "").replace(" -> ok", "").replace(" -> not known", " ?").replace(" -> ", " → ")
}

function shortened(text: string, letters: number): string {
  if (text.length <= letters) return text
  return letters < 2 ? "" : `${text.slice(0, letters - 1)}…`
}

/** A linearization: its points, connected in order, each with its number and the resulting state. */
function lineOf<S, I, O>(
  { model }: Recording<S, I, O>,
  points: readonly { readonly bar: Bar<I, O>; readonly x: number }[],
  number: number,
): VNode {
  let state: S | undefined = model.init()
  const marks = points.map(({ bar, x }, place) => {
    const { input, output } = bar.operation
    state = state === undefined ? undefined : model.step(state, input, output)
    const after = state === undefined ? "" : `, then ${stateInWords(model.identify(state))}`
    const y = yOf(bar.lane) + BAR / 2
    const title = `${place + 1}. ${model.describe(input, output)}${after}`
    return html`<g class="point" transform=${`translate(${x.toFixed(1)} ${y})`}>
      <title>${title}</title><line y1="-11" y2="11" /><circle r="3.5" />
    </g>`
  })
  const path = points.map(({ bar, x }) => `${x.toFixed(1)},${yOf(bar.lane) + BAR / 2}`).join(" ")
  return html`<g class=${`line line-${number}`}><polyline points=${path} />${marks}</g>`
}

function stateInWords(identity: string | number | boolean | null): string {
  return identity === null ? "nothing" : shortened(JSON.stringify(identity), 200)
}

/** Bands for faults of the system, from start to stop; any other event is a line. */
function bandsOf<S, I, O>({ system }: Recording<S, I, O>, layout: Layout<I, O>, height: number): readonly VNode[] {
  const open = new Map<string, { readonly x: number; readonly name: string }>()
  const bands: VNode[] = []
  const band = (name: string, from: number, to: number): void => {
    const width = Math.max(to - from, 2)
    const label = shortened(name, Math.max(6, Math.floor(width / LETTER)))
    bands.push(
      html`<g class="band">
        <rect x=${from} width=${width} height=${height} /><text x=${from + 4} y="15">${label}</text><title>${name}</title>
      </g>`,
    )
  }
  for (const { line, f, value } of system) {
    const x = Math.min(Math.max(layout.at(line), 0), layout.width)
    const name = value === null ? f : `${f} ${typeof value === "string" ? value : ""}`.trim()
    const subject = f.replace(/start|stop|heal|resume|begin|end/g, "")
    if (/start|begin/.test(f)) {
      // A nemesis reports each fault twice: before it strikes, and afterwards with its outcome.
      open.set(subject, { x: open.get(subject)?.x ?? x, name })
    } else if (/stop|heal|resume|end/.test(f)) {
      const begun = open.get(subject) ?? open.values().next().value
      if (begun !== undefined) band(begun.name, begun.x, x)
      for (const [key, other] of open) if (other === begun) open.delete(key)
    } else band(name, x, x)
  }
  for (const { x, name } of open.values()) band(name, x, layout.width)
  return bands
}
