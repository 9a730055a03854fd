/**
 * Time in ticks: each process and each message as it is one tick later, computed once each. A tick passes only when
 * nothing is due: no timer has expired, and no message has been in flight for its maximum time.
 */
import type { NodeId } from "../contract/algorithm.ts"
import type { Actors } from "./actors.ts"
import type { Clocks } from "./clocks.ts"
import type { Happening } from "./happening.ts"
import type { ClockModel } from "./model.ts"
import type { Steps } from "./steps.ts"

/** A way in which a tick may pass: all clocks count it, or one of them counts none, or two. */
export interface Way {
  readonly event: number
  /** True if a clock errs. */
  readonly isDrift: boolean
  readonly passed: (owner: NodeId) => number
}

export class Ticks {
  readonly ways: readonly Way[]
  readonly #steps: Steps
  readonly #actors: Actors
  readonly #clocks: Clocks
  readonly #clock: ClockModel
  /** By way, and by process or event, the number of the same value one tick later. */
  readonly #laterProcesses: (number | undefined)[][]
  readonly #laterEvents: (number | undefined)[][]
  readonly #areDue: (boolean | undefined)[] = []

  constructor(steps: Steps, actors: Actors, clock: ClockModel) {
    this.#steps = steps
    this.#actors = actors
    this.#clocks = actors.clocks!
    this.#clock = clock
    this.ways = waysOf(actors.processes, tick => steps.eventOf(tick.clock ?? 0, tick))
    this.#laterProcesses = this.ways.map(() => [])
    this.#laterEvents = this.ways.map(() => [])
  }

  /** True if a timer of a process has expired. */
  isDue(process: number): boolean {
    return (this.#areDue[process] ??= this.#actors.isDue(this.#steps.processOf(process)))
  }

  isArmed(process: number): boolean {
    const actor = this.#steps.processOf(process)
    return "timers" in actor && actor.timers.size > 0
  }

  /** True if a message has been in flight for the maximum time. */
  isOwed(event: number): boolean {
    const { maxDelay } = this.#clock
    return maxDelay !== undefined && this.#ageOf(event) >= maxDelay
  }

  mayArrive(event: number): boolean {
    return this.#ageOf(event) >= this.#clock.minDelay
  }

  /** @param way the number of one of the {@link ways} */
  processLater(process: number, way: number): number {
    return (this.#laterProcesses[way]![process] ??= this.#steps.numberOf(
      this.#actors.later(this.#steps.processOf(process), this.ways[way]!.passed),
    ))
  }

  eventLater(event: number, way: number): number {
    return (this.#laterEvents[way]![event] ??= this.#newEventLater(event, way))
  }

  #newEventLater(event: number, way: number): number {
    const { minDelay, maxDelay = minDelay } = this.#clock
    const { to, happening } = this.#steps.occurrenceOf(event)
    const age = Math.min(maxDelay, this.#ageOf(event) + 1)
    return this.#steps.eventOf(to, this.#clocks.aged(happening, this.ways[way]!.passed), age)
  }

  #ageOf(event: number): number {
    return this.#steps.occurrenceOf(event).age ?? 0
  }
}

type Tick = Extract<Happening, { readonly type: "tick" }>

/** The first way is the one without clock errors. */
function waysOf(processes: number, eventOf: (tick: Tick) => number): readonly Way[] {
  const drifts = Array.from({ length: processes }, (_, id) => [
    { type: "tick", clock: id, counts: 0 } as const,
    { type: "tick", clock: id, counts: 2 } as const,
  ])
  return [{ type: "tick" } as const, ...drifts.flat()].map((tick: Tick) => ({
    event: eventOf(tick),
    isDrift: tick.clock !== undefined,
    passed: passedBy(tick),
  }))
}

/** By process, the ticks that its clock counts during one tick. */
export function passedBy({ clock, counts = 0 }: Pick<Tick, "clock" | "counts">): (owner: NodeId) => number {
  return owner => (owner === clock ? counts : 1)
}
