/** Checks a complete history against a model, part by part, and finds a small part of it that shows a violation. */
import type { History, HistoryOperation, Model } from "./model.ts"
import { isLinearizable } from "./search.ts"
import { shrink } from "./shrink.ts"

/** The judgement. A check that ran out of budget is `undecided`, never `holds`. */
export type HistoryVerdict<Input, Output> =
  | { readonly verdict: "holds" }
  | {
      readonly verdict: "violated"
      readonly partition: string
      /** Few operations that admit no linearization, whatever became of all others; in the order of their calls. */
      readonly witness: History<Input, Output>
    }
  | { readonly verdict: "undecided"; readonly reason: string }

export interface CheckOptions {
  /** Steps of the model that the search may take, all parts together. Default 50 million: a few seconds. */
  readonly budget?: number
  /** Steps for making the witness small, once a violation is found. Default 2 million. */
  readonly shrinkBudget?: number
}

/**
 * Checks whether a history is linearizable.
 *
 * @param model the sequential specification
 * @param history what the clients did and were answered
 */
export function checkHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  options: CheckOptions = {},
): HistoryVerdict<Input, Output> {
  const budget = { steps: options.budget ?? 50_000_000 }
  const undecided: string[] = []
  for (const [partition, operations] of partitionHistory(model, history)) {
    const holds = isLinearizable(model, operations, budget)
    if (holds === undefined) undecided.push(partition)
    if (holds === false) {
      const witness = shrink(model, operations, options.shrinkBudget ?? 2_000_000)
      return { verdict: "violated", partition, witness }
    }
  }
  if (undecided.length === 0) return { verdict: "holds" }
  return { verdict: "undecided", reason: `the budget of steps ran out at ${undecided.slice(0, 5).join(", ")}` }
}

function partitionHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
): Map<string, HistoryOperation<Input, Output>[]> {
  const parts = new Map<string, HistoryOperation<Input, Output>[]>()
  for (const operation of history) {
    const name = model.partition(operation.input)
    const part = parts.get(name)
    if (part === undefined) parts.set(name, [operation])
    else part.push(operation)
  }
  return parts
}
