/** Plays runs: lets virtual time pass as fast as was chosen, in one run or in two side by side, which share their clock. */
import type { Act } from "../../../runtime/scenario/interventions.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { mirrored } from "./mirror.ts"
import type { Session } from "./session.ts"

/** Virtual time that passes in a microsecond of real time; `steps`: so much that one event after the other can be watched. */
export type Speed = number | "steps"

export const SPEEDS: readonly { readonly speed: Speed; readonly label: string }[] = [
  { speed: "steps", label: "one event at a time" },
  { speed: 1 / 500, label: "1/500 of real time" },
  { speed: 1 / 200, label: "1/200" },
  { speed: 1 / 100, label: "1/100" },
  { speed: 1 / 50, label: "1/50" },
  { speed: 1 / 20, label: "1/20" },
  { speed: 1 / 10, label: "1/10" },
  { speed: 1 / 4, label: "1/4" },
  { speed: 1, label: "real time" },
]

/** Real time that a step takes where one event is played after the other, in milliseconds. */
const STEP_MS = 700
/** While nothing is under way, the time up to the next event shrinks by this share in a millisecond of real time. */
const HASTE = 1 / 80
/** Longer frames, as after a nap of the tab, are cut short. */
const MAX_FRAME_MS = 100
/** The time from one picture to the next without motion, in milliseconds. */
const STILL_MS = 700

export class Player {
  #sessions: readonly [Session, ...Session[]]
  speed: Speed = 1 / 50
  isPlaying = false
  /** Passes quickly over times in which nothing is under way. */
  skipsSilence = true
  /** Nothing glides: the picture changes from one moment to another, for those who want no motion. */
  isStill = false
  /** Real time that has passed and not been played yet. */
  #unplayed = 0
  /** Real time since the last step, and the virtual time then. */
  #sinceStep = 0
  #stepFrom: Micros = 0

  constructor(session: Session) {
    this.#sessions = [session]
  }

  get session(): Session {
    return this.#sessions[0]
  }

  /** The run beside it, if two are compared. */
  get other(): Session | undefined {
    return this.#sessions[1]
  }

  get sessions(): readonly Session[] {
    return this.#sessions
  }

  get now(): Micros {
    return Math.max(...this.#sessions.map(({ simulation }) => simulation.time))
  }

  get isOver(): boolean {
    return this.#sessions.every(({ isOver }) => isOver)
  }

  /** Shows another run. */
  open(session: Session): void {
    this.#sessions = [session]
    this.isPlaying = false
    this.#sinceStep = 0
  }

  /** Puts another run beside it, brought to the same time by what was done so far; undefined: takes it away. */
  compare(other: Session | undefined): void {
    if (other === undefined) {
      this.#sessions = [this.session]
      return
    }
    for (const { at, act } of this.session.interventions.slice(0, this.session.made)) {
      other.advance(at, Infinity)
      const own = mirrored(act, other)
      if (own !== undefined) other.act(own)
    }
    other.advance(this.session.simulation.time, Infinity)
    this.#sessions = [this.session, other]
  }

  toggle(): void {
    this.isPlaying = !this.isPlaying && !this.isOver
    this.#sinceStep = 0
    this.#stepFrom = this.now
  }

  /** A frame, as long as it took in real time. @returns whether anything moved */
  tick(ms: number): boolean {
    if (!this.isPlaying) {
      this.session.rest()
      return false
    }
    this.#unplayed += Math.min(ms, MAX_FRAME_MS)
    if (this.isStill && this.#unplayed < STILL_MS) return false
    const frame = this.#unplayed
    this.#unplayed = 0
    if (this.speed === "steps") this.#tickStep(frame)
    else this.#tickTime(frame, this.speed)
    if (this.isOver) this.isPlaying = false
    return true
  }

  #tickTime(ms: number, speed: number): void {
    const { now } = this
    const next = this.#nextTime()
    const passes = ms * 1_000 * speed
    const isSilent = this.skipsSilence && this.#sessions.every(({ simulation }) => simulation.underWay.length === 0)
    const hurried = isSilent && next < Infinity ? Math.min(next - now, (next - now) * ms * HASTE) : 0
    const time = Math.round(now + Math.max(passes, hurried))
    for (const session of this.#sessions) session.advance(time)
  }

  #tickStep(ms: number): void {
    this.#sinceStep += ms
    const next = this.#nextTime()
    if (this.#sinceStep >= STEP_MS || next === Infinity) {
      this.step()
      return
    }
    const from = Math.min(this.#stepFrom, next)
    const time = Math.floor(from + ((next - from) * this.#sinceStep) / STEP_MS)
    for (const { simulation } of this.#sessions) simulation.wait(time)
  }

  #nextTime(): Micros {
    return Math.min(...this.#sessions.map(({ simulation, isOver }) => (isOver ? Infinity : simulation.nextTime)))
  }

  /** The next step of whichever run has one first; the other comes along. */
  step(): void {
    const first = this.#sessions.reduce((one, other) =>
      other.simulation.nextTime < one.simulation.nextTime && !other.isOver ? other : one,
    )
    first.step()
    for (const session of this.#sessions) if (session !== first) session.advance(first.simulation.time)
    this.#sinceStep = 0
    this.#stepFrom = this.now
  }

  /** Steps back. */
  back(steps: number): void {
    this.isPlaying = false
    this.session.back(steps)
    this.#follow()
  }

  goToStep(step: number): void {
    this.isPlaying = false
    this.session.goToStep(step)
    this.#follow()
  }

  /** Forward to where clients begin nothing any more; from there to where the run is over. */
  toEnd(): void {
    this.isPlaying = false
    const { duration } = this.session.scenario
    const end = this.now < duration ? duration : Infinity
    for (const session of this.#sessions) session.advance(end, Infinity)
  }

  restart(): void {
    this.isPlaying = false
    this.session.goTo(0)
    this.#follow()
  }

  /** The other run goes to where the first one is, by what was done to that. */
  #follow(): void {
    if (this.other !== undefined) this.compare(this.other.anew())
  }

  /** Does something to every run. @returns whether it was possible in the first */
  act(act: Act): boolean {
    const isDone = this.session.act(act)
    const { other } = this
    const own = isDone && other !== undefined ? mirrored(act, other) : undefined
    if (own !== undefined) other?.act(own)
    return isDone
  }

  undo(): void {
    this.isPlaying = false
    this.session.undo()
    this.#follow()
  }

  redo(): void {
    this.isPlaying = false
    this.session.redo()
    this.#follow()
  }
}
