/** The rows of states that wait to be expanded, in the order in which a search takes them. */
import { Integers, Rows } from "../arrays.ts"

/** A frontier as data to keep: some numbers and some lists, as its order has them. */
export interface FrontierSnapshot {
  readonly numbers: readonly number[]
  readonly lists: readonly Int32Array[]
}

/** The row that is expanded, and those that wait. */
export interface Frontier {
  /** The words of which the row is a part, and its place in them. */
  readonly words: Int32Array
  readonly row: number
  /** The number of its state, and the steps that lead there. */
  readonly state: number
  readonly depth: number
  /** The steps that lead to the state that is farthest from the beginning. */
  readonly deepest: number
  /** New rows are appended here, each to be announced by {@link add} when it is complete. */
  readonly next: Rows
  add(start: number, state: number): void
  /** Turns to the next row. @returns false if there is none that may be expanded */
  take(): boolean
  snapshot(): FrontierSnapshot
  restore(snapshot: FrontierSnapshot): void
}

/** Level by level: all states that are reached in as few steps before those that take one more. */
export class Levels implements Frontier {
  readonly next = new Rows()
  row = 0
  state = -1
  depth = -1
  readonly #level = new Rows()
  readonly #lengthOf: (words: Int32Array, row: number) => number
  readonly #maxDepth: number
  /** The place behind the row that is expanded. */
  #end = 0

  /** @param lengthOf the number of words of a row */
  constructor(lengthOf: (words: Int32Array, row: number) => number, maxDepth: number) {
    this.#lengthOf = lengthOf
    this.#maxDepth = maxDepth
  }

  get words(): Int32Array {
    return this.#level.words
  }

  get deepest(): number {
    return this.depth + (this.next.length > 0 ? 1 : 0)
  }

  /** States have the order of their numbers. */
  add(): void {}

  take(): boolean {
    if (this.#end >= this.#level.length && !this.#descend()) return false
    this.row = this.#end
    this.#end += this.#lengthOf(this.#level.words, this.row)
    this.state++
    return true
  }

  snapshot(): FrontierSnapshot {
    const { row, state, depth, next } = this
    return { numbers: [row, state, depth, this.#end], lists: [this.#level.snapshot(), next.snapshot()] }
  }

  restore({ numbers, lists }: FrontierSnapshot): void {
    const [row = 0, state = 0, depth = 0, end = 0] = numbers
    this.row = row
    this.state = state
    this.depth = depth
    this.#end = end
    this.#level.restore(lists[0]!)
    this.next.restore(lists[1]!)
  }

  #descend(): boolean {
    if (this.next.length === 0 || this.depth + 1 >= this.#maxDepth) return false
    this.depth++
    this.#level.exchange(this.next)
    this.next.length = 0
    this.#end = 0
    return true
  }
}

/** The state that was found last first: deep paths soon, and fewer rows to keep, but no path is the shortest. */
export class Stack implements Frontier {
  readonly next = new Rows()
  readonly row = 0
  state = -1
  depth = -1
  deepest = 0
  readonly #current = new Rows()
  readonly #starts = new Integers()
  readonly #states = new Integers()
  readonly #depths = new Integers()
  readonly #maxDepth: number

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
  }

  get words(): Int32Array {
    return this.#current.words
  }

  add(start: number, state: number): void {
    const depth = this.depth + 1
    this.#starts.push(start)
    this.#states.push(state)
    this.#depths.push(depth)
    if (depth > this.deepest) this.deepest = depth
  }

  take(): boolean {
    while (this.#starts.length > 0) {
      const start = this.#starts.pop()
      this.state = this.#states.pop()
      this.depth = this.#depths.pop()
      this.#current.length = 0
      for (let at = start; at < this.next.length; at++) this.#current.push(this.next.words[at]!)
      this.next.length = start
      if (this.depth < this.#maxDepth) return true
    }
    return false
  }

  snapshot(): FrontierSnapshot {
    const { state, depth, deepest, next } = this
    const lists = [next, this.#starts, this.#states, this.#depths].map(list => list.snapshot())
    return { numbers: [state, depth, deepest], lists }
  }

  restore({ numbers, lists }: FrontierSnapshot): void {
    const [state = 0, depth = 0, deepest = 0] = numbers
    this.state = state
    this.depth = depth
    this.deepest = deepest
    for (const [place, list] of [this.next, this.#starts, this.#states, this.#depths].entries())
      list.restore(lists[place]!)
  }
}
