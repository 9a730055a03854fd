/**
 * Arrays of integers for a search: slices of one block that the next search reuses. A search over some hundred
 * operations would otherwise spend more time on allocating and collecting its arrays than on searching.
 */

/** Integers in the block: enough for searches over some thousand operations. */
const BLOCK = 1 << 16

/** Stands for a place in time after all events. */
export const NEVER = 2 ** 31 - 1

export class Arena {
  #block: Int32Array | undefined
  #used = 0

  /** An array of zeros, valid until the call of `use` in which it is requested returns. */
  ints(length: number): Int32Array {
    const start = this.#used
    if (start + length > BLOCK) return new Int32Array(length)
    this.#block ??= new Int32Array(BLOCK)
    this.#used += length
    return this.#block.subarray(start, this.#used)
  }

  /** Returns what `search` returns, and takes back the arrays that it requested. Calls may be nested. */
  use<T>(search: () => T): T {
    const start = this.#used
    try {
      return search()
    } finally {
      this.#block?.fill(0, start, this.#used)
      this.#used = start
    }
  }
}
