/**
 * Rows of integers as variable-length bytes: seven bits of an integer in each, the low ones first, and a bit that says
 * whether more follow.
 */
import { withRoom } from "../arrays.ts"

/** Bytes of a block, and the most that an integer takes. */
const BLOCK = 1 << 16
const MAX_BYTES = 5
/** Bits of an integer in a byte. */
const BITS = 7
const MASK = 127

/** Rows, first in, first out. Blocks already read are reused. */
export class RowQueue {
  /** The words of the row taken last. */
  words = new Int32Array(1 << 8)
  #blocks: Uint8Array[] = []
  /** By block, the index after its last row. */
  #ends: number[] = []
  readonly #free: Uint8Array[] = []
  /** The block being read, and its next row. */
  #first = 0
  #place = 0
  /** The integer read last. */
  #word = 0
  /** The block being written, and its next free index. */
  #block: Uint8Array = new Uint8Array(0)
  #end = 0

  push(words: Int32Array, length: number): void {
    const most = MAX_BYTES * (length + 1)
    if (this.#end + most > this.#block.length) this.#open(most)
    const block = this.#block
    let end = write(block, this.#end, length)
    for (let at = 0; at < length; at++) {
      const word = words[at]!
      if (word > MASK) end = write(block, end, word)
      else block[end++] = word
    }
    this.#end = end
  }

  /** Takes the oldest row. There must be one. */
  take(): void {
    while (this.#place === (this.#first === this.#blocks.length - 1 ? this.#end : this.#ends[this.#first]))
      this.#leave()
    const block = this.#blocks[this.#first]!
    this.#read(block, this.#place)
    const length = this.#word
    if (length > this.words.length) this.words = withRoom(this.words, length)
    const { words } = this
    let place = this.#place
    for (let at = 0; at < length; at++) {
      const byte = block[place++]!
      if (byte <= MASK) words[at] = byte
      else {
        this.#read(block, place - 1)
        words[at] = this.#word
        place = this.#place
      }
    }
    this.#place = place
  }

  snapshot(): Uint8Array {
    this.#close()
    const from = (number: number): number => (number === this.#first ? this.#place : 0)
    const parts = this.#blocks.map((block, number) => block.subarray(from(number), this.#ends[number]))
    const left = parts.slice(this.#first)
    const all = new Uint8Array(left.reduce((sum, { length }) => sum + length, 0))
    let place = 0
    for (const part of left) {
      all.set(part, place)
      place += part.length
    }
    return all
  }

  /** Continues with the rows of a snapshot. */
  restore(rows: Uint8Array): void {
    this.#blocks = [Uint8Array.from(rows)]
    this.#ends = [rows.length]
    this.#first = 0
    this.#place = 0
    this.#block = this.#blocks[0]!
    this.#end = rows.length
  }

  /** Reads an integer at an index, into {@link #word}. */
  #read(block: Uint8Array, from: number): void {
    let place = from
    let byte = block[place++]!
    let word = byte & MASK
    for (let shift = BITS; byte > MASK; shift += BITS) {
      byte = block[place++]!
      word |= (byte & MASK) << shift
    }
    this.#word = word
    this.#place = place
  }

  /** Records where the block being written ends. */
  #close(): void {
    if (this.#block.length > 0) this.#ends[this.#ends.length - 1] = this.#end
  }

  #open(bytes: number): void {
    this.#close()
    this.#block = bytes > BLOCK ? new Uint8Array(bytes) : (this.#free.pop() ?? new Uint8Array(BLOCK))
    this.#blocks.push(this.#block)
    this.#ends.push(0)
    this.#end = 0
  }

  /** Releases a block that was read. */
  #leave(): void {
    const block = this.#blocks[this.#first]!
    if (block.length === BLOCK) this.#free.push(block)
    this.#first++
    this.#place = 0
    if (2 * this.#first < this.#blocks.length) return
    this.#blocks = this.#blocks.slice(this.#first)
    this.#ends = this.#ends.slice(this.#first)
    this.#first = 0
  }
}

/** Writes a non-negative integer. @returns the index after it */
function write(block: Uint8Array, place: number, word: number): number {
  let end = place
  let rest = word
  while (rest > MASK) {
    block[end++] = (rest & MASK) | (MASK + 1)
    rest >>>= BITS
  }
  block[end++] = rest
  return end
}

/** Rows, last in, first out. */
export class RowStack {
  /** The words of the row taken last. */
  words = new Int32Array(1 << 8)
  #all = new Int32Array(1 << 12)
  #length = 0

  push(words: Int32Array, length: number): void {
    if (this.#length + length + 1 > this.#all.length) this.#all = withRoom(this.#all, this.#length + length + 1)
    const all = this.#all
    const start = this.#length
    for (let at = 0; at < length; at++) all[start + at] = words[at]!
    all[start + length] = length
    this.#length = start + length + 1
  }

  /** Takes the newest row. There must be one. */
  take(): void {
    const length = this.#all[this.#length - 1]!
    const start = this.#length - 1 - length
    if (length > this.words.length) this.words = withRoom(this.words, length)
    for (let at = 0; at < length; at++) this.words[at] = this.#all[start + at]!
    this.#length = start
  }

  snapshot(): Int32Array {
    return this.#all.slice(0, this.#length)
  }

  restore(rows: Int32Array): void {
    this.#all = withRoom(this.#all, rows.length)
    this.#all.set(rows)
    this.#length = rows.length
  }
}
