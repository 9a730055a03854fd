/** The memoized result of each operation on each state: no step of the model is taken twice. */
import type { Arena } from "./arena.ts"
import type { Model } from "./model.ts"
import type { States } from "./states.ts"

/** The answer does not fit the state. */
export const IMPOSSIBLE = -1

/** The inverse of the maximum load factor of the table of steps, beyond which it grows. */
const SPARSENESS = 2
/** Limits of the number of entries with which the table starts. */
const [MIN_ENTRIES, MAX_ENTRIES] = [32, 1024]
/** Integers per entry: the state plus 1 (0: there is none), the operation, the next state. */
const WIDTH = 3

/** An operation that a model is asked to perform. */
interface Performed<Input, Output> {
  readonly input: Input
  readonly output: Output | undefined
}

export class Transitions<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #operations: readonly Performed<Input, Output>[]
  readonly #arena: Arena
  readonly #states: States<State>
  /** A hash table with open addressing, by state and operation. */
  #table: Int32Array
  #mask: number
  #used = 0

  constructor(
    model: Model<State, Input, Output>,
    states: States<State>,
    operations: readonly Performed<Input, Output>[],
    arena: Arena,
  ) {
    this.#model = model
    this.#states = states
    this.#operations = operations
    this.#arena = arena
    let entries = MIN_ENTRIES
    while (entries < MAX_ENTRIES && entries < 2 * SPARSENESS * operations.length) entries *= 2
    this.#table = arena.ints(WIDTH * entries)
    this.#mask = entries - 1
  }

  /** The number of the state after an operation, by the operation's index; `IMPOSSIBLE` if its answer does not fit. */
  after(state: number, operation: number): number {
    const slot = this.#slotOf(state, operation)
    if (this.#table[slot] !== 0) return this.#table[slot + 2]!
    const { input, output } = this.#operations[operation]!
    const after = this.#model.step(this.#states.stateOf(state), input, output)
    const number = after === undefined ? IMPOSSIBLE : this.#states.numberOf(after)
    this.#put(slot, state, operation, number)
    if (++this.#used * SPARSENESS > this.#mask) this.#grow()
    return number
  }

  #slotOf(state: number, operation: number): number {
    const [table, mask] = [this.#table, this.#mask]
    const key = Math.imul(state, this.#operations.length) + operation
    let entry = Math.imul(key, 0x9e3779b1) & mask
    for (;;) {
      const slot = WIDTH * entry
      if (table[slot] === 0 || (table[slot] === state + 1 && table[slot + 1] === operation)) return slot
      entry = (entry + 1) & mask
    }
  }

  #put(slot: number, state: number, operation: number, after: number): void {
    this.#table[slot] = state + 1
    this.#table[slot + 1] = operation
    this.#table[slot + 2] = after
  }

  #grow(): void {
    const old = this.#table
    this.#table = this.#arena.ints(2 * old.length)
    this.#mask = 2 * this.#mask + 1
    for (let slot = 0; slot < old.length; slot += WIDTH) {
      if (old[slot] === 0) continue
      const [state, operation] = [old[slot]! - 1, old[slot + 1]!]
      this.#put(this.#slotOf(state, operation), state, operation, old[slot + 2]!)
    }
  }
}
