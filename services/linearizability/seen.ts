/** The configurations that a search has seen: an exact set of sequences of 32-bit words. */
import type { Arena } from "./arena.ts"
import { KeyTable } from "./key-table.ts"

export class Seen {
  readonly #table: KeyTable

  constructor(arena: Arena) {
    this.#table = new KeyTable(arena)
  }

  /** True if it needs more memory than a search may use. */
  get isFull(): boolean {
    return this.#table.isFull
  }

  /** Adds the first `length` words. Returns false if the sequence is in the set already. */
  add(words: Int32Array, length: number): boolean {
    const slot = this.#table.slotOf(words, length)
    if (this.#table.placeIn(slot) !== 0) return false
    this.#table.add(slot, words, length, 0, 0)
    return true
  }
}
