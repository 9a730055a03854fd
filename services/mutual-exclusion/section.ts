/** Watches the critical section: who waits, who is in it, and whether that is as it must be. */
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import { formatDuration, MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"

/** One that waits. */
interface Waiting {
  readonly since: Micros
  /** Entries of all when it began to wait, or when a fault last forgave being overtaken. */
  entriesBefore: number
  /** Entries since then that it could do nothing about: it does not reach whoever entered, or is not reached. */
  excused: number
  /** Whether anyone else wanted in meanwhile. */
  contended: boolean
}

const HOLDS: Verdict = { verdict: "holds" }

/** Whether one that waits can have been overtaken for no other reason than unfairness. */
export type Overtaking = (waits: number, entered: number) => boolean

/** What the section has seen of one entry. */
interface Entry {
  readonly who: number
  readonly timestamp: number
}

export class Section {
  readonly #starvation: number
  readonly #isUnfair: Overtaking | null
  /** When the measured time ends. */
  readonly #end: Micros
  readonly #waiting = new Map<number, Waiting>()
  readonly #inside = new Set<number>()
  readonly #entriesOf: number[]
  readonly #entryDelay = new Histogram()
  readonly #synchronisationDelay = new Histogram()
  #entries = 0
  #entriesInTime = 0
  #contended = 0
  #mostOvertaken = 0
  /** When the section became free for one that waits, or null. */
  #handedOverAt: Micros | null = null
  #latest: Entry | null = null
  #exclusion: Verdict = HOLDS
  #fairness: Verdict = HOLDS
  #order: Verdict = HOLDS

  /**
   * @param isUnfair null: always
   * @param end when the measured time ends: later entries do not add to the throughput
   */
  constructor(requesters: number, starvation: number, isUnfair: Overtaking | null, end = Infinity) {
    this.#end = end
    this.#starvation = starvation
    this.#isUnfair = isUnfair
    this.#entriesOf = Array.from({ length: requesters }, () => 0)
  }

  /** One begins to wait. */
  requested(who: number, now: Micros): void {
    const contended = this.#waiting.size > 0 || this.#inside.size > 0
    // Where several wait already, all of them know of each other.
    if (this.#waiting.size === 1) for (const other of this.#waiting.values()) other.contended = true
    this.#waiting.set(who, { since: now, entriesBefore: this.#entries, excused: 0, contended })
  }

  entered(who: number, timestamp: number | null, now: Micros): void {
    this.#judgeExclusion(who, now)
    if (timestamp !== null) this.#judgeOrder({ who, timestamp }, now)
    this.#measureWait(who, now)
    this.#inside.add(who)
    this.#entries++
    if (now <= this.#end) this.#entriesInTime++
    this.#entriesOf[who] = (this.#entriesOf[who] ?? 0) + 1
    this.#judgeFairness(who, now)
  }

  left(who: number, now: Micros): void {
    if (!this.#inside.delete(who)) return
    if (this.#waiting.size > 0) this.#handedOverAt = now
  }

  /** One is gone, waiting or inside: its node crashed. */
  vanished(who: number, now: Micros): void {
    this.#endWait(who)
    this.left(who, now)
    this.#handedOverAt = null
  }

  /** Being overtaken because of a fault is not unfair. */
  faultOccurred(): void {
    this.#mostOvertaken = this.#mostOvertakenYet
    for (const waiting of this.#waiting.values()) {
      waiting.entriesBefore = this.#entries
      waiting.excused = 0
    }
    this.#handedOverAt = null
  }

  verdicts(): Record<string, Verdict> {
    return {
      "mutual-exclusion": this.#exclusion,
      "no-starvation": this.#fairness,
      "timestamp-order": this.#order,
    }
  }

  /** @param span length of the measured time */
  figures(span: Micros): Record<string, number> {
    return {
      entries: this.#entries,
      throughput: (this.#entriesInTime * SECOND) / span,
      contended: this.#contended / this.#entries,
      entry_delay: this.#entryDelay.mean / MILLISECOND,
      synchronisation_delay: this.#synchronisationDelay.mean / MILLISECOND,
      longest_synchronisation_delay: this.#synchronisationDelay.max / MILLISECOND,
      most_overtaken: this.#mostOvertakenYet,
      fairness: jainsIndex(this.#entriesOf),
    }
  }

  #judgeExclusion(who: number, now: Micros): void {
    if (this.#inside.size === 0 || this.#exclusion.verdict === "violated") return
    const [other] = this.#inside
    const witness =
      other === who
        ? `${who} entered again before it left`
        : `${who} entered while ${other} was in the critical section`
    this.#exclusion = { verdict: "violated", at: now, witness }
  }

  #judgeOrder(entry: Entry, now: Micros): void {
    const before = this.#latest
    this.#latest = entry
    if (before === null || this.#order.verdict === "violated") return
    // One and the same may enter twice in a row by one timestamp: a clock need not tick for requests of its own node.
    const inOrder =
      before.timestamp < entry.timestamp || (before.timestamp === entry.timestamp && before.who <= entry.who)
    if (inOrder) return
    const witness = `${show(entry)} entered after ${show(before)}`
    this.#order = { verdict: "violated", at: now, witness }
  }

  #measureWait(who: number, now: Micros): void {
    const waited = this.#endWait(who)
    if (this.#handedOverAt !== null) this.#synchronisationDelay.record(now - this.#handedOverAt)
    this.#handedOverAt = null
    if (waited === undefined) return
    if (waited.contended) this.#contended++
    else this.#entryDelay.record(now - waited.since)
  }

  #endWait(who: number): Waiting | undefined {
    const waited = this.#waiting.get(who)
    if (waited === undefined) return undefined
    this.#waiting.delete(who)
    this.#mostOvertaken = Math.max(this.#mostOvertaken, this.#entries - waited.entriesBefore)
    return waited
  }

  /** Waits under way included. Whoever has waited longest has been overtaken most. */
  get #mostOvertakenYet(): number {
    const [first] = this.#waiting.values()
    return Math.max(this.#mostOvertaken, first === undefined ? 0 : this.#entries - first.entriesBefore)
  }

  #judgeFairness(who: number, now: Micros): void {
    for (const [waits, waiting] of this.#waiting) {
      if (this.#isUnfair !== null && !this.#isUnfair(waits, who)) waiting.excused++
      const overtaken = this.#entries - waiting.entriesBefore - waiting.excused
      if (overtaken >= this.#starvation) this.#starved(waits, waiting.since, overtaken, now)
      // Whoever began to wait later has been overtaken less, unless that was excused.
      else if (this.#isUnfair === null) return
    }
  }

  #starved(who: number, since: Micros, times: number, now: Micros): void {
    if (this.#fairness.verdict === "violated") return
    const witness = `${who} has waited since ${formatDuration(since)} while others were granted ${times} times`
    this.#fairness = { verdict: "violated", at: now, witness }
  }
}

function show({ who, timestamp }: Entry): string {
  return `${who} with timestamp ${timestamp}`
}

/** Jain's fairness index, (sum x)^2 / (k sum x^2); NaN if there was no entry. */
export function jainsIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0)
  const squares = shares.reduce((total, share) => total + share * share, 0)
  return (sum * sum) / (shares.length * squares)
}
