/** The numbers that handlers draw, each of which is tried. */

/** The most values that a process may draw one of: each is tried. */
const MAX_DRAWN = 64

/** All sequences of draws that a handler can make, the lowest first. */
export class Draws {
  readonly #drawn: { readonly first: number; value: number; readonly last: number }[] = []
  #place = 0

  readonly draw = (low: number, high: number): number => {
    const known = this.#drawn[this.#place++]
    if (known !== undefined) return known.value
    if (high - low >= MAX_DRAWN) {
      throw new Error(`it draws one of ${high - low + 1} numbers, too many to try all of them: set durations to 0`)
    }
    this.#drawn.push({ first: low, value: low, last: high })
    return low
  }

  /** True if there was anything to draw. */
  get hasChoice(): boolean {
    return this.#drawn.some(({ last, first }) => last > first)
  }

  /** Moves to the next sequence. @returns false if there is none */
  next(): boolean {
    this.#place = 0
    for (let last = this.#drawn.at(-1); last !== undefined; last = this.#drawn.at(-1)) {
      if (last.value < last.last) {
        last.value++
        return true
      }
      this.#drawn.pop()
    }
    return false
  }
}
