/** The states of what watches over a group, by number, and how they follow from each other. */
import type { Reported, Watch } from "./model.ts"
import { Numbering } from "./numbering.ts"

/** The most sets of facts that one step reports, for keys. */
const NEWS = 2 ** 24

export class Watching {
  /** The number of the state at the beginning. */
  readonly first: number
  readonly #watch: Watch
  readonly #states = new Numbering<unknown>()
  readonly #problems: (string | null)[] = []
  readonly #after = new Map<number, number>()

  constructor(watch: Watch) {
    this.#watch = watch
    this.first = this.#numberOf(watch.initial)
  }

  /** @param news the number of the facts @param reported the facts themselves */
  after(state: number, news: number, reported: (news: number) => readonly Reported[]): number {
    const key = state * NEWS + news
    const known = this.#after.get(key)
    if (known !== undefined) return known
    let next = this.#states.valueOf(state)
    for (const each of reported(news)) next = this.#watch.observe(next, each)
    const number = this.#numberOf(next)
    this.#after.set(key, number)
    return number
  }

  problemOf(state: number): string | null {
    return this.#problems[state]!
  }

  get size(): number {
    return this.#states.size
  }

  #numberOf(state: unknown): number {
    const number = this.#states.numberOf(state)
    if (number === this.#problems.length) this.#problems.push(this.#watch.problem(state))
    return number
  }
}
