/** Arrays of integers that grow. */

export function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * array.length)
  more.set(array)
  return more
}

/** Rows of integers, one after the other. */
export class Rows {
  words = new Int32Array(1 << 12)
  length = 0

  push(word: number): void {
    if (this.length === this.words.length) this.words = doubled(this.words)
    this.words[this.length++] = word
  }

  snapshot(): Int32Array {
    return this.words.slice(0, this.length)
  }

  restore(words: Int32Array): void {
    this.length = 0
    for (const word of words) this.push(word)
  }

  /** Exchanges the contents of two. */
  exchange(other: Rows): void {
    ;[this.words, other.words] = [other.words, this.words]
    ;[this.length, other.length] = [other.length, this.length]
  }
}

/** Integers by number. */
export class Integers {
  length = 0
  #values = new Int32Array(1 << 12)

  push(value: number): void {
    this.set(this.length++, value)
  }

  snapshot(): Int32Array {
    return this.#values.slice(0, this.length)
  }

  restore(values: Int32Array): void {
    this.length = 0
    for (const value of values) this.push(value)
  }

  /** The last one, which is removed. There must be one. */
  pop(): number {
    return this.#values[--this.length]!
  }

  /** 0 where none was set. */
  get(place: number): number {
    return place < this.#values.length ? this.#values[place]! : 0
  }

  set(place: number, value: number): void {
    while (place >= this.#values.length) this.#values = doubled(this.#values)
    this.#values[place] = value
  }
}
