/** Fingerprints shared by states that differ only in the ids of nodes: the least of theirs. */
import { withRoom } from "../arrays.ts"
import { spread } from "../fingerprints.ts"
import type { Orbits } from "../orbits.ts"
import { COUNT, NEXT, SENT, type Steps } from "../steps.ts"
import { type Digests, isFirst, type Layout, type Met, NONE, type Numbers, type Prints } from "./prints.ts"

const LEAST = 0x3ade68b1

export class OrbitPrints implements Prints {
  low = 0
  high = 0
  readonly #steps: Steps
  readonly #counters: Digests
  readonly #layout: Layout
  readonly #met: Met | null
  readonly #processes: Parts
  readonly #messages: Parts
  readonly #watched: Parts
  /** By renaming: the halves of the fingerprint of the row, without the watch and counters. */
  readonly #lows: Int32Array
  readonly #highs: Int32Array
  /** By renaming: the low half of the requested row's fingerprint. */
  readonly #low: Int32Array
  /** The indices of the parts of the messages that it has in addition, and their number. */
  #sent = new Int32Array(1 << 6)
  #count = 0

  /** @param met of a set: the messages in flight */
  constructor({ steps, counters, watching }: Numbers, layout: Layout, met: Met | null, orbits: Orbits) {
    const { count } = orbits
    const [processes, messages] = [
      { lows: steps.processLow, highs: steps.processHigh },
      { lows: steps.messageLow, highs: steps.messageHigh },
    ]
    this.#steps = steps
    this.#counters = counters
    this.#layout = layout
    this.#met = met
    this.#processes = new Parts(count, processes, (process, by) => orbits.processImage(process, by))
    this.#messages = new Parts(count, messages, (event, by) => orbits.eventImage(event, by))
    this.#watched = new Parts(count, watching, (watch, by) => orbits.watchImage(watch, by))
    this.#lows = new Int32Array(count)
    this.#highs = new Int32Array(count)
    this.#low = new Int32Array(count)
  }

  load(words: Int32Array): void {
    const { countersAt, countAt, messagesAt } = this.#layout
    this.#lows.fill(0)
    this.#highs.fill(0)
    for (let id = 0; id < countersAt; id++) this.#add(this.#processes, words[id]!)
    const end = messagesAt + words[countAt]!
    for (let at = messagesAt; at < end; at++) this.#add(this.#messages, words[at]!)
  }

  begin(counters: number, watch: number): void {
    this.#count = 0
    this.#finish(NONE, NONE, NONE, counters, watch)
  }

  step(record: number, before: number, taken: number, _: number, counters: number, watch: number): void {
    const { records } = this.#steps
    const count = records[record + COUNT]!
    const met = this.#met
    if (count > this.#sent.length) this.#sent = withRoom(this.#sent, count)
    this.#count = 0
    for (let i = 0; i < count; i++) {
      if (met !== null && !isFirst(records, record, i, taken, met)) continue
      this.#sent[this.#count++] = this.#messages.placeOf(records[record + SENT + i]!)
    }
    this.#finish(before, records[record + NEXT]!, taken, counters, watch)
  }

  lose(taken: number, _: number, counters: number, watch: number): void {
    this.#count = 0
    this.#finish(NONE, NONE, taken, counters, watch)
  }

  clear(): void {
    throw new Error("in rounds, nodes are told apart")
  }

  #add(parts: Parts, number: number): void {
    const place = parts.placeOf(number)
    for (let by = 0; by < this.#lows.length; by++) {
      this.#lows[by]! += parts.lows[place + by]!
      this.#highs[by]! += parts.highs[place + by]!
    }
  }

  /** The least fingerprint of the row with another process, without the message received, and with those sent. */
  #finish(before: number, next: number, taken: number, counters: number, watch: number): void {
    const [from, to] = [this.#processes.placeOf(before), this.#processes.placeOf(next)]
    const [gone, seen] = [this.#messages.placeOf(taken), this.#watched.placeOf(watch)]
    const least = this.#leastLow(from, to, gone, seen)
    const low = this.#low
    const rows = this.#highs
    const [processes, messages, watched] = [this.#processes.highs, this.#messages.highs, this.#watched.highs]
    let found = Infinity
    for (let by = 0; by < low.length; by++) {
      if (low[by] !== least) continue
      let high = rows[by]! - processes[from + by]! + processes[to + by]! - messages[gone + by]! + watched[seen + by]!
      for (let i = 0; i < this.#count; i++) high += messages[this.#sent[i]! + by]!
      if ((high | 0) < found) found = high | 0
    }
    // The least of several is a small number; the set of fingerprints wants them spread.
    this.low = spread(least + this.#counters.lows[counters]!, LEAST)
    this.high = (found + this.#counters.highs[counters]!) | 0
  }

  #leastLow(from: number, to: number, gone: number, seen: number): number {
    const all = this.#low
    const rows = this.#lows
    const sent = this.#sent
    const count = this.#count
    const [processes, messages, watched] = [this.#processes.lows, this.#messages.lows, this.#watched.lows]
    let least = 0x7fffffff
    for (let by = 0; by < all.length; by++) {
      let low = rows[by]! - processes[from + by]! + processes[to + by]! - messages[gone + by]! + watched[seen + by]!
      for (let i = 0; i < count; i++) low += messages[sent[i]! + by]!
      low |= 0
      all[by] = low
      if (low < least) least = low
    }
    return least
  }
}

/** By number and renaming, the part of a value in a fingerprint. {@link NONE} has no part. */
class Parts {
  lows: Int32Array<ArrayBuffer>
  highs: Int32Array<ArrayBuffer>
  readonly #count: number
  readonly #digests: Digests
  readonly #imageOf: (number: number, by: number) => number
  /** By number, and one more for {@link NONE}: 1 if it is known. */
  #known = new Int32Array(1 << 8)

  constructor(count: number, digests: Digests, imageOf: (number: number, by: number) => number) {
    this.lows = new Int32Array(count << 8)
    this.highs = new Int32Array(count << 8)
    this.#count = count
    this.#digests = digests
    this.#imageOf = imageOf
    this.#known[0] = 1
  }

  /** The index of the first part of a value, or of {@link NONE}. */
  placeOf(number: number): number {
    if (this.#known[number + 1] !== 1) this.#learn(number)
    return (number + 1) * this.#count
  }

  #learn(number: number): void {
    const images = Array.from({ length: this.#count }, (_, by) => (by === 0 ? number : this.#imageOf(number, by)))
    const place = (number + 1) * this.#count
    this.#known = withRoom(this.#known, number + 2)
    this.lows = withRoom(this.lows, place + this.#count)
    this.highs = withRoom(this.highs, place + this.#count)
    for (const [by, image] of images.entries()) {
      this.lows[place + by] = this.#digests.lows[image]!
      this.highs[place + by] = this.#digests.highs[image]!
    }
    this.#known[number + 1] = 1
  }
}
