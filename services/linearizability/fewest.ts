/**
 * The configurations that a search has seen where some outcomes are unknown: for each state and set of known operations
 * placed, the sets of optional operations that were placed besides. One configuration dominates another if it has placed a
 * subset of the other's optional operations, and its latest call is no later: whatever can follow the other can follow it,
 * too. So a search continues only from what no configuration before dominates.
 */
import type { Arena } from "./arena.ts"
import { hash } from "./seen.ts"

/** The memory limit, in words. A search that needs more is out of budget. */
const MAX_WORDS = 100_000_000

/** Sets compared for one state and operations placed, beyond which further ones must be looked up exactly. */
const MAX_SETS = 64

/** Words before the key: place of the next set with the same key, length of the key. */
const HEADER = 2

export class Fewest {
  /** Records one after the other: header, key, time, set. */
  #words: Int32Array
  #end = 1
  /** A hash table with open addressing, by key: the place of the last record, and 0 for none. */
  #last: Int32Array
  #keys = 0
  /** Words in a set. */
  readonly #width: number

  /** @param options the number of optional operations */
  constructor(options: number, arena: Arena) {
    this.#width = (options >>> 5) + 1
    this.#words = arena.ints(512)
    this.#last = arena.ints(64)
  }

  /** True if it needs more memory than a search may use. */
  get isFull(): boolean {
    return this.#end > MAX_WORDS
  }

  /**
   * Adds a configuration, unless one seen before dominates it.
   *
   * @param key its first `length` words are compared exactly
   * @param time the latest call placed
   * @param taken a bit for each optional operation placed, by the order of expiry
   * @param open the first in this order that has not expired by then: those before no longer matter
   * @returns "seen" if one dominates it; "full" if none of the first {@link MAX_SETS} does, and it is not added
   */
  add(key: Int32Array, length: number, time: number, taken: Int32Array, open: number): "new" | "seen" | "full" {
    const slot = this.#slotOf(key, length)
    const words = this.#words
    const last = this.#last[slot]!
    let sets = 0
    for (let place = last; place !== 0; place = words[place]!) {
      if (this.#dominates(place + HEADER + length, time, taken, open)) return "seen"
      sets++
    }
    if (sets === MAX_SETS) return "full"
    this.#last[slot] = this.#append(key, length, time, taken, last)
    if (last === 0 && 2 * ++this.#keys > this.#last.length) this.#grow()
    return "new"
  }

  #dominates(place: number, time: number, taken: Int32Array, open: number): boolean {
    const words = this.#words
    if (words[place]! > time) return false
    const first = open >>> 5
    for (let word = first; word < this.#width; word++) {
      const more = words[place + 1 + word]! & ~taken[word]!
      if ((word === first ? more >>> (open & 31) : more) !== 0) return false
    }
    return true
  }

  #slotOf(key: Int32Array, length: number): number {
    const mask = this.#last.length - 1
    let slot = hash(key, 0, length) & mask
    while (this.#last[slot] !== 0 && !this.#isAt(this.#last[slot]!, key, length)) slot = (slot + 1) & mask
    return slot
  }

  #isAt(place: number, key: Int32Array, length: number): boolean {
    const words = this.#words
    if (words[place + 1] !== length) return false
    for (let i = 0; i < length; i++) if (words[place + HEADER + i] !== key[i]) return false
    return true
  }

  #append(key: Int32Array, length: number, time: number, taken: Int32Array, next: number): number {
    const place = this.#end
    this.#end += HEADER + length + 1 + this.#width
    if (this.#end > this.#words.length) {
      const longer = new Int32Array(Math.max(2 * this.#words.length, this.#end))
      longer.set(this.#words)
      this.#words = longer
    }
    const words = this.#words
    words[place] = next
    words[place + 1] = length
    for (let i = 0; i < length; i++) words[place + HEADER + i] = key[i]!
    words[place + HEADER + length] = time
    for (let i = 0; i < this.#width; i++) words[place + HEADER + length + 1 + i] = taken[i]!
    return place
  }

  #grow(): void {
    const old = this.#last
    this.#last = new Int32Array(2 * old.length)
    const mask = this.#last.length - 1
    for (const place of old) {
      if (place === 0) continue
      let slot = hash(this.#words, place + HEADER, this.#words[place + 1]!) & mask
      while (this.#last[slot] !== 0) slot = (slot + 1) & mask
      this.#last[slot] = place
    }
  }
}
