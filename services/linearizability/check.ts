/** Checks a complete history against a model, part by part, and finds a small part of it that shows a violation. */
import type { History, HistoryOperation, Model } from "./model.ts"
import { isLinearizable } from "./search.ts"
import { shrink } from "./shrink.ts"
import { concerning, judgeZones, type Name } from "./zones.ts"

/** The judgement. A check that ran out of budget is `undecided`, never `holds`. */
export type HistoryVerdict<Input, Output> =
  | { readonly verdict: "holds" }
  | {
      readonly verdict: "violated"
      readonly partition: string
      /**
       * A few operations that admit no linearization, whatever the outcomes of all others; in the order of their calls.
       */
      readonly witness: History<Input, Output>
      /** The values that are out of place (`zones.ts`); absent if a search found the violation. */
      readonly values?: readonly Name[]
    }
  | { readonly verdict: "undecided"; readonly reason: string }

export interface CheckOptions {
  /**
   * Steps of the model that the search may take, over all parts. Default 50 million: 10 to 30 seconds of processor
   * time.
   */
  readonly budget?: number
  /** Steps for shrinking the witness once a violation is found. Default 2 million or more. */
  readonly shrinkBudget?: number
}

/** Steps of the model that each part may take in the first round, and the factor by which they grow per round. */
const FIRST_ROUND = 4096
const GROWTH = 8

/**
 * Checks whether a history is linearizable.
 *
 * All parts are searched in rounds, with a budget that grows from round to round: an easy violation is found soon,
 * however hard the other parts are. Neither the verdict nor the part it names depends on the order of the history.
 *
 * @param model the sequential specification
 * @param history what the clients did and were answered
 */
export function checkHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
  options: CheckOptions = {},
): HistoryVerdict<Input, Output> {
  let open: Part<Input, Output>[] = []
  for (const part of partitionHistory(model, history)) {
    const finding = judgeZones(model, part.operations)
    if (finding.verdict === "unknown") open.push(part)
    if (finding.verdict !== "violated") continue
    const { values, operations } = finding
    const witness = shrink(model, concerning(model, part.operations, values), options.shrinkBudget, operations)
    return { verdict: "violated", partition: part.name, witness, values }
  }
  let left = options.budget ?? 50_000_000
  for (let round = FIRST_ROUND; open.length > 0 && left > 0; round *= GROWTH) {
    const undecided: Part<Input, Output>[] = []
    for (const part of open) {
      const limit = Math.min(round, left)
      const budget = { steps: limit }
      const holds = limit > 0 ? isLinearizable(model, part.operations, budget) : undefined
      left -= limit - budget.steps
      if (holds === undefined) undecided.push(part)
      if (holds === false) {
        const witness = shrink(model, part.operations, options.shrinkBudget)
        return { verdict: "violated", partition: part.name, witness }
      }
    }
    // A part that ran out of memory, not of steps, will do so again.
    if (undecided.length === open.length && round > left) break
    open = undecided
  }
  if (open.length === 0) return { verdict: "holds" }
  const names = open.map(({ name }) => name)
  const others = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : ""
  return {
    verdict: "undecided",
    reason: `the budget of steps ran out at ${names.slice(0, MAX_NAMED).join(", ")}${others}`,
  }
}

const MAX_NAMED = 5

interface Part<Input, Output> {
  readonly name: string
  readonly operations: readonly HistoryOperation<Input, Output>[]
}

/** The parts of a history: those with the fewest operations first, then by name. */
export function partitionHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
): Part<Input, Output>[] {
  const parts = Map.groupBy(history, ({ input }) => model.partition(input))
  return Array.from(parts, ([name, operations]) => ({ name, operations })).toSorted(
    (a, b) => a.operations.length - b.operations.length || (a.name < b.name ? -1 : 1),
  )
}
