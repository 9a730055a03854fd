/**
 * The configurations to which a history may have led, narrowed at each return of an operation: Lowe's just-in-time
 * linearization (CCPE 2017), with the same three savings as the search over complete histories.
 */
import type { Model } from "./model.ts"
import type { Followed } from "./followed.ts"

export interface Configuration<State, Input, Output> {
  state: State
  /** Operations that have taken effect and not returned. */
  readonly taken: Followed<Input, Output>[]
  /** Operations of unknown outcome that have taken effect. */
  readonly used: Followed<Input, Output>[]
}

/** The state of one part before the return. */
interface Before<State, Input, Output> {
  readonly configurations: Configuration<State, Input, Output>[]
  readonly open: readonly Followed<Input, Output>[]
  readonly optional: readonly Followed<Input, Output>[]
  /** The optional operations that could reveal something about the state. */
  readonly watchers: readonly Followed<Input, Output>[]
}

/** The configurations after the return, or the reason why there are none. */
export type Resolution<State, Input, Output> = Configuration<State, Input, Output>[] | "violated" | "out of budget"

/**
 * Makes an operation take effect in every possible way, in the configurations in which it has not yet.
 *
 * @param budget steps of the model that the search may take
 */
export function resolve<State, Input, Output>(
  model: Model<State, Input, Output>,
  before: Before<State, Input, Output>,
  operation: Followed<Input, Output>,
  budget: number,
): Resolution<State, Input, Output> {
  const resolver = new Resolver(model, before, operation, budget)
  for (const configuration of before.configurations) resolver.complete(configuration)
  return resolver.result()
}

class Resolver<State, Input, Output> {
  readonly #model: Model<State, Input, Output>
  readonly #before: Before<State, Input, Output>
  readonly #operation: Followed<Input, Output>
  readonly #found: Configuration<State, Input, Output>[] = []
  /** Names of the configurations explored; created with the first. */
  #seen: Set<string> | undefined
  #steps: number

  constructor(
    model: Model<State, Input, Output>,
    before: Before<State, Input, Output>,
    operation: Followed<Input, Output>,
    budget: number,
  ) {
    this.#model = model
    this.#before = before
    this.#operation = operation
    this.#steps = budget
  }

