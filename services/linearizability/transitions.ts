/**
 * The states of a model by number, and the memoized result of each operation on each state: no step of the model is
 * taken twice.
 */
import type { Model } from "./model.ts"

/** The answer does not fit the state. */
export const IMPOSSIBLE = -1
const UNKNOWN = -2

/** The inverse of the maximum load factor of the table of steps, beyond which it grows. */
const SPARSENESS = 2

/** An operation that a model is asked to perform. */
interface Performed<Input, Output> {
  readonly input: Input
  readonly output: Output | undefined
}

export class Transitions<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #operations: readonly Performed<Input, Output>[]
  readonly #states: State[] = []
  readonly #numbers = new Map<string | number | boolean | null, number>()
  /** A hash table with open addressing: (state, operation) as `state * operations + operation`, and the next state. */
  #keys = new Float64Array(64).fill(-1)
  #next = new Int32Array(64)
  #used = 0

  constructor(model: Model<State, Input, Output>, operations: readonly Performed<Input, Output>[]) {
    this.#model = model
    this.#operations = operations
  }

  stateOf(number: number): State {
    return this.#states[number]!
  }

  numberOf(state: State): number {
    const identity = this.#model.identify(state)
    const known = this.#numbers.get(identity)
    if (known !== undefined) return known
    this.#numbers.set(identity, this.#states.length)
    return this.#states.push(state) - 1
  }

  /** The number of the state after an operation, by the operation's index; `IMPOSSIBLE` if its answer does not fit. */
  after(state: number, operation: number): number {
    const key = state * this.#operations.length + operation
    const slot = this.#slotOf(key)
    if (this.#keys[slot] === key) return this.#next[slot]!
    const { input, output } = this.#operations[operation]!
    const after = this.#model.step(this.#states[state]!, input, output)
    const number = after === undefined ? IMPOSSIBLE : this.numberOf(after)
    this.#keys[slot] = key
    this.#next[slot] = number
    if (++this.#used * SPARSENESS > this.#keys.length) this.#grow()
    return number
  }

  #slotOf(key: number): number {
    const keys = this.#keys
    const mask = keys.length - 1
    let slot = Math.imul((key % 4_294_967_291) | 0, 0x9e3779b1) & mask
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & mask
    return slot
  }

  #grow(): void {
    const [keys, next] = [this.#keys, this.#next]
    this.#keys = new Float64Array(2 * keys.length).fill(-1)
    this.#next = new Int32Array(2 * keys.length).fill(UNKNOWN)
    for (let old = 0; old < keys.length; old++) {
      if (keys[old] === -1) continue
      const slot = this.#slotOf(keys[old]!)
      this.#keys[slot] = keys[old]!
      this.#next[slot] = next[old]!
    }
  }
}
