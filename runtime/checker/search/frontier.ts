/** The states still to expand, in the order in which a search takes them. */
import { Integers } from "../arrays.ts"
import { RowQueue, RowStack } from "./rows.ts"

/** A frontier as data to keep: numbers and lists, depending on its order. */
export interface FrontierSnapshot {
  readonly numbers: readonly number[]
  readonly lists: readonly Int32Array[]
  /** Rows of states, if they are stored as bytes. */
  readonly rows?: Uint8Array
}

/** The row being expanded, and those still to expand. */
export interface Frontier {
  /** The row, at the beginning of an array. */
  readonly words: Int32Array
  /** The number of its state, and its distance from the first. */
  readonly state: number
  readonly depth: number
  /** The greatest distance of a state from the first. */
  readonly deepest: number
  /** The greatest distance of states that may be expanded, plus one. */
  maxDepth: number
  /** True if no row is left, at any distance. */
  readonly isEmpty: boolean
  /** Keeps a copy of a row, the first words of an array. */
  add(words: Int32Array, length: number, state: number): void
  /** Turns to the next row. @returns false if there is none that may be expanded */
  take(): boolean
  snapshot(): FrontierSnapshot
  restore(snapshot: FrontierSnapshot): void
}

/** Level by level: all states at one distance before those one step farther. */
export class Levels implements Frontier {
  state = -1
  depth = -1
  readonly #rows = new RowQueue()
  maxDepth: number
  /** States so far, and those up to the end of the level: both in the order of their numbers. */
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

/** The state found last first: reaches deep paths soon and keeps fewer rows, but its paths are not the shortest. */
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
