/**
 * The states seen: a set of 64-bit fingerprints, each with the number of its state on demand.
 *
 * The probability that two of N states collide is N²/2⁶⁵: for ten million states, 3 in a million.
 */
import { GOLDEN, mix } from "../lib/random.ts"

/** Parts of the set, by the first bits of a fingerprint. Each grows separately, so that little is duplicated meanwhile. */
const PARTS = 64
const PART_BITS = 6
/** Initial slots of a part, and its maximum load. */
const MIN_SLOTS = 64
const FULL = 0.75
/** A part with fewer slots than these doubles as it grows; a larger one grows by half. */
const FEW_SLOTS = 1 << 12
const RANGE = 2 ** 32

export interface FingerprintsSnapshot {
  readonly parts: readonly Int32Array[]
  readonly size: number
}

/** A set of fingerprints. */
export interface Seen {
  readonly size: number
  /** The number of the one added or met last, if they are numbered. */
  readonly last: number
  /** Adds a fingerprint. @returns whether it is new */
  add(low: number, high: number): boolean
}

export class Fingerprints implements Seen {
  /** The number of fingerprints. */
  size = 0
  /** The number of the fingerprint added or met last, from 0 in the order of adding, if they are numbered. */
  last = 0
  readonly #isNumbered: boolean
  readonly #parts: Part[]

  constructor(isNumbered = false) {
    this.#isNumbered = isNumbered
    this.#parts = Array.from({ length: PARTS }, () => new Part(MIN_SLOTS, isNumbered))
  }

  /** Adds a fingerprint. @returns whether it is new */
  add(low: number, high: number): boolean {
    // Both halves 0 mark a free slot.
    const first = (low | high) === 0 ? 1 : low
    const part = this.#parts[first >>> (32 - PART_BITS)]!
    const { slots } = part
    let at = part.startOf(first)
    for (;;) {
      const taken = slots[at]!
      if (taken === first && slots[at + 1] === high) {
        if (this.#isNumbered) this.last = part.numbers[at >> 1]!
        return false
      }
      if (taken === 0 && slots[at + 1] === 0) break
      at += 2
      if (at === slots.length) at = 0
    }
    if (this.#isNumbered) part.numbers[at >> 1] = this.last = this.size
    this.size++
    part.take(at, first, high)
    return true
  }

  /** The slots of all parts; only for fingerprints without numbers. */
  snapshot(): FingerprintsSnapshot {
    return { parts: this.#parts.map(({ slots }) => slots), size: this.size }
  }

  /** Adds all of them to another set. */
  copyTo(other: Seen): void {
    for (const { slots } of this.#parts) {
      for (let at = 0; at < slots.length; at += 2) {
        if (slots[at] !== 0 || slots[at + 1] !== 0) other.add(slots[at]!, slots[at + 1]!)
      }
    }
  }

  restore({ parts, size }: FingerprintsSnapshot): void {
    for (const [place, slots] of parts.entries()) this.#parts[place] = Part.of(slots)
    this.size = size
  }
}

/** An open-addressing table whose fingerprints stand roughly in ascending order. */
class Part {
  /** Low and high half of each slot; both 0: free. */
  slots: Int32Array
  /** By slot, the number of its fingerprint; empty if they are not numbered. */
  numbers: Int32Array
  /** Slots by fingerprint. */
  #scale: number
  /** Slots taken, and the most that may be. */
  #size = 0
  #most: number

  constructor(count: number, isNumbered: boolean) {
    this.slots = new Int32Array(2 * count)
    this.numbers = new Int32Array(isNumbered ? count : 0)
    this.#scale = count / RANGE
    this.#most = Math.floor(count * FULL)
  }

  static of(slots: Int32Array): Part {
    const part = new Part(slots.length / 2, false)
    part.slots = Int32Array.from(slots)
    for (let at = 0; at < slots.length; at += 2) if (slots[at] !== 0 || slots[at + 1] !== 0) part.#size++
    return part
  }

  /** The slot at which the search for a fingerprint starts. */
  startOf(low: number): number {
    return ((((low << PART_BITS) >>> 0) * this.#scale) | 0) << 1
  }

  /** Writes a new fingerprint into a free slot. */
  take(at: number, low: number, high: number): void {
    this.slots[at] = low
    this.slots[at + 1] = high
    if (++this.#size > this.#most) this.#grow()
  }

  #grow(): void {
    const { slots, numbers } = this
    const old = slots.length / 2
    const count = old < FEW_SLOTS ? 2 * old : old + (old >> 1)
    const isNumbered = numbers.length > 0
    this.#scale = count / RANGE
    this.#most = Math.floor(count * FULL)
    this.slots = new Int32Array(2 * count)
    this.numbers = new Int32Array(isNumbered ? count : 0)
    for (let from = 0; from < slots.length; from += 2) {
      const low = slots[from]!
      const high = slots[from + 1]!
      if (low === 0 && high === 0) continue
      let at = this.startOf(low)
      while (this.slots[at] !== 0 || this.slots[at + 1] !== 0) at = at + 2 === 2 * count ? 0 : at + 2
      this.slots[at] = low
      this.slots[at + 1] = high
      if (isNumbered) this.numbers[at >> 1] = numbers[from >> 1]!
    }
  }
}

const FACTOR_LOW = 0x735a2d97
const FACTOR_HIGH = 0x21f0aaad

/** A 64-bit digest of a text: the same in every process. */
export function digestOf(text: string): { readonly low: number; readonly high: number } {
  let low = 0x85ebca6b
  let high = 0x9e3779b9
  for (let place = 0; place < text.length; place++) {
    const unit = text.charCodeAt(place)
    low = Math.imul(low ^ unit, FACTOR_LOW)
    high = Math.imul(high ^ unit, FACTOR_HIGH)
    low ^= high >>> 13
    high ^= low >>> 15
  }
  return { low: mix(low ^ mix(high)) | 0, high: mix(high + Math.imul(low, GOLDEN)) | 0 }
}

/** Spreads a number over 32 bits, in one of several ways. */
export function spread(number: number, salt: number): number {
  return mix(Math.imul(number + 1, GOLDEN) ^ salt) | 0
}
