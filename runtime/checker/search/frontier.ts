/** The states that wait to be expanded, in the order in which a search takes them. */
import { Integers } from "../arrays.ts"
import { RowQueue, RowStack } from "./rows.ts"

/** A frontier as data to keep: some numbers and some lists, as its order has them. */
export interface FrontierSnapshot {
  readonly numbers: readonly number[]
  readonly lists: readonly Int32Array[]
  /** Rows of states, if they are kept as bytes. */
  readonly rows?: Uint8Array
}

/** The row that is expanded, and those that wait. */
export interface Frontier {
  /** The row, at the beginning of an array. */
  readonly words: Int32Array
  /** The number of its state, and the steps that lead there. */
  readonly state: number
  readonly depth: number
  /** The steps that lead to the state that is farthest from the beginning. */
  readonly deepest: number
  /** The steps that lead to the farthest states that may be expanded, and one more. */
  maxDepth: number
  /** True if no row waits, however far it is. */
  readonly isEmpty: boolean
  /** Keeps a copy of a row, the first words of an array. */
  add(words: Int32Array, length: number, state: number): void
  /** Turns to the next row. @returns false if there is none that may be expanded */
  take(): boolean
  snapshot(): FrontierSnapshot
  restore(snapshot: FrontierSnapshot): void
}

/** Level by level: all states that are reached in as few steps before those that take one more. */
export class Levels implements Frontier {
  state = -1
  depth = -1
  readonly #rows = new RowQueue()
  maxDepth: number
  /** States so far, and those up to the end of the level: they have the order of their numbers. */
  #states = 0
  #levelEnd = 0

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth
  }

  get words(): Int32Array {
    return this.#rows.words
  }

  get isEmpty(): boolean {
    return this.state + 1 === this.#states
  }

  get deepest(): number {
    return this.depth + (this.#states > this.#levelEnd ? 1 : 0)
  }

  add(words: Int32Array, length: number): void {
    this.#rows.push(words, length)
    this.#states++
  }

  take(): boolean {
    if (this.state + 1 === this.#levelEnd && !this.#descend()) return false
    this.#rows.take()
    this.state++
    return true
  }

  snapshot(): FrontierSnapshot {
    const { state, depth } = this
    return { numbers: [state, depth, this.#states, this.#levelEnd], lists: [], rows: this.#rows.snapshot() }
  }

  restore({ numbers, rows = new Uint8Array(0) }: FrontierSnapshot): void {
    const [state = 0, depth = 0, states = 0, levelEnd = 0] = numbers
    this.state = state
    this.depth = depth
    this.#states = states
    this.#levelEnd = levelEnd
    this.#rows.restore(rows)
  }

  #descend(): boolean {
    if (this.#states === this.#levelEnd || this.depth + 1 >= this.maxDepth) return false
    this.depth++
    this.#levelEnd = this.#states
    return true
  }
}

/** The state that was found last first: deep paths soon, and fewer rows to keep, but no path is the shortest. */
export class Stack implements Frontier {
  state = -1
  depth = -1
  deepest = 0
  readonly #rows = new RowStack()
  readonly #states = new Integers()
  readonly #depths = new Integers()
  maxDepth: number

  constructor(maxDepth: number) {
    this.maxDepth = maxDepth
  }

  get isEmpty(): boolean {
    return this.#states.length === 0
  }

  get words(): Int32Array {
    return this.#rows.words
  }

  add(words: Int32Array, length: number, state: number): void {
    const depth = this.depth + 1
    this.#rows.push(words, length)
    this.#states.push(state)
    this.#depths.push(depth)
    if (depth > this.deepest) this.deepest = depth
  }

  take(): boolean {
    while (this.#states.length > 0) {
      this.state = this.#states.pop()
      this.depth = this.#depths.pop()
      this.#rows.take()
      if (this.depth < this.maxDepth) return true
    }
    return false
  }

  snapshot(): FrontierSnapshot {
    const { state, depth, deepest } = this
    const lists = [this.#rows, this.#states, this.#depths].map(list => list.snapshot())
    return { numbers: [state, depth, deepest], lists }
  }

  restore({ numbers, lists }: FrontierSnapshot): void {
    const [state = 0, depth = 0, deepest = 0] = numbers
    this.state = state
    this.depth = depth
    this.deepest = deepest
    for (const [place, list] of [this.#rows, this.#states, this.#depths].entries()) list.restore(lists[place]!)
  }
}
