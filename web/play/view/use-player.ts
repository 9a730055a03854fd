/** The player as a part of the page: frames, and changes by the user. */
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks"
import type { Act } from "../../../runtime/scenario/interventions.ts"
import { Player } from "../model/player.ts"
import { Session } from "../model/session.ts"
import type { RunnableScenario } from "../../../scenarios/scenario-file.ts"

export interface Playing {
  readonly player: Player
  readonly session: Session
  /** Counters of changes: `frame` includes frames; `beat` changes at most about ten times a second. */
  readonly frame: number
  readonly beat: number
  /** Changes the player, and redraws. */
  act(change: () => void): void
  /** Applies an act to the run. */
  intervene(act: Act): void
  open(run: RunnableScenario): void
}

/** The interval at which the expensive parts of the page follow, in milliseconds. */
const BEAT_MS = 100

export function usePlayer(first: RunnableScenario, told: (text: string) => void): Playing {
  const player = useMemo(() => new Player(new Session(first)), [])
  const [frame, setFrame] = useState(0)
  const [beat, setBeat] = useState(0)
  const lastBeat = useRef(0)
  const show = useCallback((): void => {
    setFrame(count => count + 1)
    setBeat(count => count + 1)
  }, [])
  useEffect(() => {
    const query = matchMedia("(prefers-reduced-motion: reduce)")
    const follow = (): void => void (player.isStill = query.matches)
    follow()
    query.addEventListener("change", follow)
    return () => query.removeEventListener("change", follow)
  }, [player])
  useEffect(() => {
    let last = performance.now()
    let request = requestAnimationFrame(function next(now: number) {
      const hasMoved = player.tick(now - last)
      last = now
      if (hasMoved) {
        setFrame(count => count + 1)
        if (now - lastBeat.current >= BEAT_MS || !player.isPlaying) {
          lastBeat.current = now
          setBeat(count => count + 1)
        }
      }
      request = requestAnimationFrame(next)
    })
    return () => cancelAnimationFrame(request)
  }, [player])
  const act = useCallback(
    (change: () => void): void => {
      change()
      show()
    },
    [show],
  )
  return {
    player,
    session: player.session,
    frame,
    beat,
    act,
    intervene: done =>
      act(() => {
        if (!player.act(done)) told("That is not possible now.")
      }),
    open: run => act(() => player.open(new Session(run))),
  }
}
