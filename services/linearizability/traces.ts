/** The traces of the operations of a part in columns, with states by number: there may be a million of them. */
import type { HistoryOperation, Model } from "./model.ts"
import { States } from "./states.ts"

/** Stands for a state that an operation does not have. */
export const NONE = -1

const BOUND = 1
const BLIND = 2
const LENGTHENS = 4

interface Columns {
  readonly mentions: Int32Array
  readonly leaves: Int32Array
  readonly flags: Int32Array
}

/** Columns in one piece of memory: allocating each costs as much as filling it where there are some hundred operations. */
function newColumns(count: number): Columns {
  const all = new Int32Array(3 * count)
  return {
    mentions: all.subarray(0, count),
    leaves: all.subarray(count, 2 * count),
    flags: all.subarray(2 * count),
  }
}

/** The traces (`Trace`) of operations, by their places. */
export class Traces<State> {
  /** Number 0 is the initial state. Those below `stateCount` come from the traces, any others from a search. */
  readonly states: States<State>
  readonly stateCount: number
  /** True if any operation lengthens the state. */
  readonly anyLengthens: boolean
  /** The number of the state that each operation mentions, and of the one that it may leave; `NONE` if there is none. */
  readonly mentions: Int32Array
  readonly leaves: Int32Array
  readonly #flags: Int32Array

  constructor(states: States<State>, { mentions, leaves, flags }: Columns, anyLengthens: boolean) {
    this.states = states
    this.stateCount = states.count
    this.anyLengthens = anyLengthens
    this.mentions = mentions
    this.leaves = leaves
    this.#flags = flags
  }

  /** The traces of the operations at some places, by their new ones. */
  select(places: readonly number[]): Traces<State> {
    const { mentions, leaves, flags } = newColumns(places.length)
    let all = 0
    for (let to = 0; to < places.length; to++) {
      const from = places[to]!
      mentions[to] = this.mentions[from]!
      leaves[to] = this.leaves[from]!
      all |= flags[to] = this.#flags[from]!
    }
    return new Traces(this.states, { mentions, leaves, flags }, (all & LENGTHENS) !== 0)
  }

  isBound(place: number): boolean {
    return (this.#flags[place]! & BOUND) !== 0
  }

  isBlind(place: number): boolean {
    return (this.#flags[place]! & BLIND) !== 0
  }

  lengthens(place: number): boolean {
    return (this.#flags[place]! & LENGTHENS) !== 0
  }
}

/** The traces of operations; `undefined` if the model knows none. */
export function tracesOf<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
): Traces<State> | undefined {
  const { traceOf } = model
  if (traceOf === undefined) return undefined
  const count = operations.length
  const columns = newColumns(count)
  const states = new States(model)
  states.numberOf(model.init())
  const unbound: number[] = []
  let anyLengthens = false
  for (let place = 0; place < count; place++) {
    const { input, output } = operations[place]!
    const { mentions, isBound, leaves, isBlind, lengthens } = traceOf(input, output)
    columns.leaves[place] = leaves === undefined ? NONE : states.numberOf(leaves)
    columns.mentions[place] = mentions === undefined || !isBound ? NONE : states.numberOf(mentions)
    columns.flags[place] = (isBound ? BOUND : 0) | (isBlind ? BLIND : 0) | (lengthens ? LENGTHENS : 0)
    if (mentions !== undefined && !isBound) unbound.push(place)
    anyLengthens ||= lengthens
  }
  // The states that answers prove or operations leave have the first numbers, in the order in which they occur.
  for (const place of unbound) {
    const { input, output } = operations[place]!
    columns.mentions[place] = states.numberOf(traceOf(input, output).mentions!)
  }
  return new Traces(states, columns, anyLengthens)
}
