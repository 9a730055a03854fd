/**
 * Makes a violation small enough to read: the fewest operations it finds that admit no linearization by themselves,
 * whatever became of all the others.
 *
 * An operation is left out only if the violation stands even when that operation is weakened to "may have happened at
 * any time after its call, or never, with any answer". So what remains is the reason of the violation, not a side
 * effect of leaving something out (a read of a value whose write was dropped, say).
 */
import type { HistoryOperation, Model } from "./model.ts"
import { isLinearizable } from "./search.ts"

/** Steps of the model for each single attempt. An attempt that does not finish changes nothing. */
const ATTEMPT = 50_000

/**
 * @param operations the operations of one part, known not to be linearizable
 * @param budget steps of the model for all attempts together
 * @returns the operations that remain, in the order of their calls
 */
export function shrink<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  budget: number,
): HistoryOperation<Input, Output>[] {
  let left = budget
  const isViolated = (attempt: readonly HistoryOperation<Input, Output>[]): boolean => {
    const spent = { steps: Math.min(ATTEMPT, left) }
    const limit = spent.steps
    const verdict = limit > 0 && isLinearizable(model, attempt, spent) === false
    left -= limit - spent.steps
    return verdict
  }
  const early = shortestPrefix(operations, isViolated)
  const answered = early.filter(({ output }) => output !== undefined)
  const last = answered.reduce((a, b) => (b.return > a.return ? b : a))
  // Often the last answer cannot be right at all: a value that was never written.
  if (isViolated(early.map(operation => (operation === last ? operation : weakened(operation))))) return [last]
  return weakenAll(early, isViolated)
}

/** The history up to the first moment at which it is already violated; later answers are forgotten. */
function shortestPrefix<Input, Output>(
  operations: readonly HistoryOperation<Input, Output>[],
  isViolated: (attempt: readonly HistoryOperation<Input, Output>[]) => boolean,
): readonly HistoryOperation<Input, Output>[] {
  const returns = operations.map(operation => operation.return).toSorted((a, b) => a - b)
  let low = 0
  let high = returns.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (isViolated(until(operations, returns[middle]!))) high = middle
    else low = middle + 1
  }
  const prefix = until(operations, returns[high]!)
  return isViolated(prefix) ? prefix : operations
}

function until<Input, Output>(
  operations: readonly HistoryOperation<Input, Output>[],
  time: number,
): readonly HistoryOperation<Input, Output>[] {
  return operations
    .filter(operation => operation.call <= time)
    .map(operation => (operation.return <= time ? operation : weakened(operation)))
}

function weakened<Input, Output>(operation: HistoryOperation<Input, Output>): HistoryOperation<Input, Output> {
  return { ...operation, output: undefined, return: Infinity }
}

/** Weakens as many operations as it can, in ever smaller groups, and returns the ones that could not be. */
function weakenAll<Input, Output>(
  operations: readonly HistoryOperation<Input, Output>[],
  isViolated: (attempt: readonly HistoryOperation<Input, Output>[]) => boolean,
): HistoryOperation<Input, Output>[] {
  const current = operations.toSorted((a, b) => a.call - b.call)
  const isNeeded = current.map(operation => operation.output !== undefined || operation.return !== Infinity)
  for (let group = current.length >> 1; group >= 1; group >>= 1) {
    for (let start = 0; start < current.length; start += group) {
      const members = indicesFrom(start, group).filter(index => isNeeded[index])
      if (members.length === 0) continue
      const attempt = [...current]
      for (const index of members) attempt[index] = weakened(attempt[index]!)
      if (!isViolated(attempt)) continue
      for (const index of members) {
        current[index] = attempt[index]!
        isNeeded[index] = false
      }
    }
  }
  return current.filter((_, index) => isNeeded[index])
}

function indicesFrom(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, offset) => start + offset)
}
