/**
 * The states that were seen: a set of fingerprints of 64 bits, each with the number of its state where that is asked for.
 *
 * Two of N states are alike by chance with a probability of N²/2⁶⁵: for ten million states that is 3 in a million.
 */
import { GOLDEN, mix } from "../lib/random.ts"

/** Slots at first, a power of two; and the share of them that may be taken. */
const MIN_SLOTS = 1 << 12
const FULL = 0.6

export class Fingerprints {
  /** The number of fingerprints. */
  size = 0
  /** The number of the fingerprint that was added or met last, from 0 in the order of adding, if they are numbered. */
  last = 0
  /** By slot, the number of its fingerprint; empty if they are not numbered. */
  #numbers: Int32Array<ArrayBuffer>
  /** Low and high half of each slot; both 0: free. */
  #slots: Int32Array<ArrayBuffer> = new Int32Array(2 * MIN_SLOTS)
  #mask = MIN_SLOTS - 1
  #most = MIN_SLOTS * FULL

  constructor(isNumbered = false) {
    this.#numbers = new Int32Array(isNumbered ? MIN_SLOTS : 0)
  }

  /** Adds a fingerprint. @returns whether it is new */
  add(low: number, high: number): boolean {
    // Both halves 0 mark a free slot.
    if (low === 0 && high === 0) low = 1
    const slots = this.#slots
    let slot = low & this.#mask
    for (;;) {
      const at = slot << 1
      const taken = slots[at]!
      if (taken === low && slots[at + 1] === high) {
        if (this.#numbers.length > 0) this.last = this.#numbers[slot]!
        return false
      }
      if (taken === 0 && slots[at + 1] === 0) {
        slots[at] = low
        slots[at + 1] = high
        if (this.#numbers.length > 0) {
          this.last = this.size
          this.#numbers[slot] = this.size
        }
        if (++this.size > this.#most) this.#grow()
        return true
      }
      slot = (slot + 1) & this.#mask
    }
  }

  /** The slots; not of fingerprints that are numbered. */
  snapshot(): { readonly slots: Int32Array; readonly size: number } {
    return { slots: this.#slots, size: this.size }
  }

  restore({ slots, size }: { readonly slots: Int32Array; readonly size: number }): void {
    this.#slots = Int32Array.from(slots)
    this.#mask = slots.length / 2 - 1
    this.#most = (slots.length / 2) * FULL
    this.size = size
  }

  #grow(): void {
    const old = this.#slots
    const count = old.length
    const slots = new Int32Array(2 * count)
    const numbers = new Int32Array(2 * this.#numbers.length)
    const mask = count - 1
    for (let from = 0; from < count; from += 2) {
      const low = old[from]!
      const high = old[from + 1]!
      if (low === 0 && high === 0) continue
      let slot = low & mask
      while (slots[slot << 1] !== 0 || slots[(slot << 1) + 1] !== 0) slot = (slot + 1) & mask
      slots[slot << 1] = low
      slots[(slot << 1) + 1] = high
      if (numbers.length > 0) numbers[slot] = this.#numbers[from >> 1]!
    }
    this.#slots = slots
    this.#numbers = numbers
    this.#mask = mask
    this.#most = count * FULL
  }
}

const COUNTERS_LOW = 0x7feb352d
const COUNTERS_HIGH = 0x68e31da4
const WATCH_LOW = 0x5851f42d
const WATCH_HIGH = 0x14057b7e

/** The low half of a fingerprint. @param low the part of processes and messages */
export function lowOf(low: number, counters: number, watch: number): number {
  return (low + spread(counters, COUNTERS_LOW) + spread(watch, WATCH_LOW)) | 0
}

export function highOf(high: number, counters: number, watch: number): number {
  return (high + spread(counters, COUNTERS_HIGH) + spread(watch, WATCH_HIGH)) | 0
}

/** Spreads a number over 32 bits, in one of several ways. */
export function spread(number: number, salt: number): number {
  return mix(Math.imul(number + 1, GOLDEN) ^ salt) | 0
}
