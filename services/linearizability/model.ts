/**
 * The input of the linearizability checkers: a sequential specification (the model) and a history of operations.
 *
 * A history is linearizable if every operation can be given one moment between its call and its answer so that, in the
 * order of those moments, the model gives exactly the answers that the clients got (Herlihy and Wing, TOPLAS 1990).
 */

/**
 * A sequential specification: pure functions over states that are never changed in place.
 *
 * `undefined` is reserved for "unknown" and "impossible": it is neither a state nor an output.
 */
export interface Model<State, Input, Output> {
  /** The part of the object an operation concerns; parts are independent, and each is checked alone. */
  partition(input: Input): string
  /** The state of a part before its first operation. */
  init(): State
  /**
   * Performs an operation.
   *
   * @param output the answer the client got, or `undefined` if it is unknown: then any answer fits
   * @returns the state afterwards, or `undefined` if the operation cannot give this answer in this state
   */
  step(state: State, input: Input, output: Output | undefined): State | undefined
  /**
   * True if the operation, given this answer, changed nothing: it leaves every state it fits unchanged. Such operations
   * are cheap to check. `false` is always safe, but slower.
   */
  isReadOnly(input: Input, output: Output): boolean
  /**
   * True if the answer can reveal that the state was once `state`. `false` if the answer is impossible in every state
   * that grew out of it by operations that keep a trace of it, as appending does and overwriting does not. Keeps the
   * search from trying every order of lost operations. `true` is always safe, but slower. An operation that cannot
   * reveal the initial state cannot reveal any.
   */
  mayShow(state: State, input: Input, output: Output | undefined): boolean
  /**
   * Optional: the trace of an operation, for models in which a state's identity is a string or `null`, and operations
   * replace the state, append to it, or leave it. With it, a search merges states that no remaining operation could
   * distinguish, and drops orders that the next answers rule out.
   */
  readonly traceOf?: (input: Input, output: Output | undefined) => Trace<State>
  /** Names a state: two states are equal exactly if their identities are. */
  identify(state: State): string | number | boolean | null
  /** An operation and its answer in words, for witnesses. */
  describe(input: Input, output: Output | undefined): string
}

/** The relation of an operation to the states before and after it. */
export interface Trace<State> {
  /**
   * The only state that it distinguishes from others: the one it read, expected or replaced. `undefined`: it
   * distinguishes none.
   */
  readonly mentions: State | undefined
  /** True if it fits only the mentioned state. */
  readonly isBound: boolean
  /** A state that it may leave, whatever was there before; `undefined`: none. */
  readonly leaves: State | undefined
  /** True if it leaves that state whenever it takes effect. */
  readonly isBlind: boolean
  /** True if it lengthens the state. */
  readonly lengthens: boolean
}

/** One operation of a history. */
export interface HistoryOperation<Input, Output> {
  readonly client: number
  readonly input: Input
  /** The answer, or `undefined` if it is not known whether the operation happened. */
  readonly output: Output | undefined
  /** When the client called. Times are only compared; operations that touch in one instant count as concurrent. */
  readonly call: number
  /**
   * When the client was answered. For an operation of unknown outcome: the time after which it can no longer happen, or
   * `Infinity`.
   */
  readonly return: number
}

/** A finite history, in any order. Operations that surely did not happen are not part of it. */
export type History<Input, Output> = readonly HistoryOperation<Input, Output>[]

/** One operation with its client and its time, in words: `client 3: get x -> "1" (10 to 20)`. */
export function describeOperation<State, Input, Output>(
  model: Model<State, Input, Output>,
  { client, input, output, call, return: end }: HistoryOperation<Input, Output>,
  formatTime: (time: number) => string = String,
): string {
  const span = `${formatTime(call)} to ${end === Infinity ? "no answer" : formatTime(end)}`
  return `client ${client}: ${model.describe(input, output)} (${span})`
}
