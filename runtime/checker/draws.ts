/** The numbers that handlers draw: each is tried. */

/** The most values from which a process may draw one: each is tried. */
const MAX_DRAWN = 64

/** Thrown if a handler draws from more numbers than can all be tried. */
export class TooManyToTry extends Error {
  constructor(count: number) {
    super(`it draws one of ${count} numbers, too many to try all of them: set durations to 0`)
  }
}

/** All sequences of draws that a handler can make, the lowest first. */
export class Draws {
  readonly #drawn: { readonly first: number; value: number; readonly last: number }[] = []
  #place = 0

  readonly draw = (low: number, high: number): number => {
    const known = this.#drawn[this.#place++]
    if (known !== undefined) return known.value
    if (high - low >= MAX_DRAWN) throw new TooManyToTry(high - low + 1)
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
