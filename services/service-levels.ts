/**
 * The service levels of a store over time, as its clients saw it: everything, reads only, writes only, stale reads, or
 * nothing.
 *
 * Reads and writes are judged separately, each as the ledger judges operations: out from the first arrival that was not
 * served to the next success. If only one of the two is ever requested, the other counts as served whenever that one
 * is.
 */
import type { Ending, LevelSpan } from "../runtime/contract/service.ts"
import type { Micros } from "../runtime/contract/units.ts"
import { Freshness, type KeyHistory } from "./freshness.ts"
import { LOST, OutageWatch, type Span } from "./outage-watch.ts"

/** Kinds of operations, at their beginning or at their end. */
export const WRITE = 0
export const READ = 1
export const STALE_READ = 2

/** The data on an operation in flight that levels need. */
export interface Started {
  readonly at: Micros
  /** Its number, and that of the value that it writes. */
  readonly number: number
  /** The writes of its key. */
  readonly history: KeyHistory
  /** The history's floor when it began: values written before are stale to it (`freshness.ts`). */
  readonly floor: Micros
}

/** The value that an operation left at its key, or found there; undefined: unknown. */
export type Seen = string | null | undefined

export class ServiceLevels {
  readonly #reads: OutageWatch
  readonly #writes: OutageWatch
  /** Watches reads as well, but counts a stale one as not served. */
  readonly #fresh: OutageWatch
  readonly #freshness: Freshness
  /** Reads that were answered from the past. */
  staleReads = 0

  /** @param end the end of the measured time @param keys the number of keys */
  constructor(end: Micros, keys: number) {
    const watch = () => new OutageWatch(end, span => span)
    this.#reads = watch()
    this.#writes = watch()
    this.#fresh = watch()
    this.#freshness = new Freshness(keys)
  }

  /** @param key its number */
  historyOf(key: number): KeyHistory {
    return this.#freshness.historyOf(key)
  }

  /**
   * An operation ends.
   *
   * @param kind as it began
   * @param seen the value that a read found, or that a successful write left
   * @returns the kind it turned out to be, for {@link judge}
   */
  ended(kind: number, started: Started, ending: Ending, at: Micros, seen: Seen): number {
    if (ending === "ok" && seen !== undefined) {
      const { at: begun, number, history, floor } = started
      if (kind === WRITE) history.wrote(seen, number, begun, at)
      else if (history.isStale(seen, floor)) {
        this.staleReads++
        return STALE_READ
      }
    }
    return kind
  }

  /** Judges the next arrival, in the order in which they came. @param answered {@link LOST} if it was not served */
  judge(kind: number, begun: Micros, answered: Micros): void {
    if (kind === WRITE) return this.#writes.judge(begun, answered)
    this.#reads.judge(begun, answered)
    this.#fresh.judge(begun, kind === STALE_READ ? LOST : answered)
  }

  /** The spans in which not everything was served, in order. @param now the end of the run */
  finish(now: Micros): readonly LevelSpan[] {
    for (const watch of [this.#reads, this.#writes, this.#fresh]) watch.finish(now)
    const [reads, writes] = [this.#reads, this.#writes].map(({ arrivals, outages }) =>
      arrivals === 0 ? undefined : outages,
    )
    return spansOf(reads ?? writes ?? [], writes ?? reads ?? [], reads === undefined ? [] : this.#fresh.outages)
  }
}

/** @param withoutFresh the spans in which reads were out or stale */
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

/**
 * Makes a predicate that is true for moments in an outage; moments must be given in order, as long runs have thousands
 * of both.
 */
function reader(outages: readonly Span[]): (moment: Micros) => boolean {
  let place = 0
  return moment => {
    while (place < outages.length && outages[place]!.end <= moment) place++
    return place < outages.length && outages[place]!.start <= moment
  }
}

/** Undefined: everything is served. */
function levelOf(isUnread: boolean, isUnwritten: boolean, isStale: boolean): LevelSpan["level"] | undefined {
  if (isUnread) return isUnwritten ? "nothing" : "writes only"
  if (isStale) return "stale reads"
  return isUnwritten ? "reads only" : undefined
}
