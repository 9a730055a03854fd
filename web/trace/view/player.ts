/** Plays the trace: moves the cursor through the run, at a speed that depends on the part in view. */
import { useEffect, useRef, useState } from "preact/hooks"
import { stepAt, type Trace } from "../../../debugger/tracing/trace.ts"
import type { Span } from "../paint/layout.ts"

/** The real time in which the part in view is played, in seconds, by the name of the speed. */
export const SPEEDS = { slow: 40, normal: 16, fast: 6 } as const
export type Speed = keyof typeof SPEEDS

export interface Cursor {
  readonly step: number
  /** In microseconds of virtual time: that of the step, or between two steps during play. */
  readonly now: number
}

export interface Player extends Cursor {
  /** The step whose details to show: during play, it follows the cursor a few times a second. */
  readonly shown: number
  readonly isPlaying: boolean
  readonly speed: Speed
  goTo(step: number): void
  toggle(): void
  setSpeed(speed: Speed): void
}

/** Milliseconds between two updates of the details during play: each takes up to a tenth of a second in long runs. */
const LOOK_EVERY = 250

/** @param span returns the part in view */
export function usePlayer(trace: Trace, start: number, span: () => Span | undefined): Player {
  const [cursor, setCursor] = useState<Cursor>(() => cursorOn(trace, start))
  const [isPlaying, setPlaying] = useState(false)
  const [speed, setSpeed] = useState<Speed>("normal")
  const [looked, setLooked] = useState(cursor.step)
  const now = useRef(cursor.now)
  now.current = cursor.now

  useEffect(() => {
    if (!isPlaying) return undefined
    let last = performance.now()
    let lookedAt = 0
    let frame = requestAnimationFrame(tick)
    function tick(time: number): void {
      const { from, to } = span() ?? { from: 0, to: trace.end }
      const passed = (((time - last) / 1_000) * (to - from)) / SPEEDS[speed]
      last = time
      const next = Math.min(trace.end, now.current + Math.max(0, passed))
      now.current = next
      const step = stepAt(trace, next)
      setCursor({ step, now: next })
      if (time - lookedAt > LOOK_EVERY) {
        lookedAt = time
        setLooked(step)
      }
      if (next >= trace.end) setPlaying(false)
      else frame = requestAnimationFrame(tick)
    }
    return () => cancelAnimationFrame(frame)
  }, [isPlaying, speed, trace])

  return {
    ...cursor,
    shown: isPlaying ? looked : cursor.step,
    isPlaying,
    speed,
    setSpeed,
    goTo(step) {
      setPlaying(false)
      setCursor(cursorOn(trace, step))
    },
    toggle() {
      if (!isPlaying && now.current >= trace.end) setCursor(cursorOn(trace, 0))
      setPlaying(!isPlaying)
    },
  }
}

function cursorOn(trace: Trace, wanted: number): Cursor {
  const step = Math.min(Math.max(0, wanted), trace.steps.length - 1)
  return { step, now: trace.events.time[trace.steps[step] ?? 0] ?? 0 }
}
