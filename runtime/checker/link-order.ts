/**
 * The messages in flight on FIFO links, as their part in a fingerprint: for each link a hash of its sequence,
 * independent of how links interleave.
 */
import { spread } from "./fingerprints.ts"
import type { Steps } from "./steps.ts"

const LINK_LOW = 0x3c6ef372
const LINK_HIGH = 0x1f83d9ab
const FACTOR_LOW = 0x01000193
const FACTOR_HIGH = 0x5bd1e995

/** Maximum number of processes, for keys of links. */
const MAX_PROCESSES = 1 << 12

type Events = Pick<Steps, "occurrenceOf" | "messageLow" | "messageHigh">

export class LinkOrder {
  low = 0
  high = 0
  readonly #events: Events
  /** By event, its link. */
  readonly #links: (number | undefined)[] = []
  /** By link, hashes of its messages so far, and when they were last reset. */
  readonly #hashes = new Map<number, { low: number; high: number; turn: number }>()
  /** By link, the last expansion in which one of its messages was met. */
  readonly #met = new Map<number, number>()
  #turn = 0

  constructor(events: Events) {
    this.#events = events
  }

  /** The link of a message; each message of a client has its own. */
  linkOf(event: number): number {
    return (this.#links[event] ??= this.#newLinkOf(event))
  }

  /** True if a message of the same link was met earlier in an expansion. */
  hasMet(event: number, expansion: number): boolean {
    const link = this.linkOf(event)
    if (this.#met.get(link) === expansion) return true
    this.#met.set(link, expansion)
    return false
  }

  /** Resets to no messages in flight. */
  begin(): void {
    this.#turn++
    this.low = 0
    this.high = 0
  }

  /** The messages in a range of an array, except one: as if nothing else were in flight. */
  remaining(words: Int32Array, from: number, end: number, taken: number): this {
    this.begin()
    for (let at = from; at < end; at++) if (at - from !== taken) this.push(words[at]!)
    return this
  }

  /** The next message, in the order of sending. */
  push(event: number): void {
    const link = this.linkOf(event)
    let hash = this.#hashes.get(link)
    if (hash === undefined) this.#hashes.set(link, (hash = { low: 0, high: 0, turn: 0 }))
    if (hash.turn === this.#turn) {
      this.low = (this.low - spread(hash.low, LINK_LOW)) | 0
      this.high = (this.high - spread(hash.high, LINK_HIGH)) | 0
    } else {
      hash.turn = this.#turn
      hash.low = Math.max(link, 0)
      hash.high = Math.max(link, 0)
    }
    hash.low = (Math.imul(hash.low, FACTOR_LOW) + this.#events.messageLow[event]!) | 0
    hash.high = (Math.imul(hash.high, FACTOR_HIGH) + this.#events.messageHigh[event]!) | 0
    this.low = (this.low + spread(hash.low, LINK_LOW)) | 0
    this.high = (this.high + spread(hash.high, LINK_HIGH)) | 0
  }

  #newLinkOf(event: number): number {
    const { to, happening } = this.#events.occurrenceOf(event)
    return happening.type === "receive" ? happening.from * MAX_PROCESSES + to : -1 - event
  }
}
