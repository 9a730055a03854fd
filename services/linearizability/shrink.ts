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
import { searchSorted } from "./search.ts"
import { type Traces, tracesOf } from "./traces.ts"

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
  /** In the order of their calls; their number; and after all of them, in the same order, each of them weakened. */
  readonly #operations: readonly HistoryOperation<Input, Output>[]
  readonly #count: number
  readonly #traces: Traces<State> | undefined
  /** By place, true if leaving the operation out is as good as weakening it. */
  readonly #isReadOnly: readonly boolean[]
  /** The places of operations that are kept as they are, in the order of their returns; all others are weakened. */
  #kept: readonly number[]
  #budget: number

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly HistoryOperation<Input, Output>[],
    budget: number,
  ) {
    const sorted = byCall(operations)
    this.#model = model
    this.#count = sorted.length
    this.#operations = [...sorted, ...sorted.map(operation => ({ ...operation, output: undefined }))]
    this.#traces = tracesOf(model, this.#operations)
    this.#isReadOnly = sorted.map(({ input, output }) => output !== undefined && model.isReadOnly(input, output))
    this.#kept = [...sorted.keys()]
      .filter(place => sorted[place]!.output !== undefined)
      .toSorted((a, b) => sorted[a]!.return - sorted[b]!.return)
    this.#budget = budget
  }

  witness(): readonly HistoryOperation<Input, Output>[] {
    return this.#kept.toSorted((a, b) => a - b).map(place => this.#operations[place]!)
  }

  /** Keeps only these, if the violation stands. */
  keepOnly(operations: readonly HistoryOperation<Input, Output>[]): boolean {
    const places = operations.map(operation => this.#operations.indexOf(operation))
    return operations.length > 0 && this.#try(places)
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
  #try(kept: readonly number[]): boolean {
    const isViolated = this.#isViolated(kept)
    if (isViolated) this.#kept = kept
    return isViolated
  }

  #isViolated(kept: readonly number[]): boolean {
    if (this.#budget <= 0) return false
    const places = this.#weakenedBut(kept)
    const attempt = places.map(place => this.#operations[place]!)
    const limit = Math.min(Math.max(ATTEMPT, STEPS_PER_OPERATION * attempt.length), this.#budget)
    const spent = { steps: limit }
    const isViolated = searchSorted(this.#model, attempt, this.#traces?.select(places), spent) === false
    this.#budget -= limit - spent.steps
    return isViolated
  }

  /** The places of operations as {@link weakened} has them, in the order of their calls. */
  #weakenedBut(kept: readonly number[]): number[] {
    const isKept = new Uint8Array(this.#count)
    let end = -Infinity
    for (const place of kept) {
      isKept[place] = 1
      end = Math.max(end, this.#operations[place]!.return)
    }
    const places: number[] = []
    for (let place = 0; place < this.#count; place++) {
      if (isKept[place] === 1) places.push(place)
      else if (this.#operations[place]!.call <= end && !this.#isReadOnly[place]) places.push(this.#count + place)
    }
    return places
  }
}
