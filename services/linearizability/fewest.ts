/**
 * The configurations that a search has seen where some outcomes are unknown: for each state and set of known operations
 * placed, the sets of optional operations that were placed besides. One configuration dominates another if it has placed a
 * subset of the other's optional operations, and its latest call is no later: whatever can follow the other can follow it,
 * too. So a search continues only from what no configuration before dominates.
 */
import type { Arena } from "./arena.ts"
import { KeyTable } from "./key-table.ts"

/** Sets compared for one state and operations placed, beyond which further ones must be looked up exactly. */
const MAX_SETS = 64

/** Words of a record before its key's length: the place of the next record with the same key. */
const HEADER = 1

export class Fewest {
  /** By state and known operations placed: the latest call, and the set. The last record of a key is in its slot. */
  readonly #table: KeyTable
  /** Words in a set. */
  readonly #width: number

  /** @param options the number of optional operations */
  constructor(options: number, arena: Arena) {
    this.#width = (options >>> 5) + 1
    this.#table = new KeyTable(arena)
  }

  /** True if it needs more memory than a search may use. */
  get isFull(): boolean {
    return this.#table.isFull
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
    const table = this.#table
    const slot = table.slotOf(key, length)
    const last = table.placeIn(slot)
    let sets = 0
    for (let place = last; place !== 0; place = table.words[place - HEADER]!) {
      if (this.#dominates(place + 1 + length, time, taken, open)) return "seen"
      sets++
    }
    if (sets === MAX_SETS) return "full"
    const place = table.add(slot, key, length, HEADER, 1 + this.#width)
    const { words } = table
    words[place - HEADER] = last
    words[place + 1 + length] = time
    for (let i = 0; i < this.#width; i++) words[place + 2 + length + i] = taken[i]!
    return "new"
  }

  /** @param place that of a latest call, which its set follows */
  #dominates(place: number, time: number, taken: Int32Array, open: number): boolean {
    const { words } = this.#table
    if (words[place]! > time) return false
    const first = open >>> 5
    for (let word = first; word < this.#width; word++) {
      const more = words[place + 1 + word]! & ~taken[word]!
      if ((word === first ? more >>> (open & 31) : more) !== 0) return false
    }
    return true
  }
}
