/**
 * The digest of a run: a hash of all its events and message contents. Also keeps the last events, for reports of
 * failures.
 *
 * Every event is recorded, so this takes only a few instructions and allocates nothing: a rolling hash, and a ring of
 * typed arrays.
 */
import type { Micros } from "../../contract/units.ts"

/** The number of events kept: a power of two. */
const RING = 32
/** Integers per event: kind, source and target, padded to a power of two. */
const FIELDS = 4

/** An event as the queue held it, without its payload. */
export interface PastEvent {
  readonly time: Micros
  readonly kind: number
  readonly source: number
  readonly target: number
}

/** A state of the digest, for {@link RunDigest.rewind}. */
export interface DigestMark {
  readonly events: number
  readonly low: number
  readonly high: number
}

export class RunDigest {
  /** The number of events so far, recorded or not. */
  events = 0
  readonly isRecorded: boolean
  #low = 0x811c9dc5 | 0
  #high = 0x1b873593
  readonly #times = new Float64Array(RING)
  readonly #fields = new Int32Array(RING * FIELDS)

  /** @param isRecorded false to count events only */
  constructor(isRecorded = true) {
    this.isRecorded = isRecorded
  }

  /** Adds the content of a message sent in the last recorded event. */
  recordContent(content: number, bytes: number): void {
    this.#low = Math.imul(this.#low ^ content ^ bytes, 0x01000193)
  }

  /** Adds the next event. */
  record(time: Micros, kind: number, source: number, target: number): void {
    if (!this.isRecorded) return void this.events++
    const event = Math.imul(kind ^ (source << 20) ^ (target << 8), 0x9e3779b1)
    this.#low = Math.imul(this.#low ^ (time | 0) ^ event, 0x01000193)
    this.#high = Math.imul((this.#high ^ event) + (time | 0), 0x85ebca6b) ^ (this.#low >>> 15)
    const place = this.events++ & (RING - 1)
    this.#times[place] = time
    this.#fields[place * FIELDS] = kind
    this.#fields[place * FIELDS + 1] = source
    this.#fields[place * FIELDS + 2] = target
  }

  /** The present state, for {@link rewind}. */
  get mark(): DigestMark {
    return { events: this.events, low: this.#low, high: this.#high }
  }

  /** Restores the state at a mark, as if nothing had been recorded since. */
  rewind({ events, low, high }: DigestMark): void {
    this.events = events
    this.#low = low
    this.#high = high
  }

  /** The hash, in hexadecimal: equal for runs with the same events. */
  get text(): string {
    return hexadecimal(this.#high) + hexadecimal(this.#low)
  }

  /** The last events, at most `most` and 32, the latest last; none if they were not recorded. */
  last(most: number): readonly PastEvent[] {
    const kept = this.isRecorded ? Math.min(most, RING, this.events) : 0
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
