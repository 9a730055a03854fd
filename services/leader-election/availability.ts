/**
 * Availability over time: the share of right answers, the outages with their causes, and the shares of time with no
 * leader or with several.
 */
import type { Outage, Phase, World } from "../../runtime/contract/service.ts"
import { type Micros, SECOND } from "../../runtime/contract/units.ts"
import type { Opinion } from "./beliefs.ts"
import { OutageLog } from "./outage-log.ts"

/** Faults at most this long before an outage count as its cause. */
const CAUSE_WINDOW: Micros = SECOND

interface OpenOutage {
  readonly start: Micros
  readonly causes: string[]
}

/** Shares of the measured time, 0..1. */
export interface Shares {
  readonly available: number
  readonly agreed: number
  readonly leaderless: number
  readonly splitBrain: number
}

/** A time in microseconds for each part of a run. */
type Times = Record<Phase, Micros>

const NO_TIME: Readonly<Times> = { before: 0, during: 0, after: 0 }

export class Availability {
  readonly #world: Pick<World, "warmup" | "end" | "phase">
  readonly #begin: Micros
  readonly #end: Micros
  readonly #outages = new OutageLog()
  /** Faults of the last `CAUSE_WINDOW`. */
  #faults: { readonly time: Micros; readonly what: string }[] = []
  #outage: OpenOutage | null = null
  /** The opinion of nodes since `#since`. */
  readonly #opinion: Opinion = { live: 0, right: 0, leaders: 0 }
  #since: Micros = 0
  /** The part of the run since then. */
  #phase: Phase = "before"
  readonly #passed: Times = { ...NO_TIME }
  readonly #available: Times = { ...NO_TIME }
  #agreed = 0
  #leaderless = 0
  #splitBrain = 0

  /** Measures from the end of the warm-up to the run's end; what happens before and after counts for nothing. */
  constructor(world: Pick<World, "warmup" | "end" | "phase">) {
    this.#world = world
    this.#begin = world.warmup
    this.#end = world.end
  }

  /** Since when at most half of the live nodes have been right; `undefined` if more than half are. */
  get outageSince(): Micros | undefined {
    return this.#outage?.start
  }

  faultOccurred(now: Micros, what: string): void {
    this.#faults = this.#faults.filter(({ time }) => time >= now - CAUSE_WINDOW)
    this.#faults.push({ time: now, what })
    // A crash takes effect before it is announced.
    if (this.#outage?.start === now) this.#outage.causes.push(what)
  }

  /** Replaces the nodes' opinion. */
  update(now: Micros, opinion: Readonly<Opinion>): void {
    this.#passTime(now)
    this.#opinion.live = opinion.live
    this.#opinion.right = opinion.right
    this.#opinion.leaders = opinion.leaders
    if (opinion.right > opinion.live / 2) this.#closeOutage(now)
    else if (this.#outage === null) {
      const causes = this.#faults.filter(({ time }) => time >= now - CAUSE_WINDOW).map(({ what }) => what)
      this.#outage = { start: now, causes }
    }
  }

  /** Availability up to now, 0..1; NaN before there is anything to judge. */
  soFar(now: Micros): number {
    const { before, during, after } = this.#available
    const { live, right } = this.#opinion
    const since = live === 0 ? 0 : (this.#measured(this.#since, now) * right) / live
    return (before + during + after + since) / this.#measured(this.#begin, now)
  }

  /** Ends the measurement. */
  finish(): {
    readonly shares: Shares
    readonly phases: Readonly<Partial<Record<Phase, number>>>
    readonly outages: readonly Outage[]
  } {
    this.#passTime(this.#end)
    this.#closeOutage(this.#end)
    const measured = Math.max(this.#end - this.#begin, 1)
    const available = this.#available
    const shares: Shares = {
      available: (available.before + available.during + available.after) / measured,
      agreed: this.#agreed / measured,
      leaderless: this.#leaderless / measured,
      splitBrain: this.#splitBrain / measured,
    }
    return { shares, phases: this.#sharesOfPhases(), outages: this.#outages.all() }
  }

  /** The share of availability in each part of the run. */
  #sharesOfPhases(): Readonly<Partial<Record<Phase, number>>> {
    const phases = (["before", "during", "after"] as const).filter(phase => this.#passed[phase] > 0)
    return Object.fromEntries(phases.map(phase => [phase, this.#available[phase] / this.#passed[phase]]))
  }

  #passTime(now: Micros): void {
    const span = this.#measured(this.#since, now)
    const phase = this.#phase
    this.#since = now
    this.#phase = this.#world.phase()
    if (span === 0) return
    const { live, right, leaders } = this.#opinion
    this.#passed[phase] += span
    if (live > 0) this.#available[phase] += (span * right) / live
    if (live > 0 && right === live) this.#agreed += span
    if (leaders === 0) this.#leaderless += span
    if (leaders > 1) this.#splitBrain += span
  }

  #closeOutage(now: Micros): void {
    const outage = this.#outage
    if (outage === null) return
    this.#outage = null
    if (this.#measured(outage.start, now) === 0) return
    const start = Math.max(outage.start, this.#begin)
    this.#outages.add({ start, end: Math.min(now, this.#end), cause: outage.causes.join("; ") })
  }

  /** The part of a span that lies within the measured time. */
  #measured(from: Micros, to: Micros): Micros {
    return Math.max(0, Math.min(to, this.#end) - Math.max(from, this.#begin))
  }
}
