/** The configurations that a search has seen: an exact set of sequences of 32-bit words. */

import type { Arena } from "./arena.ts"

/** The total memory limit, in words. A search that needs more is out of budget. */
const MAX_WORDS = 100_000_000

export class Seen {
  /** All sequences one after the other, each after its length. */
  #words: Int32Array
  #end = 1
  /** A hash table with open addressing: places in `#words`, and 0 for none. */
  #places: Int32Array
  #count = 0

  /** @param arena where it starts; what grows beyond has memory of its own */
  constructor(arena: Arena) {
    this.#words = arena.ints(512)
    this.#places = arena.ints(256)
  }

  /** True if it needs more memory than a search may use. */
  get isFull(): boolean {
    return this.#end > MAX_WORDS
  }

  /** Adds the first `length` words. Returns false if the sequence is in the set already. */
  add(words: Int32Array, length: number): boolean {
    const mask = this.#places.length - 1
    let slot = hash(words, 0, length) & mask
    for (let place = this.#places[slot]!; place !== 0; place = this.#places[slot]!) {
      if (this.#isAt(place, words, length)) return false
      slot = (slot + 1) & mask
    }
    this.#places[slot] = this.#append(words, length)
    if (2 * ++this.#count > this.#places.length) this.#grow()
    return true
  }

  #isAt(place: number, words: Int32Array, length: number): boolean {
    const own = this.#words
    if (own[place] !== length) return false
    for (let i = 0; i < length; i++) if (own[place + 1 + i] !== words[i]) return false
    return true
  }

  #append(words: Int32Array, length: number): number {
    const place = this.#end
    this.#end += length + 1
    if (this.#end > this.#words.length) {
      const longer = new Int32Array(Math.max(2 * this.#words.length, this.#end))
      longer.set(this.#words)
      this.#words = longer
    }
    const own = this.#words
    own[place] = length
    for (let i = 0; i < length; i++) own[place + 1 + i] = words[i]!
    return place
  }

  #grow(): void {
    const old = this.#places
    this.#places = new Int32Array(2 * old.length)
    const mask = this.#places.length - 1
    for (const place of old) {
      if (place === 0) continue
      let slot = hash(this.#words, place + 1, this.#words[place]!) & mask
      while (this.#places[slot] !== 0) slot = (slot + 1) & mask
      this.#places[slot] = place
    }
  }
}

/** A hash of the `length` words at a place: any 32-bit number. */
export function hash(words: Int32Array, from: number, length: number): number {
  let value = length
  for (let i = 0; i < length; i++) {
    value = Math.imul(value ^ words[from + i]!, 0x9e3779b1)
    value ^= value >>> 15
  }
  value = Math.imul(value, 0x85ebca6b)
  return value ^ (value >>> 13)
}
