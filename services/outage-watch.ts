/**
 * Outages: from the first arrival that was not served to the answer to the next that was. Arrivals are judged in the
 * order of arrival, not in the order in which they ended.
 */
import type { Micros } from "../runtime/contract/units.ts"

/** Stands in place of the time of an arrival's answer: it was not served. */
export const LOST = -2

export interface Span {
  readonly start: Micros
  readonly end: Micros
}

export class OutageWatch<Outage extends Span = Span> {
  readonly outages: Outage[] = []
  /** Arrivals judged so far. */
  arrivals = 0
  /** When the measured time ends: outages are clipped to it. */
  readonly #end: Micros
  /** Makes the outage of a span when it is closed. */
  readonly #outageOf: (span: Span) => Outage
  /** Beginning of the outage under way. */
  #outSince: Micros | undefined

  constructor(end: Micros, outageOf: (span: Span) => Outage) {
    this.#end = end
    this.#outageOf = outageOf
  }

  /** True during an outage. */
  get isOut(): boolean {
    return this.#outSince !== undefined
  }

  /** Judges the next arrival. @param answered {@link LOST} if it was not served */
  judge(begun: Micros, answered: Micros): void {
    this.arrivals++
    if (answered === LOST) this.#outSince ??= begun
    else if (this.#outSince !== undefined) this.#close(this.#outSince, answered)
  }

  /** The run is over, and with it the outage under way. */
  finish(now: Micros): void {
    if (this.#outSince !== undefined) this.#close(this.#outSince, now)
  }

  /** Overlapping outages are merged. */
  #close(start: Micros, until: Micros): void {
    this.#outSince = undefined
    const end = Math.min(until, this.#end)
    const last = this.outages.at(-1)
    if (last === undefined || last.end < start) this.outages.push(this.#outageOf({ start, end }))
    else this.outages[this.outages.length - 1] = { ...last, end: Math.max(last.end, end) }
  }
}
