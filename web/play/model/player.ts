/** Plays runs: lets virtual time pass at the chosen speed, in one run or in two side by side that share a clock. */
import type { Act } from "../../../runtime/scenario/interventions.ts"
import type { Micros } from "../../../runtime/contract/units.ts"
import { mirrored } from "./mirror.ts"
import type { Session } from "./session.ts"

/** Virtual time per real time; `steps`: slowly enough to watch one event after the other. */
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

/** Real time of a step when events are played one after the other, in milliseconds. */
const STEP_MS = 700
/** While nothing is in flight, the time to the next event shrinks by this share per millisecond of real time. */
const HASTE = 1 / 80
/** Longer frames, such as after the tab was inactive, are shortened to this. */
const MAX_FRAME_MS = 100
/** The time between two pictures without motion, in milliseconds. */
const STILL_MS = 700

export class Player {
  #sessions: readonly [Session, ...Session[]]
  speed: Speed = 1 / 50
  isPlaying = false
  /** True to pass quickly over times in which nothing is in flight. */
  skipsSilence = true
  /** True for reduced motion: the picture changes from one moment to the next without animation. */
  isStill = false
  /** Real time that has passed but was not played yet. */
  #unplayed = 0
  /** Real time since the last step, and the virtual time of that step. */
  #sinceStep = 0
  #stepFrom: Micros = 0

  constructor(session: Session) {
    this.#sessions = [session]
  }

  get session(): Session {
    return this.#sessions[0]
  }

  /** The second run, if two are compared. */
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

  /** Shows another run beside it, brought to the same time by the same acts; undefined: removes it. */
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

  /** Plays one frame of this duration in real time. @returns whether anything moved */
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

  /** Takes the next step of whichever run has one first; the other follows. */
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

  /** Runs to the end of the clients' operations; from there to the end of the run. */
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

  /** Brings the other run to the same time as the first, with the same acts. */
  #follow(): void {
    if (this.other !== undefined) this.compare(this.other.anew())
  }

  /** Applies an act to every run. @returns whether it was possible in the first */
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
