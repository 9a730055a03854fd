/**
 * Judges whether reads were answered from the past. A value is stale if another write began after the value's own write
 * had ended, and ended before the read began (so a regular register may not return the value; Lamport 1986). Values
 * that cannot be judged, such as those of writes without an answer, count as fresh.
 */
import type { Micros } from "../runtime/contract/units.ts"
import { writeOf } from "./values.ts"

/** No write of the key has ended. */
const NONE = -1

/** The number of a key's latest values that are remembered at least; an older one counts as fresh. */
const MAX_REMEMBERED = 1_000

/** The acknowledged writes of a key. */
export class KeyHistory {
  /**
   * The latest start of any write that has ended: for a read that begins now, a value is stale if its write ended
   * earlier.
   */
  floor: Micros = NONE
  /** The value written last, which most reads have, and when its write ended. */
  #latest: string | null | undefined
  #latestEnd: Micros = NONE
  /**
   * The numbers of all writes, and when each ended, in that order. Numbers instead of values: every garbage collection
   * would move thousands of strings.
   */
  readonly #numbers: number[] = []
  readonly #ends: Micros[] = []

  /** A write has been acknowledged. @param value the value that it left @param number the number of its operation */
  wrote(value: string | null, number: number, begun: Micros, ended: Micros): void {
    this.#latest = value
    this.#latestEnd = ended
    this.#numbers.push(number)
    this.#ends.push(ended)
    if (begun > this.floor) this.floor = begun
    if (this.#numbers.length < 2 * MAX_REMEMBERED) return
    this.#numbers.splice(0, MAX_REMEMBERED)
    this.#ends.splice(0, MAX_REMEMBERED)
  }

  /** @param value the value in the answer; null: the key had none yet @param floor the floor when the read began */
  isStale(value: string | null, floor: Micros): boolean {
    if (floor === NONE) return false
    if (value === null) return true
    if (value === this.#latest) return this.#latestEnd < floor
    const place = this.#numbers.lastIndexOf(writeOf(value))
    return place >= 0 && this.#ends[place]! < floor
  }
}

export class Freshness {
  /** By key number: a list is faster than a map. */
  readonly #histories: (KeyHistory | null)[]

  /** @param keys how many there are */
  constructor(keys: number) {
    this.#histories = Array.from({ length: keys }, () => null)
  }

  historyOf(key: number): KeyHistory {
    return this.#histories[key] ?? (this.#histories[key] = new KeyHistory())
  }
}
