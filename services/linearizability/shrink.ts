/**
 * Makes a violation small enough to read: the fewest operations it finds that alone admit no linearization, whatever
 * the outcomes of all others.
 *
 * An operation is left out only if the violation stands even when that operation is weakened to "may have happened at
 * some moment between its call and its answer, or never, with any answer". So what remains is the cause of the
 * violation, not an artefact of leaving something out (such as a read of a value whose write was dropped). An operation
 * that changed nothing is simply dropped: that can only add linearizations.
 */
import { firstWhere } from "../../runtime/lib/search.ts"
import { byCall } from "./events.ts"
import type { HistoryOperation, Model } from "./model.ts"
import { isLinearizable } from "./search.ts"

/** Steps of the model for one attempt: the minimum, and the number per operation. */
const ATTEMPT = 50_000
const STEPS_PER_OPERATION = 8
/** Steps for all attempts together: the minimum, and the number per operation. */
const BUDGET = 2_000_000
const BUDGET_PER_OPERATION = 200

/**
 * @param operations the operations of one part, known not to be linearizable
 * @param budget steps of the model for all attempts together. Default 2 million, and more where there are many operations
 * @param suspects operations that may be a witness
 * @returns the operations that remain, in the order of their calls
 */
export function shrink<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  budget = Math.max(BUDGET, BUDGET_PER_OPERATION * operations.length),
  suspects: readonly HistoryOperation<Input, Output>[] = [],
): readonly HistoryOperation<Input, Output>[] {
  if (budget <= 0) return byCall(operations).filter(({ output }) => output !== undefined)
  const shrinker = new Shrinker(model, operations, budget)
  if (!shrinker.keepOnly(suspects)) {
    shrinker.dropEnd()
    shrinker.dropBeginning()
  }
  shrinker.weakenInGroups()
  return shrinker.witness()
}

/** The operations with all but the kept ones weakened; those that cannot explain any kept one are left out. */
export function weakened<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly HistoryOperation<Input, Output>[],
  isKept: (operation: HistoryOperation<Input, Output>) => boolean,
): HistoryOperation<Input, Output>[] {
  let end = -Infinity
  for (const operation of operations) if (isKept(operation)) end = Math.max(end, operation.return)
  return operations.flatMap(operation => {
    const { input, output, call } = operation
    if (isKept(operation)) return [operation]
    // An operation called after all kept ones have returned comes too late.
    const isIdle = call > end || (output !== undefined && model.isReadOnly(input, output))
    return isIdle ? [] : [{ ...operation, output: undefined }]
  })
}

class Shrinker<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #operations: readonly HistoryOperation<Input, Output>[]
  /** The operations that are kept as they are, in the order of their returns; all others are weakened. */
  #kept: readonly HistoryOperation<Input, Output>[]
  #budget: number

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly HistoryOperation<Input, Output>[],
    budget: number,
  ) {
    this.#model = model
    this.#operations = byCall(operations)
    this.#kept = this.#operations.filter(({ output }) => output !== undefined).toSorted((a, b) => a.return - b.return)
    this.#budget = budget
  }

  witness(): readonly HistoryOperation<Input, Output>[] {
    return byCall(this.#kept)
  }

  /** Keeps only these, if the violation stands. */
  keepOnly(operations: readonly HistoryOperation<Input, Output>[]): boolean {
    return operations.length > 0 && this.#try(operations)
  }

  /** Keeps only the shortest prefix of returns that is already a violation. */
  dropEnd(): void {
    const all = this.#kept
    const until = (place: number) => all.slice(0, place + 1)
    const first = firstWhere(all.length - 1, place => this.#isViolated(until(place)))
    this.#try(until(first))
  }

  /** Keeps only the last operations that returned: one if its answer alone is impossible, or 2, 4, 8, ... */
  dropBeginning(): void {
    const all = this.#kept
    for (let count = 1; count < all.length; count *= 2) if (this.#try(all.slice(-count))) return
  }

  /**
   * Weakens as many operations as possible, in ever smaller groups, and finally one by one until none is left that can
   * be weakened.
   */
  weakenInGroups(): void {
    let group = this.#kept.length >> 1
    while (group >= 1) {
      const hasShrunk = this.#weakenGroupsOf(group)
      if (group > 1 || !hasShrunk) group >>= 1
    }
  }

  #weakenGroupsOf(size: number): boolean {
    let hasShrunk = false
    // From the end, so that what remains shows the violation as early as it can be seen.
    for (let end = this.#kept.length; end > 0; end -= size) {
      const kept = this.#kept.toSpliced(Math.max(0, end - size), Math.min(size, end))
      if (kept.length > 0 && this.#try(kept)) hasShrunk = true
    }
    return hasShrunk
  }

  /** Keeps only these, if the violation stands. */
  #try(kept: readonly HistoryOperation<Input, Output>[]): boolean {
    const isViolated = this.#isViolated(kept)
    if (isViolated) this.#kept = kept
    return isViolated
  }

  #isViolated(kept: readonly HistoryOperation<Input, Output>[]): boolean {
    if (this.#budget <= 0) return false
    const isKept = new Set(kept)
    const attempt = weakened(this.#model, this.#operations, operation => isKept.has(operation))
    const limit = Math.min(Math.max(ATTEMPT, STEPS_PER_OPERATION * attempt.length), this.#budget)
    const spent = { steps: limit }
    const isViolated = isLinearizable(this.#model, attempt, spent) === false
    this.#budget -= limit - spent.steps
    return isViolated
  }
}
