/**
 * Watches the critical section: feeds its checks, and measures waits, stays and fairness.
 *
 * A wait lasts from a request to its entry, even if the operation behind it has timed out. A wait is *bypassed* by each
 * entry whose request was made later.
 */
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Verdict } from "../../runtime/contract/service.ts"
import { MILLISECOND, type Micros, SECOND } from "../../runtime/contract/units.ts"
import { mutualExclusion } from "./checks/mutual-exclusion.ts"
import { servedAfterDeath } from "./checks/served-after-death.ts"
import { noStaleWrites } from "./checks/no-stale-writes.ts"
import { noStarvation } from "./checks/no-starvation.ts"
import { timestampOrder } from "./checks/timestamp-order.ts"
import type { SectionContext, SectionEvent } from "./events.ts"
import { add, remove, takeOut } from "./lists.ts"

/** The checks, in the order in which they are listed. */
export const checks = [mutualExclusion, noStarvation, timestampOrder, servedAfterDeath, noStaleWrites] as const

/** The state of each check. */
function initialStates(context: SectionContext) {
  return {
    exclusion: mutualExclusion.initial(context),
    starvation: noStarvation.initial(context),
    order: timestampOrder.initial(context),
    afterDeath: servedAfterDeath.initial(context),
    writes: noStaleWrites.initial(context),
  }
}

/** A waiting requester. */
interface Waiting {
  readonly who: number
  readonly since: Micros
  /** Total entries when it began to wait, or at the last fault: overtaking before a fault is forgiven. */
  entriesBefore: number
  /** True if another one waited meanwhile. */
  contended: boolean
  /** Entries meanwhile of others that had asked later. */
  bypasses: number
}

export class Section {
  readonly #context: SectionContext
  readonly #states: ReturnType<typeof initialStates>
  /** When the measured time ends. */
  readonly #end: Micros
  /** In the order in which they asked. */
  readonly #waiting: Waiting[] = []
  readonly #inside: number[] = []
  readonly #entriesOf: number[]
  readonly #entryDelay = new Histogram()
  readonly #synchronisationDelay = new Histogram()
  /** Waits that ended with an entry, and the sum of their squares. */
  readonly #waits = new Histogram()
  #squaredWaits = 0
  /** Bypasses of these waits in total. */
  #bypasses = 0
  #mostBypassed = 0
  #entries = 0
  #entriesInTime = 0
  #contended = 0
  #mostOvertaken = 0
  /** When the section became free while somebody was waiting, or null. */
  #handedOverAt: Micros | null = null

  /** @param end when the measured time ends: later entries do not add to the throughput */
  constructor(requesters: number, context: SectionContext, end = Infinity) {
    this.#context = context
    this.#states = initialStates(context)
    this.#end = end
    this.#entriesOf = Array.from({ length: requesters }, () => 0)
  }

  observe(event: SectionEvent): void {
    this.#check(event)
    switch (event.type) {
      case "requested":
        return this.#requested(event.who, event.at)
      case "entered":
        return this.#entered(event.who, event.at)
      case "left":
        return this.#left(event.who, event.at)
      case "vanished":
        return this.#vanished(event.who, event.at)
      case "fault":
        return this.#forgive()
      case "wrote":
      case "died":
      case "finished":
    }
  }

