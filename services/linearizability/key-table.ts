/** Records of 32-bit words that are found by their keys, which are exact sequences of words. */
import type { Arena } from "./arena.ts"

/** The memory limit, in words. A search that needs more is out of budget. */
const MAX_WORDS = 100_000_000

export class KeyTable {
  /** Records one after the other. A record's place is that of its key's length, which the key follows. */
  words: Int32Array
  #end = 1
  /** A hash table with open addressing: places of records, and 0 for none. */
  #places: Int32Array
  #count = 0

  /** @param arena where it starts; what grows beyond has memory of its own */
  constructor(arena: Arena) {
    this.words = arena.ints(512)
    this.#places = arena.ints(256)
  }

  /** True if it needs more memory than a search may use. */
  get isFull(): boolean {
    return this.#end > MAX_WORDS
  }

  /** The slot of the key in the first `length` words: that of its record, or else an empty one. */
  slotOf(key: Int32Array, length: number): number {
    const mask = this.#places.length - 1
    let slot = hash(key, 0, length) & mask
    for (let place = this.#places[slot]!; place !== 0; place = this.#places[slot]!) {
      if (this.#isAt(place, key, length)) return slot
      slot = (slot + 1) & mask
    }
    return slot
  }

  /** The place of the record in a slot; 0 if it is empty. */
  placeIn(slot: number): number {
    return this.#places[slot]!
  }

  /**
   * Adds a record with a key, in place of the one in the slot.
   *
   * @param before @param after the number of words of the record before its key's length, and after the key
   * @returns its place
   */
  add(slot: number, key: Int32Array, length: number, before: number, after: number): number {
    const place = this.#end + before
    this.#end = place + 1 + length + after
    if (this.#end > this.words.length) {
      const longer = new Int32Array(Math.max(2 * this.words.length, this.#end))
      longer.set(this.words)
      this.words = longer
    }
    this.words[place] = length
    for (let i = 0; i < length; i++) this.words[place + 1 + i] = key[i]!
    const isNew = this.#places[slot] === 0
    this.#places[slot] = place
    if (isNew && 2 * ++this.#count > this.#places.length) this.#grow()
    return place
  }

  #isAt(place: number, key: Int32Array, length: number): boolean {
    const { words } = this
    if (words[place] !== length) return false
    for (let i = 0; i < length; i++) if (words[place + 1 + i] !== key[i]) return false
    return true
  }

  #grow(): void {
    const old = this.#places
    this.#places = new Int32Array(2 * old.length)
    const mask = this.#places.length - 1
    for (const place of old) {
      if (place === 0) continue
      let slot = hash(this.words, place + 1, this.words[place]!) & mask
      while (this.#places[slot] !== 0) slot = (slot + 1) & mask
      this.#places[slot] = place
    }
  }
}

/** A hash of the `length` words at a place: any 32-bit number. */
function hash(words: Int32Array, from: number, length: number): number {
  let value = length
  for (let i = 0; i < length; i++) {
    value = Math.imul(value ^ words[from + i]!, 0x9e3779b1)
    value ^= value >>> 15
  }
  value = Math.imul(value, 0x85ebca6b)
  return value ^ (value >>> 13)
}
