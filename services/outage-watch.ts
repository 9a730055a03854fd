/**
 * Times in which arrivals are not served, in the order in which they came: from the first that was not to the answer of the next
 * that was. So judges the ledger, too (`ledger.ts`), which also knows causes, latencies and phases; this is for what is asked of every
 * operation once more.
 */
import type { Micros } from "../runtime/contract/units.ts"

/** States of an arrival that has no time of success: not ended yet, or not served. */
const PENDING = -1
const LOST = -2

/** Arrivals that there is room for at first: arrays of 64 bytes lie in the engine's heap, where they cost a tenth of larger ones. */
const FEW = 8

export interface Span {
  readonly start: Micros
  readonly end: Micros
}

export class OutageWatch {
  readonly outages: Span[] = []
  /** When the measured time ends: outages are clipped to it. */
  readonly #end: Micros
  arrivals = 0
  /** Arrivals not judged yet, in a ring: when they began, and when they were answered (or PENDING, LOST). */
  #begun = new Float64Array(FEW)
  #answered = new Float64Array(FEW)
  #judged = 0
  /** Beginning of the outage under way. */
  #outSince: Micros | undefined

  constructor(end: Micros) {
    this.#end = end
  }

  /** One that has seen the same, and will see other things. */
  copy(): OutageWatch {
    const copy = new OutageWatch(this.#end)
    copy.outages.push(...this.outages)
    copy.arrivals = this.arrivals
    copy.#begun = this.#begun.slice()
    copy.#answered = this.#answered.slice()
    copy.#judged = this.#judged
    copy.#outSince = this.#outSince
    return copy
  }

  /** Something is asked for. @returns its number, for {@link end} */
  begin(now: Micros): number {
    const arrival = this.arrivals++
    if (arrival - this.#judged === this.#begun.length) this.#grow()
    const place = arrival & (this.#begun.length - 1)
    this.#begun[place] = now
    this.#answered[place] = PENDING
    return arrival
  }

  end(arrival: number, isServed: boolean, now: Micros): void {
    this.#answered[arrival & (this.#begun.length - 1)] = isServed ? now : LOST
    if (arrival === this.#judged) this.#judge()
  }

  /** The run is over: what has not ended was not served. */
  finish(now: Micros): void {
    for (let arrival = this.#judged; arrival < this.arrivals; arrival++) {
      const place = arrival & (this.#begun.length - 1)
      if (this.#answered[place] === PENDING) this.#answered[place] = LOST
    }
    this.#judge()
    if (this.#outSince !== undefined) this.#close(this.#outSince, now)
  }

  #judge(): void {
    for (; this.#judged < this.arrivals; this.#judged++) {
      const place = this.#judged & (this.#begun.length - 1)
      const answered = this.#answered[place]!
      if (answered === PENDING) return
      if (answered === LOST) this.#outSince ??= this.#begun[place]!
      else if (this.#outSince !== undefined) this.#close(this.#outSince, answered)
    }
  }

  /** Outages that overlap are one. */
  #close(start: Micros, until: Micros): void {
    this.#outSince = undefined
    const end = Math.min(until, this.#end)
    const last = this.outages.at(-1)
    if (last === undefined || last.end < start) this.outages.push({ start, end })
    else this.outages[this.outages.length - 1] = { start: last.start, end: Math.max(last.end, end) }
  }

  #grow(): void {
    const size = this.#begun.length
    const begun = new Float64Array(2 * size)
    const answered = new Float64Array(2 * size)
    for (let arrival = this.#judged; arrival < this.#judged + size; arrival++) {
      begun[arrival & (2 * size - 1)] = this.#begun[arrival & (size - 1)]!
      answered[arrival & (2 * size - 1)] = this.#answered[arrival & (size - 1)]!
    }
    this.#begun = begun
    this.#answered = answered
  }
}
