/**
 * The states that the operations of a part mention, for pruning: they determine which operations could reveal that the
 * state was once a given one. Where operations lengthen the state, these include all that mention an extension of it.
 */
import { firstWhere } from "../../runtime/lib/search.ts"
import type { Arena } from "./arena.ts"
import type { States } from "./states.ts"
import { NONE, type Traces } from "./traces.ts"

/** Operations examined for one state. Even if all of them are placed, others may not be. */
const MAX_LOOKED_AT = 64

type Name = string | number | boolean | null

/** Flags of an operation: it is bound to a single state; it leaves the same state whatever was there before. */
const BOUND = 1
const BLIND = 2
/** It surely happened, and its answer or effect depends on the state before without being bound to a single one. */
const HANGS_ON = 4

export class Mentions<State> {
  /** By operation: the rank of the state it mentions, and the number of the state that it may leave. */
  readonly #rank: Int32Array
  readonly #leaves: Int32Array
  readonly #flags: Int32Array
  /**
   * False if some answer distinguishes a state without fitting only that one: any write may disturb such an operation.
   */
  readonly mayCover: boolean
  /** The operations that mention each state, latest call first: those of rank r from `#start[r]` to `#start[r + 1]`. */
  readonly #mentioning: Int32Array
  readonly #start: Int32Array
  readonly #ranks: Ranks

  /**
   * @param places of the operations that surely happened among those of the traces, then of the others
   * @param known the number of those that surely happened
   */
  constructor(traces: Traces<State>, places: readonly number[], known: number, arena: Arena) {
    const count = places.length
    this.#rank = arena.ints(count)
    this.#leaves = arena.ints(count)
    this.#flags = arena.ints(count)
    this.#ranks = traces.anyLengthens ? new SortedRanks(traces, places) : new PlainRanks(traces.stateCount)
    let mayCover = true
    for (let index = 0; index < count; index++) {
      const place = places[index]!
      const mentioned = traces.mentions[place]!
      const isBound = traces.isBound(place)
      const hangsOn = index < known && !isBound && (mentioned !== NONE || traces.lengthens(place))
      this.#rank[index] = mentioned === NONE ? NONE : this.#ranks.from(mentioned)
      this.#leaves[index] = traces.leaves[place]!
      this.#flags[index] = (isBound ? BOUND : 0) | (traces.isBlind(place) ? BLIND : 0) | (hangsOn ? HANGS_ON : 0)
      if (hangsOn && mentioned !== NONE) mayCover = false
    }
    this.mayCover = mayCover
    this.#start = arena.ints(this.#ranks.count + 1)
    this.#mentioning = arena.ints(count)
    this.#groupByRank()
  }

  #groupByRank(): void {
    const [rank, start] = [this.#rank, this.#start]
    for (let index = 0; index < rank.length; index++) if (rank[index] !== NONE) start[rank[index]!]!++
    for (let end = 0, place = 0; place < start.length; place++) {
      end += start[place]!
      start[place] = end
    }
    // Each group fills from its end to its start, which is then where `start` points.
    for (let index = 0; index < rank.length; index++) {
      if (rank[index] !== NONE) this.#mentioning[--start[rank[index]!]!] = index
    }
  }

  isBound(operation: number): boolean {
    return (this.#flags[operation]! & BOUND) !== 0
  }

  /** True if the operation leaves its state whatever was there before, and reveals nothing about what that was. */
  isBlind(operation: number): boolean {
    return (this.#flags[operation]! & BLIND) !== 0 && this.#rank[operation] === NONE
  }

  /** The number of the state that the operation may leave whatever was there before, or -1. */
  leaves(operation: number): number {
    return this.#leaves[operation]!
  }

  /**
   * True if the operation could reveal that the state was once this one, or that it was another, or keeps it for others
   * to reveal.
   */
  mayReveal(operation: number, state: number): boolean {
    return (this.#flags[operation]! & HANGS_ON) !== 0 || this.shows(operation, state)
  }

  /** True if the operation could reveal that the state was once this one. */
  shows(operation: number, state: number): boolean {
    const rank = this.#rank[operation]!
    return rank >= this.#ranks.from(state) && rank < this.#ranks.to(state)
  }

  /** False only if no operation that is yet to be placed could reveal that the state was once this one. */
  mayBeShown(state: number, isPlaced: (operation: number) => boolean): boolean {
    const end = this.#start[this.#ranks.to(state)]!
    let left = MAX_LOOKED_AT
    for (let place = this.#start[this.#ranks.from(state)]!; place < end; place++) {
      if (!isPlaced(this.#mentioning[place]!) || --left === 0) return true
    }
    return false
  }
}

/** The ranks of mentioned states: those that could reveal a state are next to each other. */
interface Ranks {
  readonly count: number
  /** The first rank that could reveal a state. If the state is mentioned, it is its own. */
  from(state: number): number
  /** The rank after the last that could. */
  to(state: number): number
}

/** Only a state itself reveals it: its number is its rank. */
class PlainRanks implements Ranks {
  readonly count: number

  constructor(count: number) {
    this.count = count
  }

  from(state: number): number {
    return state < this.count ? state : this.count
  }

  to(state: number): number {
    return state < this.count ? state + 1 : this.count
  }
}

/** All extensions of a state reveal it: states are ranked in the order of their names. */
class SortedRanks<State> implements Ranks {
  readonly #states: States<State>
  readonly #names: readonly Name[]
  /** By number of the state, computed when first asked for. */
  readonly #from: number[] = []
  readonly #to: number[] = []

  constructor({ states, mentions }: Traces<State>, places: readonly number[]) {
    this.#states = states
    const mentioned = new Set<number>()
    for (const place of places) if (mentions[place] !== NONE) mentioned.add(mentions[place]!)
    this.#names = [...new Set(Array.from(mentioned, state => this.#nameOf(state)))].toSorted(compare)
  }

  get count(): number {
    return this.#names.length
  }

  from(state: number): number {
    return (this.#from[state] ??= this.#firstFrom(this.#nameOf(state)))
  }

  to(state: number): number {
    return (this.#to[state] ??= Math.max(this.from(state), this.#firstPast(this.#nameOf(state))))
  }

  /** Nothing can be told from an empty state: operations lengthen both to the same. */
  #nameOf(state: number): Name {
    return this.#states.identityOf(state) ?? ""
  }

  #firstFrom(name: Name): number {
    return firstWhere(this.#names.length, place => compare(this.#names[place]!, name) >= 0)
  }

  #firstPast(name: Name): number {
    return firstWhere(this.#names.length, place => {
      const other = this.#names[place]!
      if (compare(other, name) <= 0) return false
      return !(typeof other === "string" && other.startsWith(String(name)))
    })
  }
}

/** The order of names: `null` first, then by type, then by value; a string follows its prefixes. */
function compare(a: Name, b: Name): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  if (typeof a !== typeof b) return typeof a < typeof b ? -1 : 1
  return a < b ? -1 : 1
}
