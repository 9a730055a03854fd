/**
 * The ledger of operations: how each ended, how long it took, and when the service was out.
 *
 * Availability is judged by arrival: an operation counts as begun when it arrives, and is judged by how it ends. An
 * outage lasts from the arrival of the first operation that did not end well, in the order of arrivals, to the next
 * success: the answer to the first later arrival that ended well. Outages that overlap are one.
 *
 * Operations in flight when the measured time ends are waited for, and their outcomes count. Times are clipped to the
 * measured time: time in flight, time without a success and outages after it do not count, and an operation that ends
 * after it adds nothing to the throughput.
 *
 * The latency of an operation that does not succeed is censored: longer than the deadline.
 */
import { LOST, OutageWatch } from "./outage-watch.ts"
import { Histogram } from "../runtime/lib/histogram.ts"
import type { Ending, Outage, Phase, ServiceOutcome, SoFar } from "../runtime/contract/service.ts"
import { type Micros, SECOND } from "../runtime/contract/units.ts"

/** The part of an outcome that a ledger knows. */
type LedgerOutcome = Omit<ServiceOutcome, "latencyByKind" | "latencyByGroup" | "leaderless" | "verdicts" | "figures">

interface FaultStruck {
  readonly at: Micros
  readonly what: string
}

/** Stands, like {@link LOST}, in place of the time of an arrival's success: it has not ended yet. */
const PENDING = -1

/** The parts of a run, in their order. */
const PHASES = ["before", "during", "after"] as const satisfies readonly Phase[]

/**
 * The initial share of the measured time, in which the number of operations in flight is still rising to its usual
 * level.
 */
const FILLING = 0.1

/**
 * The initial capacity, in arrivals: arrays of up to 64 bytes lie in the engine's heap, at a tenth of the cost of
 * larger ones.
 */
const FEW = 8

/** The bits of an arrival's mark that hold its phase. */
const PHASE_BITS = 2
const PHASE_MASK = (1 << PHASE_BITS) - 1

/** Receives all arrivals in their order, once the outcome of each is known. */
export interface Judges {
  /** @param kind the kind of the arrival @param answered {@link LOST} if it did not succeed */
  judge(kind: number, begun: Micros, answered: Micros): void
}

/** The part of a run's world that a ledger needs. */
export interface LedgerTimes {
  /** When clients begin, and with them the measured time. */
  readonly warmup: Micros
  /** The end of the measured time; no operation begins later. */
  readonly end: Micros
  phase(): Phase
}

export class Ledger {
  /** An operation ends at most this long after it began. */
  readonly deadline: Micros
  readonly #world: LedgerTimes
  /** When the measured time ends. */
  readonly #end: Micros
  /** Of all operations, in microseconds. */
  readonly latency = new Histogram()
  readonly counts = { attempted: 0, ok: 0, failed: 0, unknown: 0 }
  /** Operations that ended well within the measured time. */
  completed = 0
  readonly #watch: OutageWatch<Outage>
  /** The longest time without a success. */
  longestGap: Micros = 0
  /** Time in flight of all operations together: divided by the measured time, how many were in flight on average. */
  timeInFlight: Micros = 0
  /** The same in each of two equal spans, which leave out the beginning. */
  readonly #timeInFlightIn: [early: Micros, late: Micros] = [0, 0]
  readonly #spans: readonly [early: Micros, late: Micros]
  /** Operations begun in each phase, and the number of them that succeeded. */
  readonly #begunIn = new Float64Array(PHASES.length)
  readonly #okIn = new Float64Array(PHASES.length)
  #lastSuccess: Micros
  /** Arrivals not judged yet, in a ring: the time of each, and of its success (or PENDING, LOST). */
  #begun = new Float64Array(FEW)
  #answered = new Float64Array(FEW)
  /** The phase in which each of them began, in two bits, and above them its kind. */
  #marks = new Uint8Array(FEW)
  #judged = 0
  readonly #judges: Judges | null
  #faults: FaultStruck[] = []

  /**
   * @param deadline an operation ends at most this long after it began
   * @param judges who judges operations by their kind as well
   */
  constructor(world: LedgerTimes, deadline: Micros, judges: Judges | null = null) {
    const { warmup, end } = world
    this.#judges = judges
    this.#watch = new OutageWatch(end, span => ({ ...span, cause: this.#causeOf(span.start) }))
    this.deadline = deadline
    this.#world = world
    this.#end = end
    this.#lastSuccess = warmup
    const from = warmup + FILLING * (end - warmup)
    this.#spans = [from, (from + end) / 2]
  }

  /** The times in which the service was out, as far as arrivals have been judged. */
  get outages(): readonly Outage[] {
    return this.#watch.outages
  }

