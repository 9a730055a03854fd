/** The strongly connected components of a graph (Tarjan, SIAM Journal on Computing 1, 1972), without recursion. */
import type { Graph } from "./graph.ts"

/** In place of an index: none yet. */
const NONE = -1

export class Components {
  /** By state, its component; states left out have none. */
  readonly of: Int32Array
  readonly #graph: Graph
  readonly #isKept: (transition: number) => boolean
  readonly #order: Int32Array
  readonly #low: Int32Array
  /** By state, its next transition to follow. */
  readonly #next: Int32Array
  readonly #open: number[] = []
  #met = 0
  #count = 0

  /** @param isKept the transitions to include; those that {@link Graph.isDone} reports are left out */
  constructor(graph: Graph, states: number, isKept: (transition: number) => boolean) {
    this.#graph = graph
    this.#isKept = isKept
    this.of = new Int32Array(states).fill(NONE)
    this.#order = new Int32Array(states).fill(NONE)
    this.#low = new Int32Array(states)
    this.#next = new Int32Array(states)
    for (let state = 0; state < states; state++) {
      if (this.#order[state] === NONE && !graph.isDone(state)) this.#search(state)
    }
  }

  /** By component with more than one state, or with a step of a state to itself, its states in ascending order. */
  cyclic(): ReadonlyMap<number, readonly number[]> {
    const states = new Map<number, number[]>()
    const sizes = new Int32Array(this.#count)
    for (const component of this.of) if (component !== NONE) sizes[component]!++
    for (const [state, component] of this.of.entries()) {
      if (component === NONE || (sizes[component] === 1 && !this.#hasLoop(state))) continue
      const known = states.get(component)
      if (known === undefined) states.set(component, [state])
      else known.push(state)
    }
    return states
  }

  #hasLoop(state: number): boolean {
    const end = this.#graph.endOf(state)
    for (let at = this.#graph.startOf(state); at < end; at++) {
      if (this.#graph.targetOf(at) === state && this.#isKept(at)) return true
    }
    return false
  }

  #search(root: number): void {
    const path = [root]
    this.#enter(root)
    while (path.length > 0) {
      const state = path[path.length - 1]!
      const child = this.#descend(state)
      if (child !== NONE) {
        this.#enter(child)
        path.push(child)
        continue
      }
      path.pop()
      if (this.#low[state] === this.#order[state]) this.#close(state)
      const parent = path[path.length - 1]
      if (parent !== undefined) this.#low[parent] = Math.min(this.#low[parent]!, this.#low[state]!)
    }
  }

  #enter(state: number): void {
    this.#order[state] = this.#met
    this.#low[state] = this.#met++
    this.#next[state] = this.#graph.startOf(state)
    this.#open.push(state)
  }

  /** Follows the next transitions of a state up to one to a new state. @returns that one */
  #descend(state: number): number {
    const end = this.#graph.endOf(state)
    while (this.#next[state]! < end) {
      const transition = this.#next[state]!++
      const target = this.#graph.targetOf(transition)
      if (!this.#isKept(transition) || this.#graph.isDone(target)) continue
      if (this.#order[target] === NONE) return target
      if (this.of[target] === NONE) this.#low[state] = Math.min(this.#low[state]!, this.#order[target]!)
    }
    return NONE
  }

  #close(root: number): void {
    for (let state = this.#open.pop()!; ; state = this.#open.pop()!) {
      this.of[state] = this.#count
      if (state === root) break
    }
    this.#count++
  }
}
