/**
 * The course of a run: a fingerprint of all its events and of what is said in them, and the last of them, for the message
 * about a failure.
 *
 * Every event is noted, so this is a few instructions and no object: a rolling hash, and a ring of typed arrays.
 */
import type { Micros } from "../../contract/units.ts"

/** Events that are kept: a power of two. */
const RING = 32
/** Integers kept of each: kind, source and target. */
const FIELDS = 4

/** An event as the queue held it, without its payload. */
export interface PastEvent {
  readonly time: Micros
  readonly kind: number
  readonly source: number
  readonly target: number
}

/** A place in a course. */
export interface CourseMark {
  readonly events: number
  readonly low: number
  readonly high: number
}

export class Course {
  /** Events so far, noted or not. */
  events = 0
  readonly isNoted: boolean
  #low = 0x811c9dc5 | 0
  #high = 0x1b873593
  readonly #times = new Float64Array(RING)
  readonly #fields = new Int32Array(RING * FIELDS)

  /** @param isNoted whether more is kept of events than their number */
  constructor(isNoted = true) {
    this.isNoted = isNoted
  }

  /** Notes what a node or client says to another, in the event that was noted last. */
  noteSaid(said: number, bytes: number): void {
    this.#low = Math.imul(this.#low ^ said ^ bytes, 0x01000193)
  }

  /** Notes the next event. */
  note(time: Micros, kind: number, source: number, target: number): void {
    if (!this.isNoted) return void this.events++
    const event = Math.imul(kind ^ (source << 20) ^ (target << 8), 0x9e3779b1)
    this.#low = Math.imul(this.#low ^ (time | 0) ^ event, 0x01000193)
    this.#high = Math.imul((this.#high ^ event) + (time | 0), 0x85ebca6b) ^ (this.#low >>> 15)
    const place = this.events++ & (RING - 1)
    this.#times[place] = time
    this.#fields[place * FIELDS] = kind
    this.#fields[place * FIELDS + 1] = source
    this.#fields[place * FIELDS + 2] = target
  }

  /** The course up to now, to {@link takeBack} what is noted next. */
  get mark(): CourseMark {
    return { events: this.events, low: this.#low, high: this.#high }
  }

  /** Forget what was noted since a mark: it did not happen. */
  takeBack({ events, low, high }: CourseMark): void {
    this.events = events
    this.#low = low
    this.#high = high
  }

  /** Equal digests mean that two runs took the same course. */
  get digest(): string {
    return hexadecimal(this.#high) + hexadecimal(this.#low)
  }

  /** The last events, at most `most` and 32, the latest last; none if they were not noted. */
  last(most: number): readonly PastEvent[] {
    const kept = this.isNoted ? Math.min(most, RING, this.events) : 0
    return Array.from({ length: kept }, (_, i) => {
      const place = (this.events - kept + i) & (RING - 1)
      const [kind = 0, source = 0, target = 0] = this.#fields.subarray(place * FIELDS)
      return { time: this.#times[place]!, kind, source, target }
    })
  }
}

function hexadecimal(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0")
}
