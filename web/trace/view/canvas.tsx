/** The diagram as a part of the page: pointer, wheel and size. */
import { useEffect, useRef, useState } from "preact/hooks"
import { stepAt } from "../../../debugger/tracing/trace.ts"
import { clock, endName, fateWords, messageText, groupText } from "../model/describe.ts"
import { Diagram } from "../paint/diagram.ts"
import type { Filter } from "../model/filter.ts"
import { GUTTER, type Span } from "../paint/layout.ts"
import type { Model } from "../model/model.ts"
import type { Theme } from "../paint/theme.ts"

interface CanvasProps {
  readonly model: Model
  readonly filter: Filter
  readonly theme: Theme
  readonly step: number
  readonly now: number
  goTo(step: number): void
  moved(span: Span): void
  sized(width: number): void
  /** Called with the diagram once it exists. */
  ready(diagram: Diagram): void
}

interface Tip {
  readonly x: number
  readonly y: number
  readonly lines: readonly string[]
}

export function Canvas(props: CanvasProps) {
  const { model, filter, theme, step, now, moved, sized, ready } = props
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const diagram = useRef<Diagram | null>(null)
  const [tip, setTip] = useState<Tip | null>(null)
  const latest = useRef(props)
  latest.current = props

  useEffect(() => {
    if (box.current === null || canvas.current === null) return undefined
    const made = new Diagram(model, canvas.current, filter, theme, { moved })
    diagram.current = made
    const stopPointer = followPointer(canvas.current, made, latest, setTip)
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return
      const { width, height } = entry.contentRect
      sized(width)
      made.resize(width, height)
    })
    observer.observe(box.current)
    ready(made)
    return () => {
      observer.disconnect()
      stopPointer()
    }
  }, [model])
  useEffect(() => diagram.current?.show(filter, theme), [filter, theme])
  useEffect(() => diagram.current?.setCursor(step, now), [step, now])

  return (
    <div ref={box} class="diagram">
      <canvas
        ref={canvas}
        tabIndex={0}
        role="application"
        aria-label={`Space-time diagram of ${groupText(model.trace)}. Arrow keys step, plus and minus zoom, t shows the table.`}
      />
      {tip !== null && (
        <div class="tip" role="tooltip" style={{ left: `${tip.x}px`, top: `${tip.y}px` }}>
          {tip.lines.map((line, index) => (
            <div key={index}>{line}</div>
          ))}
        </div>
      )}
    </div>
  )
}

const CLICK_REACH = 4

/** Drag pans, the wheel zooms (sideways or with shift: pans), a click chooses. @returns a function that stops it */
function followPointer(
  canvas: HTMLCanvasElement,
  diagram: Diagram,
  latest: { readonly current: CanvasProps },
  setTip: (tip: Tip | null) => void,
): () => void {
  const stop = new AbortController()
  const { signal } = stop
  let pressedAt: { readonly x: number; readonly y: number } | null = null
  let lastX = 0
  const onDown = (event: PointerEvent): void => {
    pressedAt = { x: event.offsetX, y: event.offsetY }
    lastX = event.offsetX
    canvas.setPointerCapture(event.pointerId)
  }
  const onMove = (event: PointerEvent): void => {
    if (pressedAt !== null) {
      diagram.pan(lastX - event.offsetX)
      lastX = event.offsetX
      setTip(null)
      return
    }
    setTip(tipAt(diagram, latest.current.model, event))
  }
  const onUp = (event: PointerEvent): void => {
    const isClick = pressedAt !== null && Math.abs(event.offsetX - pressedAt.x) < CLICK_REACH
    pressedAt = null
    if (isClick) latest.current.goTo(chosenStep(diagram, latest.current.model, event))
  }
  const onWheel = (event: WheelEvent): void => {
    event.preventDefault()
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) diagram.pan(event.deltaX || event.deltaY)
    else diagram.zoom(1.0015 ** event.deltaY, event.offsetX)
  }
  canvas.addEventListener("pointerdown", onDown, { signal })
  canvas.addEventListener("pointermove", onMove, { signal })
  canvas.addEventListener("pointerup", onUp, { signal })
  canvas.addEventListener("pointerleave", () => setTip(null), { signal })
  canvas.addEventListener("dblclick", event => diagram.zoom(0.25, event.offsetX), { signal })
  canvas.addEventListener("wheel", onWheel, { signal, passive: false })
  return () => stop.abort()
}

/** A click on an arrow chooses the step in which its message arrives; elsewhere, the node's nearest step. */
export function chosenStep(diagram: Diagram, { trace }: Pick<Model, "trace">, event: MouseEvent): number {
  const message = diagram.messageAt(event.offsetX, event.offsetY)
  if (message !== undefined) {
    const endedIn = trace.messages.endedIn[message]!
    return endedIn >= 0 ? endedIn : trace.messages.sentIn[message]!
  }
  const time = diagram.timeAt(event.offsetX)
  const last = stepAt(trace, time)
  const node = diagram.nodeAt(event.offsetY)
  if (node === undefined) return last
  for (let step = last; step >= 0; step--) if (trace.events.node[trace.steps[step]!] === node) return step
  return last
}

function tipAt(diagram: Diagram, { trace }: Model, event: PointerEvent): Tip | null {
  if (event.offsetX < GUTTER) return null
  const message = diagram.messageAt(event.offsetX, event.offsetY)
  if (message === undefined) return null
  const { from, to, sent, ended } = trace.messages
  const fate = fateWords(trace, message)
  const took = ended[message]! - sent[message]!
  const route = `${endName(trace, from[message]!)} → ${endName(trace, to[message]!)}`
  const lines = [
    messageText(trace, message),
    `${route}, sent ${clock(sent[message]!)}${took > 0 ? `, ${took / 1_000} ms` : ""}`,
    ...(fate === "" ? [] : [fate]),
  ]
  return { x: event.offsetX + 14, y: event.offsetY + 14, lines }
}
