/**
 * The levels at which a store was served over time, as its clients saw it: all of it, reads alone, writes alone, reads of which
 * some were stale, or nothing.
 *
 * Reads and writes are judged apart, each as the ledger judges operations: out from the first arrival that was not served to the
 * next success. Where only one of the two is ever asked for, the other is served whenever that one is.
 */
import type { Ending, LevelSpan } from "../runtime/contract/service.ts"
import type { Micros } from "../runtime/contract/units.ts"
import { Freshness, type KeyHistory } from "./freshness.ts"
import { OutageWatch, type Span } from "./outage-watch.ts"

/** The part of what a service keeps of an operation under way that levels need. */
export interface Started {
  readonly at: Micros
  /** The writes of its key. */
  readonly history: KeyHistory
  /** The floor of these as it began: values written before are stale to it (`freshness.ts`). */
  readonly floor: Micros
  /** Its number among reads, or among writes. */
  readonly ofItsKind: number
}

/** The value that an operation left at its key, or found there; undefined: nobody can tell. */
export type Seen = string | null | undefined

export class ServiceLevels {
  readonly #reads: OutageWatch
  readonly #writes: OutageWatch
  /** Reads once more: a stale one is none that was served. Null until there is one. */
  #fresh: OutageWatch | null = null
  readonly #freshness = new Freshness()
  /** Reads that were answered from the past. */
  staleReads = 0

  /** @param end the end of the measured time */
  constructor(end: Micros) {
    this.#reads = new OutageWatch(end)
    this.#writes = new OutageWatch(end)
  }

  historyOf(key: string): KeyHistory {
    return this.#freshness.historyOf(key)
  }

  /** An operation begins. @returns its number among reads, or among writes */
  begin(isRead: boolean, at: Micros): number {
    if (isRead) this.#fresh?.begin(at)
    return (isRead ? this.#reads : this.#writes).begin(at)
  }

  /** @param seen what a read found, and what a write left that took effect */
  end(isRead: boolean, started: Started, ending: Ending, at: Micros, seen: Seen): void {
    const { at: begun, history, floor, ofItsKind: arrival } = started
    const isServed = ending === "ok"
    if (!isRead) {
      if (isServed && seen !== undefined) history.wrote(seen, begun, at)
      this.#writes.end(arrival, isServed, at)
      return
    }
    if (isServed && seen !== undefined && history.isStale(seen, floor)) {
      this.staleReads++
      this.#fresh ??= this.#reads.copy()
      this.#fresh.end(arrival, false, at)
    } else this.#fresh?.end(arrival, isServed, at)
    this.#reads.end(arrival, isServed, at)
  }

  /** The spans in which not all was served, in their order. @param now the end of the run */
  finish(now: Micros): readonly LevelSpan[] {
    for (const watch of [this.#reads, this.#writes, this.#fresh]) watch?.finish(now)
    const [reads, writes] = [this.#reads, this.#writes].map(({ arrivals, outages }) =>
      arrivals === 0 ? undefined : outages,
    )
    return spansOf(reads ?? writes ?? [], writes ?? reads ?? [], (this.#fresh ?? this.#reads).outages)
  }
}

/** @param withoutFresh when reads were out or stale */
function spansOf(
  withoutReads: readonly Span[],
  withoutWrites: readonly Span[],
  withoutFresh: readonly Span[],
): readonly LevelSpan[] {
  const [isUnread, isUnwritten, isStale] = [withoutReads, withoutWrites, withoutFresh].map(reader)
  const moments = [withoutReads, withoutWrites, withoutFresh].flat().flatMap(({ start, end }) => [start, end])
  const spans: LevelSpan[] = []
  const bounds = [...new Set(moments)].toSorted((a, b) => a - b)
  for (const [place, start] of bounds.slice(0, -1).entries()) {
    const end = bounds[place + 1]!
    const level = levelOf(isUnread!(start), isUnwritten!(start), isStale!(start))
    const last = spans.at(-1)
    if (last !== undefined && last.level === level && last.end === start) spans[spans.length - 1] = { ...last, end }
    else if (level !== undefined) spans.push({ start, end, level })
  }
  return spans
}

/** Says of moments, asked for in their order, whether they lie in an outage: long runs have thousands of both. */
function reader(outages: readonly Span[]): (moment: Micros) => boolean {
  let place = 0
  return moment => {
    while (place < outages.length && outages[place]!.end <= moment) place++
    return place < outages.length && outages[place]!.start <= moment
  }
}

/** Undefined: all is served. */
function levelOf(isUnread: boolean, isUnwritten: boolean, isStale: boolean): LevelSpan["level"] | undefined {
  if (isUnread) return isUnwritten ? "nothing" : "writes only"
  if (isStale) return "stale reads"
  return isUnwritten ? "reads only" : undefined
}
