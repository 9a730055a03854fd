/** The last part of the run as a space-time diagram, as on the trace page. A click returns to that moment. */
import { useEffect, useRef, useState } from "preact/hooks"
import { firstWhere } from "../../../runtime/lib/search.ts"
import { EVERYTHING } from "../../trace/model/filter.ts"
import type { Drawn } from "../../trace/model/model.ts"
import { Diagram } from "../../trace/paint/diagram.ts"
import type { Span } from "../../trace/paint/layout.ts"
import type { Theme } from "../../trace/paint/theme.ts"
import { chosenStep } from "../../trace/view/canvas.tsx"
import type { Session } from "../model/session.ts"
import { ms } from "./words.ts"

interface SpaceTimeProps {
  readonly session: Session
  readonly frame: number
  readonly theme: Theme
  goToStep(step: number): void
}

/** The initial time in view, in typical delays of messages. */
const DELAYS_IN_VIEW = 24
/** The share of the view reserved for the future. */
const AHEAD = 0.12

export function SpaceTime({ session, frame, theme, goToStep }: SpaceTimeProps) {
  const box = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const diagram = useRef<Diagram | null>(null)
  const drawn = useRef<Drawn | null>(null)
  const [delays, setDelays] = useState(DELAYS_IN_VIEW)
  const { now, span, model, first } = lookAt(session, delays)
  drawn.current = model

  useEffect(() => {
    if (box.current === null || canvas.current === null) return undefined
    const made = new Diagram(model, canvas.current, EVERYTHING, theme, { moved: () => {} })
    diagram.current = made
    // For external measurements.
    Object.assign(window, { playDiagram: made })
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) made.resize(entry.contentRect.width, entry.contentRect.height)
    })
    observer.observe(box.current)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    diagram.current?.show(EVERYTHING, theme)
  }, [theme])
  useEffect(() => {
    diagram.current?.follow(model, span, first)
    diagram.current?.setCursor(session.recorder.steps - 1, now)
  }, [session, frame, delays])

  const lanes = session.simulation.nodes.length
  return (
    <section class="card space-time" aria-label="Space-time diagram">
      <div class="card-head">
        <h2>What happened</h2>
        <span class="soft">{ms(span.to - span.from)} in view; a click goes back there</span>
        <span class="gap" />
        <button type="button" aria-label="Less time in view" onClick={() => setDelays(Math.max(3, delays / 1.6))}>
          +
        </button>
        <button type="button" aria-label="More time in view" onClick={() => setDelays(Math.min(2_000, delays * 1.6))}>
          −
        </button>
      </div>
      <div ref={box} class="diagram" style={{ height: `${Math.max(220, 60 + 44 * lanes)}px` }}>
        <canvas
          ref={canvas}
          role="img"
          aria-label="Space-time diagram of the last part of the run: lanes of nodes, arrows of messages"
          onClick={event => {
            if (diagram.current !== null && drawn.current !== null) {
              goToStep(chosenStep(diagram.current, drawn.current, event))
            }
          }}
        />
      </div>
    </section>
  )
}

interface Look {
  readonly now: number
  readonly span: Span
  readonly model: Drawn
  /** Messages before this one are out of view. */
  readonly first: number
}

function lookAt(session: Session, delays: number): Look {
  const now = session.simulation.time
  const trace = session.traceUntil(now)
  const length = delays * trace.typicalDelay
  const to = Math.max(now + AHEAD * length, length * (1 - AHEAD))
  const span = { from: to - length, to }
  const bandsOf = Array.from({ length: trace.nodes }, (_, node) =>
    trace.bands.filter(band => band.node === node && band.to >= span.from),
  )
  const { sent } = trace.messages
  const first = firstWhere(sent.length, message => sent[message]! >= span.from - length)
  return {
    now,
    span,
    model: { trace, bandsOf, milestones: trace.milestones.filter(({ time }) => time >= span.from) },
    first,
  }
}
