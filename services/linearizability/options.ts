/**
 * The operations of unknown outcome in a search: tracks those that have been placed, and those that still may be.
 *
 * One that expires before the latest call placed can no longer be placed. Bits are ordered by expiry, so that expired
 * ones form a prefix: configurations that differ only in it are the same.
 */
import { firstWhere } from "../../runtime/lib/search.ts"
import type { Arena } from "./arena.ts"

export class Options {
  /** Places in time of each option's call and expiry, at 2i and 2i+1; options are in the order of their calls. */
  readonly places: Int32Array
  /** The rank of each option by expiry, the expiries by rank, and up to each option the latest expiry. */
  readonly #rank: Int32Array
  readonly #expiries: Int32Array
  readonly #latestUpTo: Int32Array
  /** A bit for each rank: set if the option is placed. */
  readonly isTakenByRank: Int32Array
  #taken = 0

  /**
   * @param places as {@link places}; `NEVER` for the expiry of an option that has none
   * @param byExpiry the options in the order of their expiries
   */
  constructor(places: Int32Array, byExpiry: Int32Array, arena: Arena) {
    const count = byExpiry.length
    this.places = places
    this.#rank = arena.ints(count)
    this.#expiries = arena.ints(count)
    for (let rank = 0; rank < count; rank++) {
      const option = byExpiry[rank]!
      this.#rank[option] = rank
      this.#expiries[rank] = places[2 * option + 1]!
    }
    this.#latestUpTo = arena.ints(count)
    let latest = -1
    for (let option = 0; option < count; option++) {
      latest = Math.max(latest, places[2 * option + 1]!)
      this.#latestUpTo[option] = latest
    }
    this.isTakenByRank = arena.ints((count >>> 5) + 1)
  }

  get count(): number {
    return this.#rank.length
  }

  isTaken(option: number): boolean {
    const rank = this.#rank[option]!
    return (this.isTakenByRank[rank >>> 5]! & (1 << (rank & 31))) !== 0
  }

  take(option: number): void {
    const rank = this.#rank[option]!
    this.isTakenByRank[rank >>> 5]! |= 1 << (rank & 31)
    this.#taken++
  }

  giveBack(option: number): void {
    const rank = this.#rank[option]!
    this.isTakenByRank[rank >>> 5]! &= ~(1 << (rank & 31))
    this.#taken--
  }

  /** The first option that may not have expired by a place in time; those before it all have. */
  firstOpenAt(place: number): number {
    return lowerBound(this.#latestUpTo, place)
  }

  /** True if an option that is not placed expires from one place in time on and before another. */
  anyExpires(from: number, before: number): boolean {
    const last = lowerBound(this.#expiries, before)
    for (let rank = lowerBound(this.#expiries, from); rank < last; rank++) {
      if ((this.isTakenByRank[rank >>> 5]! & (1 << (rank & 31))) === 0) return true
    }
    return false
  }

  /** The first option, in the order of expiry, that has not expired by a place in time. */
  firstRankAt(place: number): number {
    return lowerBound(this.#expiries, place)
  }

  /** The maximum number of words in a name. */
  get wordsOfName(): number {
    return 2 + this.isTakenByRank.length
  }

  /**
   * Names the placed options among those that have not expired by a place in time.
   *
   * @param name takes the name, from index `length` on
   * @returns the length of the name with it
   */
  addName(place: number, name: Int32Array, length: number): number {
    if (this.#taken === 0) return length
    const first = lowerBound(this.#expiries, place)
    if (first === this.#expiries.length) return length
    name[length++] = first
    const past = (1 << (first & 31)) - 1
    let last = this.isTakenByRank.length - 1
    while (last > first >>> 5 && this.isTakenByRank[last] === 0) last--
    for (let word = first >>> 5; word <= last; word++) {
      name[length++] = word === first >>> 5 ? this.isTakenByRank[word]! & ~past : this.isTakenByRank[word]!
    }
    return length
  }
}

/** The place of the first of ascending values that is not below `bound`. */
function lowerBound(values: Int32Array, bound: number): number {
  return firstWhere(values.length, place => values[place]! >= bound)
}
