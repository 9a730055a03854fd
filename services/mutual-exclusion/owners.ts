/** Nobody. */
const NOBODY = -1

/**
 * The owner of each operation that has not ended. Operations are numbered consecutively, so a ring holds the owners,
 * from the oldest unended operation on.
 */
export class Owners {
  #ring = new Int32Array(16).fill(NOBODY)
  /** The oldest operation that has not ended, or the next one to begin. */
  #oldest = 0
  #next = 0

  /** The next operation begins. @param number one more than the last one's, from 0 */
  begin(number: number, owner: number): void {
    if (number - this.#oldest >= this.#ring.length) this.#grow()
    this.#ring[number & (this.#ring.length - 1)] = owner
    this.#next = number + 1
  }

  /** Undefined: the operation has ended. */
  of(number: number): number | undefined {
    if (number < this.#oldest) return undefined
    const owner = this.#ring[number & (this.#ring.length - 1)]!
    return owner === NOBODY ? undefined : owner
  }

  end(number: number): void {
    this.#ring[number & (this.#ring.length - 1)] = NOBODY
    while (this.#oldest < this.#next && this.of(this.#oldest) === undefined) this.#oldest++
  }

  #grow(): void {
    const size = this.#ring.length
    const ring = new Int32Array(2 * size).fill(NOBODY)
    for (let number = this.#oldest; number < this.#next; number++) {
      ring[number & (2 * size - 1)] = this.#ring[number & (size - 1)]!
    }
    this.#ring = ring
  }
}
