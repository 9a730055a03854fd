/** Fingerprints of the successors of the row being expanded, computed incrementally from its own. */
import { withRoom } from "../arrays.ts"
import type { LinkOrder } from "../link-order.ts"
import { COUNT, HIGH, LOW, SENT, type Steps } from "../steps.ts"

/** In place of a message that is received, its index, or a record. */
export const NONE = -1

/** The indices of a row's words: processes come first, messages last. */
export interface Layout {
  readonly countersAt: number
  readonly watchAt: number
  readonly countAt: number
  readonly messagesAt: number
}

export function layoutOf(processes: number): Layout {
  return { countersAt: processes, watchAt: processes + 1, countAt: processes + 2, messagesAt: processes + 3 }
}

/** Computes fingerprints; the halves of the one computed last are {@link low} and {@link high}. */
export interface Prints {
  readonly low: number
  readonly high: number
  /** Starts the expansion of a row. */
  load(words: Int32Array): void
  /** The row itself. */
  begin(counters: number, watch: number): void
  /**
   * A process takes a step.
   *
   * @param before the number of the process before the step
   * @param taken the message that arrives, or {@link NONE}
   * @param place its index among those in flight
   */
  step(record: number, before: number, taken: number, place: number, counters: number, watch: number): void
  /** A message is lost. */
  lose(taken: number, place: number, counters: number, watch: number): void
  /** All messages are removed. */
  clear(counters: number, watch: number): void
}

/** Events met while a state is expanded. */
export class Met {
  #marks = new Int32Array(1 << 8)
  #expansion = 0

  /** Forgets all. @returns the number of the expansion */
  begin(): number {
    return ++this.#expansion
  }

  has(event: number): boolean {
    return this.#marks[event] === this.#expansion
  }

  add(event: number): void {
    if (event >= this.#marks.length) this.#marks = withRoom(this.#marks, event + 1)
    this.#marks[event] = this.#expansion
  }
}

/** By number, the halves of the digests of some values. */
export type Digests = { readonly lows: readonly number[]; readonly highs: readonly number[] }

/** The numberings of a row's words. */
export interface Numbers {
  readonly steps: Steps
  readonly counters: Digests
  readonly watching: Digests
}

/** Fingerprints from parts that depend on the network of a model: of each message, of each distinct one, or of each link. */
export class PlainPrints implements Prints {
  low = 0
  high = 0
  readonly #steps: Steps
  readonly #counters: Digests
  readonly #watching: Digests
  readonly #layout: Layout
  /** Of a set: the messages in flight. */
  readonly #met: Met | null
  /** Of FIFO links. */
  readonly #links: LinkOrder | null
  #words: Int32Array = new Int32Array(0)
  /** The halves of the row's fingerprint: its processes, and its messages except on FIFO links. */
  #low = 0
  #high = 0

  constructor({ steps, counters, watching }: Numbers, layout: Layout, met: Met | null, links: LinkOrder | null) {
    this.#steps = steps
    this.#counters = counters
    this.#watching = watching
    this.#layout = layout
    this.#met = met
    this.#links = links
  }

  load(words: Int32Array): void {
    const { messageLow, messageHigh } = this.#steps
    const { countersAt, countAt, messagesAt } = this.#layout
    let low = this.#steps.lowOf(words, 0, countersAt)
    let high = this.#steps.highOf(words, 0, countersAt)
    const end = messagesAt + words[countAt]!
    for (let at = messagesAt; at < end && this.#links === null; at++) {
      low = (low + messageLow[words[at]!]!) | 0
      high = (high + messageHigh[words[at]!]!) | 0
    }
    this.#words = words
    this.#low = low
    this.#high = high
  }

  begin(counters: number, watch: number): void {
    const { low = 0, high = 0 } = this.#links === null ? {} : this.#inOrder(this.#links, NONE, NONE)
    this.#finish(this.#low + low, this.#high + high, counters, watch)
  }

  step(record: number, _: number, taken: number, place: number, counters: number, watch: number): void {
    const steps = this.#steps
    const { records } = steps
    let low = this.#low + records[record + LOW]!
    let high = this.#high + records[record + HIGH]!
    if (this.#links !== null) {
      const links = this.#inOrder(this.#links, place, record)
      low += links.low
      high += links.high
    } else if (taken !== NONE) {
      low -= steps.messageLow[taken]!
      high -= steps.messageHigh[taken]!
    }
    const met = this.#met
    const sends = met === null ? 0 : records[record + COUNT]!
    for (let i = 0; i < sends; i++) {
      if (met === null || !isFirst(records, record, i, taken, met)) continue
      const sent = records[record + SENT + i]!
      low = (low + steps.messageLow[sent]!) | 0
      high = (high + steps.messageHigh[sent]!) | 0
    }
    this.#finish(low, high, counters, watch)
  }

  lose(taken: number, place: number, counters: number, watch: number): void {
    const links = this.#links === null ? null : this.#inOrder(this.#links, place, NONE)
    const low = this.#low + (links === null ? -this.#steps.messageLow[taken]! : links.low)
    const high = this.#high + (links === null ? -this.#steps.messageHigh[taken]! : links.high)
    this.#finish(low, high, counters, watch)
  }

  clear(counters: number, watch: number): void {
    const { countersAt } = this.#layout
    const steps = this.#steps
    this.#finish(steps.lowOf(this.#words, 0, countersAt), steps.highOf(this.#words, 0, countersAt), counters, watch)
  }

  /** On FIFO links: the messages of the row except one, and those that a record sends, if any. */
  #inOrder(order: LinkOrder, taken: number, record: number): LinkOrder {
    const { countAt, messagesAt } = this.#layout
    order.remaining(this.#words, messagesAt, messagesAt + this.#words[countAt]!, taken)
    const { records } = this.#steps
    const count = record === NONE ? 0 : records[record + COUNT]!
    for (let i = 0; i < count; i++) order.push(records[record + SENT + i]!)
    return order
  }

  #finish(low: number, high: number, counters: number, watch: number): void {
    this.low = (low + this.#counters.lows[counters]! + this.#watching.lows[watch]!) | 0
    this.high = (high + this.#counters.highs[counters]! + this.#watching.highs[watch]!) | 0
  }
}

/** In a set: true if the i-th message that a record sends is not in flight yet. @param taken the message just received */
export function isFirst(records: Int32Array, record: number, i: number, taken: number, met: Met): boolean {
  const sent = records[record + SENT + i]!
  for (let before = 0; before < i; before++) if (records[record + SENT + before] === sent) return false
  return sent === taken || !met.has(sent)
}
