/** An index of messages by time, so that messages out of view cost nothing. */
import type { Trace } from "../../../debugger/tracing/trace.ts"
import { type Filter, showsMessage } from "./filter.ts"
import type { Span } from "../paint/layout.ts"

/** Finds the messages in flight at some time of a span, without scanning all. */
export class MessageIndex {
  /** Messages in the order of sending; in the columns, copies come later. */
  readonly order: Int32Array
  readonly sent: Float64Array
  readonly #ended: Float64Array
  /** For each block of the order, the time at which its last message ended. */
  readonly #lastEnd: Float64Array
  readonly #trace: Trace
  #filter: Filter | undefined
  /** For each index in the order, whether the filter shows the message. */
  #shown: Uint8Array

  /** @param first messages before this one are left out */
  constructor(trace: Trace, first = 0) {
    const { sent, ended } = trace.messages
    const count = Math.max(0, sent.length - first)
    this.#trace = trace
    this.order = Int32Array.from({ length: count }, (_, place) => first + place).toSorted(
      (a, b) => sent[a]! - sent[b]! || a - b,
    )
    this.sent = Float64Array.from(this.order, message => sent[message]!)
    this.#ended = Float64Array.from(this.order, message => (ended[message]! < 0 ? trace.end : ended[message]!))
    this.#lastEnd = new Float64Array(Math.ceil(count / BLOCK)).fill(-1)
    for (const [place, end] of this.#ended.entries()) {
      const block = Math.floor(place / BLOCK)
      this.#lastEnd[block] = Math.max(this.#lastEnd[block]!, end)
    }
    this.#shown = new Uint8Array(count)
  }

  /** For each index in the order, whether a filter shows the message. */
  shown(filter: Filter): Uint8Array {
    if (filter !== this.#filter) {
      this.#filter = filter
      this.#shown = Uint8Array.from(this.order, message => (showsMessage(this.#trace, filter, message) ? 1 : 0))
    }
    return this.#shown
  }

  /** The indices of messages sent within a span: from the first, up to but excluding the second. */
  sentWithin({ from, to }: Span): readonly [number, number] {
    return [lowerBound(this.sent, from), lowerBound(this.sent, to + 1)]
  }

  /** The visible messages that were in flight at some time of a span: sent before its end, and ended after its beginning. */
  underWay({ from, to }: Span, filter: Filter): readonly number[] {
    const shown = this.shown(filter)
    const found: number[] = []
    const last = lowerBound(this.sent, to + 1)
    for (let place = 0; place < last; place++) {
      if (place % BLOCK === 0 && this.#lastEnd[place / BLOCK]! < from) place += BLOCK - 1
      else if (shown[place] === 1 && this.#ended[place]! >= from) found.push(this.order[place]!)
    }
    return found
  }
}

const BLOCK = 256

function lowerBound(values: Float64Array, value: number): number {
  let low = 0
  let high = values.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
