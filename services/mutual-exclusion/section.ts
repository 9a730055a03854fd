/** Watches the critical section: who waits, who is in it, and whether that is as it must be. */
import { Histogram } from "../../runtime/histogram.ts"
import type { Verdict } from "../../runtime/service.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/units.ts"

/** One that waits. */
interface Waiting {
  readonly since: Micros
  /** Entries of all when it began to wait, or when a fault last forgave being overtaken. */
  entriesBefore: number
  /** Whether anyone else wanted in meanwhile. */
  contended: boolean
}

const HOLDS: Verdict = { verdict: "holds" }

/** What the section has seen of one entry. */
interface Entry {
  readonly who: number
  readonly timestamp: number
}

export class Section {
  readonly #starvation: number
  /** Whether one that waits could be overtaken for no other reason than unfairness. */
  readonly #reachEachOther: (a: number, b: number) => boolean
  readonly #waiting = new Map<number, Waiting>()
  readonly #inside = new Set<number>()
  readonly #entriesOf: number[]
  readonly #entryDelay = new Histogram()
  readonly #synchronisationDelay = new Histogram()
  #entries = 0
  #contended = 0
  #mostOvertaken = 0
  /** When the section became free for one that waits, or null. */
  #handedOverAt: Micros | null = null
  #latest: Entry | null = null
  #exclusion: Verdict = HOLDS
  #fairness: Verdict = HOLDS
  #order: Verdict = HOLDS

  constructor(requesters: number, starvation: number, reachEachOther: (a: number, b: number) => boolean) {
    this.#starvation = starvation
    this.#reachEachOther = reachEachOther
    this.#entriesOf = Array.from({ length: requesters }, () => 0)
  }

  /** One begins to wait. */
  requested(who: number, now: Micros): void {
    const contended = this.#waiting.size > 0 || this.#inside.size > 0
    if (contended) for (const other of this.#waiting.values()) other.contended = true
    this.#waiting.set(who, { since: now, entriesBefore: this.#entries, contended })
  }

  entered(who: number, timestamp: number | null, now: Micros): void {
    this.#judgeExclusion(who, now)
    if (timestamp !== null) this.#judgeOrder({ who, timestamp }, now)
    this.#measureWait(who, now)
    this.#inside.add(who)
    this.#entries++
    this.#entriesOf[who] = (this.#entriesOf[who] ?? 0) + 1
    this.#judgeFairness(who, now)
  }

  left(who: number, now: Micros): void {
    if (!this.#inside.delete(who)) return
    if (this.#waiting.size > 0) this.#handedOverAt = now
  }

  /** One is gone, waiting or inside: its node crashed. */
  vanished(who: number, now: Micros): void {
    this.#waiting.delete(who)
    this.left(who, now)
    this.#handedOverAt = null
  }

  /** Being overtaken because of a fault is not unfair. */
  faultOccurred(): void {
    for (const waiting of this.#waiting.values()) waiting.entriesBefore = this.#entries
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
      throughput: (this.#entries * SECOND) / span,
      contended: this.#contended / this.#entries,
      entry_delay: this.#entryDelay.mean / MILLISECOND,
      synchronisation_delay: this.#synchronisationDelay.mean / MILLISECOND,
      longest_synchronisation_delay: this.#synchronisationDelay.max / MILLISECOND,
      most_overtaken: this.#mostOvertaken,
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
    const inOrder =
      before.timestamp < entry.timestamp || (before.timestamp === entry.timestamp && before.who < entry.who)
    if (inOrder) return
    const witness = `${show(entry)} entered after ${show(before)}`
    this.#order = { verdict: "violated", at: now, witness }
  }

  #measureWait(who: number, now: Micros): void {
    const waited = this.#waiting.get(who)
    this.#waiting.delete(who)
    if (this.#handedOverAt !== null) this.#synchronisationDelay.record(now - this.#handedOverAt)
    this.#handedOverAt = null
    if (waited === undefined) return
    this.#mostOvertaken = Math.max(this.#mostOvertaken, this.#entries - waited.entriesBefore)
    if (waited.contended) this.#contended++
    else this.#entryDelay.record(now - waited.since)
  }

  /** Whoever has waited longest has been overtaken most: it is enough to look at the first. */
  #judgeFairness(who: number, now: Micros): void {
    const [first] = this.#waiting
    if (first === undefined || this.#fairness.verdict === "violated") return
    const [starved, { since, entriesBefore }] = first
    const overtaken = this.#entries - entriesBefore
    if (overtaken < this.#starvation || !this.#reachEachOther(starved, who)) return
    const witness = `${starved} has waited since ${since} us while others were granted ${overtaken} times`
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
