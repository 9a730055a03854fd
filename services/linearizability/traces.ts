/** The traces of the operations of a part in columns, with states by number: there may be a million of them. */
import type { HistoryOperation, Model } from "./model.ts"
import { States } from "./states.ts"

/** Stands for a state that an operation does not have. */
export const NONE = -1

const BOUND = 1
const BLIND = 2
const LENGTHENS = 4

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

  constructor(
    states: States<State>,
    mentions: Int32Array,
    leaves: Int32Array,
    flags: Int32Array,
    anyLengthens: boolean,
  ) {
    this.states = states
    this.stateCount = states.count
    this.anyLengthens = anyLengthens
    this.mentions = mentions
    this.leaves = leaves
    this.#flags = flags
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
  const columns = new Int32Array(3 * count)
  const mentioned = columns.subarray(0, count)
  const left = columns.subarray(count, 2 * count)
  const flags = columns.subarray(2 * count)
  const states = new States(model)
  states.numberOf(model.init())
  const unbound: number[] = []
  let anyLengthens = false
  for (let place = 0; place < count; place++) {
    const { input, output } = operations[place]!
    const { mentions, isBound, leaves, isBlind, lengthens } = traceOf(input, output)
    left[place] = leaves === undefined ? NONE : states.numberOf(leaves)
    mentioned[place] = mentions === undefined || !isBound ? NONE : states.numberOf(mentions)
    flags[place] = (isBound ? BOUND : 0) | (isBlind ? BLIND : 0) | (lengthens ? LENGTHENS : 0)
    if (mentions !== undefined && !isBound) unbound.push(place)
    anyLengthens ||= lengthens
  }
  // The states that answers prove or operations leave have the first numbers, in the order in which they occur.
  for (const place of unbound) {
    const { input, output } = operations[place]!
    mentioned[place] = states.numberOf(traceOf(input, output).mentions!)
  }
  return new Traces(states, mentioned, left, flags, anyLengthens)
}
