/**
 * Makes a violation small enough to read: the fewest operations it finds that admit no linearization by themselves,
 * whatever became of all the others.
 *
 * An operation is left out only if the violation stands even when that operation is weakened to "may have happened at
 * some moment between its call and its answer, or never, with any answer". So what remains is the reason of the
 * violation, not a side effect of leaving something out (a read of a value whose write was dropped, say). One that
 * changed nothing is simply dropped: without it there are but more linearizations.
 */
import { firstWhere } from "../../runtime/search.ts"
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
  const shrinker = new Shrinker(model, operations, budget)
  shrinker.forgetTheEnd()
  if (!shrinker.keepOnlyTheLast()) shrinker.weakenInGroups()
  return shrinker.witness()
}

class Shrinker<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #operations: readonly HistoryOperation<Input, Output>[]
  /** Which operations are kept as they are; all others are weakened. */
  #isKept: boolean[]
  #budget: number

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly HistoryOperation<Input, Output>[],
    budget: number,
  ) {
    this.#model = model
    this.#operations = operations.toSorted((a, b) => a.call - b.call)
    this.#isKept = this.#operations.map(({ output }) => output !== undefined)
    this.#budget = budget
  }

  witness(): HistoryOperation<Input, Output>[] {
    return this.#operations.filter((_, index) => this.#isKept[index])
  }

  /** Leaves only what had returned at the first moment at which the history is already violated. */
  forgetTheEnd(): void {
    const returns = this.witness()
      .map(operation => operation.return)
      .toSorted((a, b) => a - b)
    const until = (time: number) => this.#isKept.map((kept, index) => kept && this.#operations[index]!.return <= time)
    const first = firstWhere(returns.length - 1, place => this.#isViolated(until(returns[place]!)))
    this.#try(until(returns[first]!))
  }

  /** Often the last answer cannot be right at all: a value that was never written. */
  keepOnlyTheLast(): boolean {
    const last = this.witness().reduce((a, b) => (b.return > a.return ? b : a))
    return this.#try(this.#operations.map(operation => operation === last))
  }

  /** Weakens as many operations as it can, in ever smaller groups, and at last one by one until none can be. */
  weakenInGroups(): void {
    let group = this.#operations.length >> 1
    while (group >= 1) {
      const hasShrunk = this.#weakenGroupsOf(group)
      if (group > 1 || !hasShrunk) group >>= 1
    }
  }

  #weakenGroupsOf(size: number): boolean {
    let hasShrunk = false
    for (let start = 0; start < this.#operations.length; start += size) {
      const isInGroup = (index: number): boolean => index >= start && index < start + size
      const kept = this.#isKept.map((isKept, index) => isKept && !isInGroup(index))
      if (kept.some((isKept, index) => isKept !== this.#isKept[index])) hasShrunk = this.#try(kept) || hasShrunk
    }
    return hasShrunk
  }

  /** Keeps only so many, if the violation stands. */
  #try(isKept: boolean[]): boolean {
    const isViolated = this.#isViolated(isKept)
    if (isViolated) this.#isKept = isKept
    return isViolated
  }

  #isViolated(isKept: readonly boolean[]): boolean {
    const attempt = this.#operations.flatMap((operation, index) => {
      const { input, output } = operation
      if (isKept[index]) return [operation]
      return output !== undefined && this.#model.isReadOnly(input, output) ? [] : [{ ...operation, output: undefined }]
    })
    const limit = Math.min(ATTEMPT, this.#budget)
    const spent = { steps: limit }
    const isViolated = limit > 0 && isLinearizable(this.#model, attempt, spent) === false
    this.#budget -= limit - spent.steps
    return isViolated
  }
}