  /** Calls the checks by name: a loop over them would cost more per message than the checks themselves. */
  #check(event: SectionEvent): void {
    const { exclusion, starvation, order, afterDeath, writes } = this.#states
    mutualExclusion.observe(exclusion, event, this.#context)
    noStarvation.observe(starvation, event, this.#context)
    timestampOrder.observe(order, event, this.#context)
    servedAfterDeath.observe(afterDeath, event, this.#context)
    noStaleWrites.observe(writes, event, this.#context)
  }

  verdicts(): Record<string, Verdict> {
    const { exclusion, starvation, order, afterDeath, writes } = this.#states
    return {
      [mutualExclusion.name]: mutualExclusion.verdict(exclusion, this.#context),
      [noStarvation.name]: noStarvation.verdict(starvation, this.#context),
      [timestampOrder.name]: timestampOrder.verdict(order, this.#context),
      [servedAfterDeath.name]: servedAfterDeath.verdict(afterDeath, this.#context),
      [noStaleWrites.name]: noStaleWrites.verdict(writes, this.#context),
    }
  }

  /** @param span length of the measured time */
  figures(span: Micros): Record<string, number> {
    const { afterDeath } = this.#states
    return {
      entries: this.#entries,
      throughput: (this.#entriesInTime * SECOND) / span,
      contended: this.#contended / this.#entries,
      entry_delay: this.#entryDelay.mean / MILLISECOND,
      synchronisation_delay: this.#synchronisationDelay.mean / MILLISECOND,
      longest_synchronisation_delay: this.#synchronisationDelay.max / MILLISECOND,
      most_overtaken: this.#mostOvertakenYet,
      fairness: jainsIndex(this.#entriesOf),
      wait_variation: this.#waitVariation,
      wait_tail: this.#waits.percentile(0.95) / this.#waits.percentile(0.5),
      bypasses: this.#bypasses / this.#waits.count,
      most_bypassed: this.#mostBypassed,
      blocked_by_dead: afterDeath.deaths === 0 ? Number.NaN : afterDeath.longest / MILLISECOND,
    }
  }

  #requested(who: number, now: Micros): void {
    const contended = this.#waiting.length > 0 || this.#inside.length > 0
    // If several wait already, all of them are marked as contended.
    if (this.#waiting.length === 1) this.#waiting[0]!.contended = true
    this.#waiting.push({ who, since: now, entriesBefore: this.#entries, contended, bypasses: 0 })
  }

  #entered(who: number, now: Micros): void {
    this.#measureWait(who, now)
    add(this.#inside, who)
    this.#entries++
    if (now <= this.#end) this.#entriesInTime++
    this.#entriesOf[who] = (this.#entriesOf[who] ?? 0) + 1
  }

  #left(who: number, now: Micros): void {
    if (!remove(this.#inside, who)) return
    if (this.#waiting.length > 0) this.#handedOverAt = now
  }

  #vanished(who: number, now: Micros): void {
    this.#endWait(who)
    this.#left(who, now)
    this.#handedOverAt = null
  }

  /** Being overtaken because of a fault is not unfair. */
  #forgive(): void {
    this.#mostOvertaken = this.#mostOvertakenYet
    for (const waiting of this.#waiting) waiting.entriesBefore = this.#entries
    this.#handedOverAt = null
  }

  #measureWait(who: number, now: Micros): void {
    const waited = this.#endWait(who)
    if (this.#handedOverAt !== null) this.#synchronisationDelay.record(now - this.#handedOverAt)
    this.#handedOverAt = null
    if (waited === undefined) return
    const wait = now - waited.since
    if (waited.contended) this.#contended++
    else this.#entryDelay.record(wait)
    this.#waits.record(wait)
    this.#squaredWaits += wait * wait
    this.#bypasses += waited.bypasses
    this.#bypass(waited.since)
  }

  /** A requester that asked at `since` enters: those that asked before are bypassed. */
  #bypass(since: Micros): void {
    for (const waiting of this.#waiting) {
      // In the order in which they asked.
      if (waiting.since >= since) return
      waiting.bypasses++
      this.#mostBypassed = Math.max(this.#mostBypassed, waiting.bypasses)
    }
  }

  /** The coefficient of variation of the waits: their standard deviation per mean. */
  get #waitVariation(): number {
    const { count, mean } = this.#waits
    const variance = this.#squaredWaits / count - mean * mean
    return Math.sqrt(Math.max(0, variance)) / mean
  }

  #endWait(who: number): Waiting | undefined {
    const waited = takeOut(this.#waiting, who)
    if (waited === undefined) return undefined
    this.#mostOvertaken = Math.max(this.#mostOvertaken, this.#entries - waited.entriesBefore)
    return waited
  }

  /** Includes waits under way. The longest wait has been overtaken most. */
  get #mostOvertakenYet(): number {
    const [first] = this.#waiting
    return Math.max(this.#mostOvertaken, first === undefined ? 0 : this.#entries - first.entriesBefore)
  }
}

/** Jain's fairness index, (sum x)^2 / (k sum x^2); NaN if there was no entry. */
export function jainsIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0)
  const squares = shares.reduce((total, share) => total + share * share, 0)
  return (sum * sum) / (shares.length * squares)
}
