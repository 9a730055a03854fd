/**
 * The states that the operations of a part mention, for pruning: they determine which operations could reveal that the
 * state was once a given one. Where operations lengthen the state, these include all that mention an extension of it.
 */
import { firstWhere } from "../../runtime/lib/search.ts"
import type { Model, Trace } from "./model.ts"
import type { Transitions } from "./transitions.ts"

const NONE = -1

/** Operations examined for one state. Even if all of them are placed, others may not be. */
const MAX_LOOKED_AT = 64

type Name = string | number | boolean | null

export class Mentions<State, Input, Output> {
  /** By operation: the rank of the state it mentions, and the number of the state that it may leave. */
  readonly #rank: Int32Array
  readonly #leaves: Int32Array
  readonly #isBound: Uint8Array
  readonly #isBlind: Uint8Array
  /**
   * The operations that surely happened and whose answer or effect depends on the state before without being bound to a
   * single one.
   */
  readonly #hangsOn: Uint8Array
  /**
   * False if some answer distinguishes a state without fitting only that one: any write may disturb such an operation.
   */
  readonly mayCover: boolean
  /** The mentioned states, ascending, and the operations that mention each, latest call first. */
  readonly #names: readonly Name[]
  readonly #mentioning: readonly (readonly number[])[]
  readonly #lengthens: boolean
  readonly #nameOf: (state: number) => Name
  /** By number of the state: the first rank that could reveal it, and the one after the last. */
  readonly #from: number[] = []
  readonly #to: number[] = []

  /**
   * @param traces of the operations that surely happened, then of the others
   * @param known the number of those that surely happened
   */
  constructor(
    model: Model<State, Input, Output>,
    traces: readonly Trace<State>[],
    known: number,
    transitions: Transitions<State, Input, Output>,
  ) {
    const count = traces.length
    this.#rank = new Int32Array(count).fill(NONE)
    this.#leaves = new Int32Array(count).fill(NONE)
    this.#isBound = new Uint8Array(count)
    this.#isBlind = new Uint8Array(count)
    this.#hangsOn = new Uint8Array(count)
    const lengthens = traces.some(trace => trace.lengthens)
    const nameOf = (state: State): Name => (lengthens ? (model.identify(state) ?? "") : model.identify(state))
    this.#lengthens = lengthens
    this.#nameOf = number => nameOf(transitions.stateOf(number))
    const byName = new Map<Name, number[]>()
    let mayCover = true
    for (let index = count - 1; index >= 0; index--) {
      const { mentions, isBound, leaves, isBlind, lengthens: isLonger } = traces[index]!
      if (leaves !== undefined) this.#leaves[index] = transitions.numberOf(leaves)
      this.#isBound[index] = isBound ? 1 : 0
      this.#isBlind[index] = isBlind ? 1 : 0
      if (index < known && !isBound && (isLonger || mentions !== undefined)) this.#hangsOn[index] = 1
      if (mentions === undefined) continue
      if (index < known && !isBound) mayCover = false
      const name = nameOf(mentions)
      const list = byName.get(name)
      if (list === undefined) byName.set(name, [index])
      else list.push(index)
    }
    this.mayCover = mayCover
    const names = [...byName.keys()].toSorted(compare)
    this.#names = names
    this.#mentioning = names.map(name => byName.get(name)!)
    for (let rank = 0; rank < names.length; rank++) {
      for (const index of this.#mentioning[rank]!) this.#rank[index] = rank
    }
  }

  isBound(operation: number): boolean {
    return this.#isBound[operation] === 1
  }

  /** True if the operation leaves its state whatever was there before, and reveals nothing about what that was. */
  isBlind(operation: number): boolean {
    return this.#isBlind[operation] === 1 && this.#rank[operation] === NONE
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
    return this.#hangsOn[operation] === 1 || this.shows(operation, state)
  }

  /** True if the operation could reveal that the state was once this one. */
  shows(operation: number, state: number): boolean {
    const rank = this.#rank[operation]!
    this.#locate(state)
    return rank >= this.#from[state]! && rank < this.#to[state]!
  }

  /** False only if no operation that is yet to be placed could reveal that the state was once this one. */
  mayBeShown(state: number, isPlaced: (operation: number) => boolean): boolean {
    this.#locate(state)
    let left = MAX_LOOKED_AT
    for (let rank = this.#from[state]!; rank < this.#to[state]!; rank++) {
      for (const operation of this.#mentioning[rank]!) if (!isPlaced(operation) || --left === 0) return true
    }
    return false
  }

  #locate(state: number): void {
    if (this.#from[state] !== undefined) return
    const names = this.#names
    const name = this.#nameOf(state)
    const from = firstWhere(names.length, place => compare(names[place]!, name) >= 0)
    const isPast = (place: number): boolean => {
      const other = names[place]!
      if (compare(other, name) <= 0) return false
      return !(this.#lengthens && typeof other === "string" && other.startsWith(String(name)))
    }
    this.#from[state] = from
    this.#to[state] = names.length === 0 ? 0 : Math.max(from, firstWhere(names.length, isPast))
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