  /** The configurations in which the returning operation has taken effect. */
  complete({ state, taken, used }: Configuration<State, Input, Output>): void {
    if (taken.includes(this.#operation)) {
      this.#emit({ state, taken: taken.filter(other => other !== this.#operation), used })
    } else this.#explore(state, taken, used, undefined)
  }

  result(): Resolution<State, Input, Output> {
    if (this.#steps < 0) return "out of budget"
    if (this.#found.length === 0) return "violated"
    if (this.#found.length === 1) return this.#found
    const different = new Map(this.#found.map(configuration => [this.#nameOf(configuration), configuration]))
    return withoutDominated([...different.values()], state => this.#model.identify(state))
  }

  #step(state: State, operation: Followed<Input, Output>): State | undefined {
    this.#steps--
    return this.#model.step(state, operation.input, operation.output)
  }

  #isReadOnly({ input, output }: Followed<Input, Output>): boolean {
    return output !== undefined && this.#model.isReadOnly(input, output)
  }

  #isSame(a: State, b: State): boolean {
    return this.#model.identify(a) === this.#model.identify(b)
  }

  /**
   * Follows every sequence of open and optional operations that ends with the one that returns.
   *
   * @param unseen the state before the optional operation just taken, if no operation has observed its effect yet
   */
  #explore(
    state: State,
    taken: Followed<Input, Output>[],
    used: Followed<Input, Output>[],
    unseen: State | undefined,
  ): void {
    if (this.#steps < 0) return
    const operation = this.#operation
    const after = this.#step(state, operation)
    if (after !== undefined && this.#isReadOnly(operation) && !this.#endsOption(operation, taken, used)) {
      return this.#emit({ state, taken, used })
    }
    const absorbed = this.#absorb(state, taken, used)
    const before = absorbed.length > taken.length ? undefined : unseen
    if (after !== undefined && !this.#isUseless(before, operation, after)) {
      this.#emit({ state: after, taken: absorbed, used })
    }
    for (const other of this.#before.open) {
      if (other === operation || absorbed.includes(other)) continue
      const next = this.#step(state, other)
      if (next === undefined || this.#isUseless(before, other, next)) continue
      this.#visit(next, [...absorbed, other], used, undefined)
    }
    for (const other of this.#before.optional) this.#tryOptional(other, state, absorbed, used, before)
  }

  #tryOptional(
    other: Followed<Input, Output>,
    state: State,
    taken: Followed<Input, Output>[],
    used: Followed<Input, Output>[],
    unseen: State | undefined,
  ): void {
    if (used.includes(other) || other.expires < latestCall(taken, used)) return
    const next = this.#step(state, other)
    if (next === undefined || this.#isSame(next, state) || this.#isUseless(unseen, other, next)) return
    const nowUsed = [...used, other]
    if (this.#mayShow(next, taken, nowUsed)) this.#visit(next, taken, nowUsed, state)
  }

  /** True if an operation that may come next could reveal that an optional one led to this state. */
  #mayShow(state: State, taken: Followed<Input, Output>[], used: Followed<Input, Output>[]): boolean {
    const shows = (other: Followed<Input, Output>): boolean => this.#model.mayShow(state, other.input, other.output)
    return (
      this.#before.open.some(other => !taken.includes(other) && shows(other)) ||
      this.#before.watchers.some(other => !used.includes(other) && shows(other))
    )
  }

  /** True if an optional operation could still take effect now, but no longer after this one has. */
  #endsOption(
    operation: Followed<Input, Output>,
    taken: Followed<Input, Output>[],
    used: Followed<Input, Output>[],
  ): boolean {
    return this.#before.optional.some(
      other => other.expires < operation.called && other.expires > latestCall(taken, used) && !used.includes(other),
    )
  }

  #visit(
    state: State,
    taken: Followed<Input, Output>[],
    used: Followed<Input, Output>[],
    unseen: State | undefined,
  ): void {
    const name = this.#nameOf({ state, taken, used })
    this.#seen ??= new Set()
    if (this.#seen.has(name)) return
    this.#seen.add(name)
    this.#explore(state, taken, used, unseen)
  }

  /** Lets every open read that fits take effect at once: that is as good as later. */
  #absorb(state: State, taken: Followed<Input, Output>[], used: Followed<Input, Output>[]): Followed<Input, Output>[] {
    let absorbed = taken
    for (const other of this.#before.open) {
      if (other === this.#operation || !this.#isReadOnly(other) || taken.includes(other)) continue
      if (this.#step(state, other) === undefined || this.#endsOption(other, absorbed, used)) continue
      absorbed = [...absorbed, other]
    }
    return absorbed
  }

  /** True if the same state results without the optional operation just taken. */
  #isUseless(unseen: State | undefined, operation: Followed<Input, Output>, after: State): boolean {
    if (unseen === undefined) return false
    const without = this.#step(unseen, operation)
    return without !== undefined && this.#isSame(without, after)
  }

  #emit(configuration: Configuration<State, Input, Output>): void {
    this.#found.push(configuration)
  }

  #nameOf({ state, taken, used }: Configuration<State, Input, Output>): string {
    const identity = this.#model.identify(state)
    return `${namesOf(taken)};${namesOf(used)};${typeof identity};${String(identity)}`
  }
}

/** The latest place of a call among the operations that have taken effect. */
function latestCall<Input, Output>(
  taken: readonly Followed<Input, Output>[],
  used: readonly Followed<Input, Output>[],
): number {
  let latest = -1
  for (const { called } of taken) latest = Math.max(latest, called)
  for (const { called } of used) latest = Math.max(latest, called)
  return latest
}

function namesOf<Input, Output>(operations: readonly Followed<Input, Output>[]): string {
  if (operations.length <= 1) return operations.length === 0 ? "" : String(operations[0]!.called)
  return operations
    .map(operation => operation.called)
    .toSorted((a, b) => a - b)
    .join(",")
}

/** Removes a configuration if another differs from it only in that fewer optional operations are used up. */
function withoutDominated<State, Input, Output>(
  configurations: Configuration<State, Input, Output>[],
  identify: (state: State) => unknown,
): Configuration<State, Input, Output>[] {
  if (configurations.every(({ used }) => used.length === 0)) return configurations
  return configurations.filter(
    one =>
      !configurations.some(
        other =>
          other.used.length < one.used.length &&
          identify(other.state) === identify(one.state) &&
          other.used.every(operation => one.used.includes(operation)) &&
          namesOf(other.taken) === namesOf(one.taken),
      ),
  )
}
