/** Linearizations to look at: a complete one, or the longest partial ones that a search for it reached. */
import type { HistoryOperation, Model } from "./model.ts"
import { isLinearizable } from "./search.ts"

type Sequence<Input, Output> = readonly HistoryOperation<Input, Output>[]

export interface Linearizations<Input, Output> {
  /** True if a linearization exists; `undefined` if the budget was exhausted. */
  readonly isLinearizable: boolean | undefined
  /**
   * The linearization, alone; or for each operation the longest partial linearization that has it, without duplicates, the
   * longest first.
   */
  readonly sequences: readonly Sequence<Input, Output>[]
}

/** @param budget steps of the model for each of at most two searches */
export function findLinearizations<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  budget: number,
): Linearizations<Input, Output> {
  const longest = new Map<HistoryOperation<Input, Output>, Sequence<Input, Output>>()
  const observe = (placed: Sequence<Input, Output>): void => {
    for (const operation of placed) {
      if ((longest.get(operation)?.length ?? 0) < placed.length) longest.set(operation, placed)
    }
  }
  const search = (isThorough: boolean) => isLinearizable(model, operations, { steps: budget }, { observe, isThorough })
  const verdict = search(true) ?? search(false)
  const sequences = [...new Set(longest.values())].toSorted((a, b) => b.length - a.length)
  return { isLinearizable: verdict, sequences: verdict === true ? sequences.slice(0, 1) : sequences }
}