  /** An operation arrives. @param kind a number below 64 @returns its number, for {@link end} */
  begin(now: Micros, kind = 0): number {
    const arrival = this.counts.attempted++
    if (arrival - this.#judged === this.#begun.length) this.#grow()
    const place = arrival & (this.#begun.length - 1)
    this.#begun[place] = now
    this.#answered[place] = PENDING
    const phase = indexOf(this.#world.phase())
    this.#marks[place] = phase | (kind << PHASE_BITS)
    this.#begunIn[phase]!++
    return arrival
  }

  /**
   * An operation ends. Its latency goes to `latency`.
   *
   * @param kind the kind it turned out to be; default: the one it began with
   * @returns how long it took
   */
  end(arrival: number, ending: Ending, now: Micros, latency: Histogram = this.latency, kind?: number): Micros {
    this.counts[ending]++
    const place = arrival & (this.#begun.length - 1)
    const phase = this.#marks[place]! & PHASE_MASK
    if (kind !== undefined) this.#marks[place] = phase | (kind << PHASE_BITS)
    this.#answered[place] = ending === "ok" ? now : LOST
    const begun = this.#begun[place]!
    const clipped = Math.min(now, this.#end)
    this.#wasInFlight(begun, clipped)
    if (ending !== "ok") latency.recordOver()
    else {
      latency.record(now - begun)
      this.#okIn[phase]!++
      if (now <= this.#end) this.completed++
      this.longestGap = Math.max(this.longestGap, clipped - this.#lastSuccess)
      this.#lastSuccess = now
    }
    if (arrival === this.#judged) this.#judgeEnded()
    return now - begun
  }

  faultOccurred(what: string, now: Micros): void {
    const past = now - 4 * this.deadline
    if (!this.#watch.isOut) this.#faults = this.#faults.filter(({ at }) => at >= past)
    this.#faults.push({ at: now, what })
  }

  /** The share of operations begun that succeeded; 1 if none was begun. */
  get availability(): number {
    return this.counts.attempted === 0 ? 1 : this.counts.ok / this.counts.attempted
  }

  /** The operations that have ended by now, and their availability. */
  get soFar(): Pick<SoFar, "availability" | "ended" | "ok"> {
    const { ok, failed, unknown } = this.counts
    const ended = ok + failed + unknown
    return { availability: ok / ended, ended, ok }
  }

  /** The same of the operations that began in each phase. */
  get phases(): Readonly<Partial<Record<Phase, number>>> {
    const begun = PHASES.filter((_, phase) => this.#begunIn[phase]! > 0)
    return Object.fromEntries(
      begun.map(phase => [phase, this.#okIn[PHASES.indexOf(phase)]! / this.#begunIn[PHASES.indexOf(phase)]!]),
    )
  }

  /** Operations in flight, on average over each of the two spans. */
  get inFlight(): { readonly early: number; readonly late: number } {
    const [from, middle] = this.#spans
    const [early, late] = this.#timeInFlightIn
    return { early: early / (middle - from), late: late / (this.#end - middle) }
  }

  /**
   * The ledger's part of a service's outcome; call {@link finish} before. @param isOpenLoop whether load may pile up
   */
  outcome(isOpenLoop: boolean): LedgerOutcome {
    const { counts, completed, availability, phases, deadline, inFlight, latency, outages } = this
    const shared = { ...counts, completed, availability, phases, deadline, latency, outages }
    return isOpenLoop ? { ...shared, inFlight } : shared
  }

  /** The figures of the load, which all services with a ledger have. */
  loadFigures(measured: Micros): { readonly offered: number; readonly in_flight: number } {
    return { offered: (this.counts.attempted * SECOND) / measured, in_flight: this.timeInFlight / measured }
  }

  /** Ends an outage under way, when the run is over at `end`; operations still in flight count as lost. */
  finish(end: Micros): void {
    const now = Math.min(end, this.#end)
    for (let arrival = this.#judged; arrival < this.counts.attempted; arrival++) {
      const place = arrival & (this.#begun.length - 1)
      if (this.#answered[place] !== PENDING) continue
      this.#answered[place] = LOST
      this.counts.unknown++
      this.latency.recordOver()
      this.#wasInFlight(this.#begun[place]!, now)
    }
    this.#judgeEnded()
    this.longestGap = Math.max(this.longestGap, now - this.#lastSuccess)
    this.#watch.finish(now)
  }

  /** An operation was in flight for a span of the measured time. */
  #wasInFlight(since: Micros, until: Micros): void {
    const [from, middle] = this.#spans
    this.timeInFlight += until - since
    this.#timeInFlightIn[0] += Math.max(0, Math.min(until, middle) - Math.max(since, from))
    this.#timeInFlightIn[1] += Math.max(0, until - Math.max(since, middle))
  }

  /** Judges arrivals in their order, up to the first that has not ended. */
  #judgeEnded(): void {
    for (; this.#judged < this.counts.attempted; this.#judged++) {
      const place = this.#judged & (this.#begun.length - 1)
      const answered = this.#answered[place]!
      if (answered === PENDING) return
      const begun = this.#begun[place]!
      this.#watch.judge(begun, answered)
      if (this.#judges !== null) this.#judges.judge(this.#marks[place]! >> PHASE_BITS, begun, answered)
    }
  }

  /** The faults within one deadline before the outage, or else the first ones within one deadline after its start. */
  #causeOf(start: Micros): string {
    const between = (from: Micros, to: Micros) => this.#faults.filter(({ at }) => at >= from && at <= to)
    const before = between(start - this.deadline, start)
    const faults = before.length > 0 ? before : between(start, start + this.deadline)
    return faults.map(({ what }) => what).join("; ")
  }

  #grow(): void {
    const size = this.#begun.length
    const begun = new Float64Array(2 * size)
    const answered = new Float64Array(2 * size)
    const marks = new Uint8Array(2 * size)
    for (let arrival = this.#judged; arrival < this.#judged + size; arrival++) {
      begun[arrival & (2 * size - 1)] = this.#begun[arrival & (size - 1)]!
      answered[arrival & (2 * size - 1)] = this.#answered[arrival & (size - 1)]!
      marks[arrival & (2 * size - 1)] = this.#marks[arrival & (size - 1)]!
    }
    this.#begun = begun
    this.#answered = answered
    this.#marks = marks
  }
}

/** The phase's place in {@link PHASES}. Called for every operation, so it does not search the list. */
function indexOf(phase: Phase): number {
  return phase === "before" ? 0 : phase === "during" ? 1 : 2
}
