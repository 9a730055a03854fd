/** The states of a model by number. */
import type { Model } from "./model.ts"

export class States<State> {
  readonly #identify: (state: State) => string | number | boolean | null
  readonly #states: State[] = []
  readonly #numbers = new Map<string | number | boolean | null, number>()

  constructor(model: Pick<Model<State, never, never>, "identify">) {
    this.#identify = state => model.identify(state)
  }

  get count(): number {
    return this.#states.length
  }

  stateOf(number: number): State {
    return this.#states[number]!
  }

  identityOf(number: number): string | number | boolean | null {
    return this.#identify(this.#states[number]!)
  }

  numberOf(state: State): number {
    const identity = this.#identify(state)
    const known = this.#numbers.get(identity)
    if (known !== undefined) return known
    this.#numbers.set(identity, this.#states.length)
    return this.#states.push(state) - 1
  }
}
