/** Checks a complete history against a model, part by part, and finds a small part of it that shows a violation. */
import { byCall } from "./events.ts"
import type { History, HistoryOperation, Model } from "./model.ts"
import { searchSorted } from "./search.ts"
import { shrink } from "./shrink.ts"
import { type Traces, tracesOf } from "./traces.ts"
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
  let open: TracedPart<State, Input, Output>[] = []
  for (const part of partitionHistory(model, history)) {
    if (isInOrderOfCalls(model, part.operations)) continue
    const traces = tracesOf(model, part.operations)
    const finding = judgeZones(model, part.operations, traces)
    if (finding.verdict === "unknown") open.push({ ...part, traces })
    if (finding.verdict !== "violated") continue
    const { values, operations } = finding
    const witness = shrink(model, concerning(model, part.operations, values), options.shrinkBudget, operations)
    return { verdict: "violated", partition: part.name, witness, values }
  }
  let left = options.budget ?? 50_000_000
  for (let round = FIRST_ROUND; open.length > 0 && left > 0; round *= GROWTH) {
    const undecided: TracedPart<State, Input, Output>[] = []
    for (const part of open) {
      const limit = Math.min(round, left)
      const budget = { steps: limit }
      const holds = limit > 0 ? searchSorted(model, part.operations, part.traces, budget) : undefined
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

/**
 * True if the order of the calls explains every answer, even if no operation of unknown outcome happened. Where none
 * overlap, as on most keys of a short history, there is no other order.
 */
function isInOrderOfCalls<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
): boolean {
  let state = model.init()
  for (const { input, output } of operations) {
    if (output === undefined) continue
    const after = model.step(state, input, output)
    if (after === undefined) return false
    state = after
  }
  return true
}

interface Part<Input, Output> {
  readonly name: string
  /** In the order of their calls. */
  readonly operations: readonly HistoryOperation<Input, Output>[]
}

interface TracedPart<State, Input, Output> extends Part<Input, Output> {
  readonly traces: Traces<State> | undefined
}

/** The parts of a history: those with the fewest operations first, then by name. */
export function partitionHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  history: History<Input, Output>,
): Part<Input, Output>[] {
  const parts = Map.groupBy(history, ({ input }) => model.partition(input))
  return Array.from(parts, ([name, operations]) => ({ name, operations: byCall(operations) })).toSorted(
    (a, b) => a.operations.length - b.operations.length || (a.name < b.name ? -1 : 1),
  )
}
