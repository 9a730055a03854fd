/** Arrays of integers that grow. */

export function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * array.length)
  more.set(array)
  return more
}

/** An array that has at least `places` places: this one, or a longer copy. */
export function withRoom(array: Int32Array<ArrayBuffer>, places: number): Int32Array<ArrayBuffer> {
  let roomy = array
  while (roomy.length < places) roomy = doubled(roomy)
  return roomy
}

/** Words of a block, a power of two. */
const BLOCK = 1 << 14
const BLOCK_BITS = 14

/** Integers by number, in blocks: it grows without a copy. */
export class Integers {
  length = 0
  readonly #blocks: Int32Array[] = []

  push(value: number): void {
    this.set(this.length++, value)
  }

  snapshot(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, place) => this.get(place))
  }

  restore(values: Int32Array): void {
    this.length = 0
    for (const value of values) this.push(value)
  }

  /** Removes and returns the last one. There must be one. */
  pop(): number {
    return this.get(--this.length)
  }

  /** 0 where none was set. */
  get(place: number): number {
    const block = this.#blocks[place >> BLOCK_BITS]
    return block === undefined ? 0 : block[place & (BLOCK - 1)]!
  }

  set(place: number, value: number): void {
    const number = place >> BLOCK_BITS
    while (number >= this.#blocks.length) this.#blocks.push(new Int32Array(BLOCK))
    this.#blocks[number]![place & (BLOCK - 1)] = value
  }
}

/** Non-negative integers by number, each below 2¹⁶ or larger. A block takes two bytes for each until a larger one comes. */
export class ShortIntegers {
  length = 0
  readonly #blocks: (Uint16Array | Int32Array)[] = []
  /** The block that is being written. */
  #block: Uint16Array | Int32Array = new Uint16Array(0)

  push(value: number): void {
    const place = this.length++ & (BLOCK - 1)
    if (place === 0) this.#blocks.push((this.#block = new Uint16Array(BLOCK)))
    if (value > 0xffff && this.#block instanceof Uint16Array) {
      this.#block = Int32Array.from(this.#block)
      this.#blocks[this.#blocks.length - 1] = this.#block
    }
    this.#block[place] = value
  }

  get(place: number): number {
    return this.#blocks[place >> BLOCK_BITS]![place & (BLOCK - 1)]!
  }

  snapshot(): Int32Array {
    return Int32Array.from({ length: this.length }, (_, place) => this.get(place))
  }

  restore(values: Int32Array): void {
    this.length = 0
    for (const value of values) this.push(value)
  }
}
