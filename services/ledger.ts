/**
 * The ledger of operations: how each ended, how long it took, and when the service was out.
 *
 * Availability is judged by arrival: an operation counts as begun when it arrives, and what matters is how it ends.
 * An outage lasts from the arrival of the first operation that did not end well, in the order of arrivals, to the
 * next success: the answer to the first later arrival that ended well. Outages that overlap are one.
 *
 * Operations that are under way when the measured time ends are waited for, and how they end counts; but time is clipped
 * to the measured time: what is spent in flight, without a success or in an outage after it counts for nothing, nor does
 * an operation that ends after it add to the throughput.
 */
import { Histogram } from "../runtime/histogram.ts"
import type { Outage } from "../runtime/service.ts"
import type { Micros } from "../runtime/units.ts"

/** How an operation ended: `failed` if it surely did not and will not happen, `unknown` if nobody can tell. */
export type Ending = "ok" | "failed" | "unknown"

interface FaultStruck {
  readonly at: Micros
  readonly what: string
}

/** How an arrival stands, where it has no time of success: not ended yet, or not ended well. */
const PENDING = -1
const LOST = -2

export class Ledger {
  readonly #deadline: Micros
  /** When the measured time ends. */
  readonly #end: Micros
  /** Of operations that ended well, in microseconds. */
  readonly latency = new Histogram()
  readonly counts = { attempted: 0, ok: 0, failed: 0, unknown: 0 }
  /** Operations that ended well within the measured time. */
  completed = 0
  readonly outages: Outage[] = []
  /** The longest time without a success. */
  longestGap: Micros = 0
  /** Time in flight of all operations together: divided by the measured time, how many were in flight on average. */
  timeInFlight: Micros = 0
  #lastSuccess: Micros
  /** Arrivals not judged yet, in a ring: when they began, and when they were answered (or PENDING, LOST). */
  #begun = new Float64Array(64)
  #answered = new Float64Array(64)
  #judged = 0
  /** Beginning of the outage under way. */
  #outSince: Micros | undefined
  #faults: FaultStruck[] = []

  /**
   * @param start when clients begin, and the measured time
   * @param deadline an operation ends at most this long after it began
   * @param end when the measured time ends; no operation begins later
   */
  constructor(start: Micros, deadline: Micros, end: Micros) {
    this.#deadline = deadline
    this.#end = end
    this.#lastSuccess = start
  }

  /** An operation arrives. Returns its number, for {@link end}. */
  begin(now: Micros): number {
    const arrival = this.counts.attempted++
    if (arrival - this.#judged === this.#begun.length) this.#grow()
    const place = arrival & (this.#begun.length - 1)
    this.#begun[place] = now
    this.#answered[place] = PENDING
    return arrival
  }

  /** An operation ends. Its latency, if it ended well, goes to `latency`. @returns how long it took */
  end(arrival: number, ending: Ending, now: Micros, latency: Histogram = this.latency): Micros {
    this.counts[ending]++
    const place = arrival & (this.#begun.length - 1)
    this.#answered[place] = ending === "ok" ? now : LOST
    const begun = this.#begun[place]!
    const clipped = Math.min(now, this.#end)
    this.timeInFlight += clipped - begun
    if (ending === "ok") {
      latency.record(now - begun)
      if (now <= this.#end) this.completed++
      this.longestGap = Math.max(this.longestGap, clipped - this.#lastSuccess)
      this.#lastSuccess = now
    }
    if (arrival === this.#judged) this.#judge()
    return now - begun
  }

  faultOccurred(what: string, now: Micros): void {
    const past = now - 4 * this.#deadline
    if (this.#outSince === undefined) this.#faults = this.#faults.filter(({ at }) => at >= past)
    this.#faults.push({ at: now, what })
  }

  /** Share of the operations begun that ended well; 1 if none was begun. */
  get availability(): number {
    return this.counts.attempted === 0 ? 1 : this.counts.ok / this.counts.attempted
  }

  /** Ends an outage under way, when the run is over at `end`; operations still in flight count as lost. */
  finish(end: Micros): void {
    const now = Math.min(end, this.#end)
    for (let arrival = this.#judged; arrival < this.counts.attempted; arrival++) {
      const place = arrival & (this.#begun.length - 1)
      if (this.#answered[place] !== PENDING) continue
      this.#answered[place] = LOST
      this.counts.unknown++
      this.timeInFlight += now - this.#begun[place]!
    }
    this.#judge()
    this.longestGap = Math.max(this.longestGap, now - this.#lastSuccess)
    if (this.#outSince !== undefined) this.#closeOutage(this.#outSince, now)
  }

  /** Looks at the arrivals in their order, as far as their ends are known. */
  #judge(): void {
    while (this.#judged < this.counts.attempted) {
      const place = this.#judged & (this.#begun.length - 1)
      const answered = this.#answered[place]!
      if (answered === PENDING) return
      if (answered === LOST) this.#outSince ??= this.#begun[place]!
      else if (this.#outSince !== undefined) this.#closeOutage(this.#outSince, Math.min(answered, this.#end))
      this.#judged++
    }
  }

  #closeOutage(start: Micros, end: Micros): void {
    this.#outSince = undefined
    const last = this.outages.at(-1)
    if (last === undefined || last.end < start) this.outages.push({ start, end, cause: this.#causeOf(start) })
    else this.outages[this.outages.length - 1] = { ...last, end: Math.max(last.end, end) }
  }

  /** The faults within one deadline before the outage, or else the first ones within one deadline after its start. */
  #causeOf(start: Micros): string {
    const between = (from: Micros, to: Micros) => this.#faults.filter(({ at }) => at >= from && at <= to)
    const before = between(start - this.#deadline, start)
    const faults = before.length > 0 ? before : between(start, start + this.#deadline)
    return faults.map(({ what }) => what).join("; ")
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
