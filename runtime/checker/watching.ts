/** The states of the watch, by number, and the transitions between them. */
import type { Reported, Watch } from "./model.ts"
import { copied } from "../process/value.ts"
import { Numbering } from "./numbering.ts"

/** The maximum number of sets of facts, for keys. */
const NEWS = 2 ** 24

export class Watching {
  /** The number of the initial state. */
  readonly first: number
  /** By state, the halves of its part in a fingerprint. */
  readonly lows: readonly number[]
  readonly highs: readonly number[]
  readonly #watch: Watch
  readonly #states: Numbering<unknown>
  readonly #problems: (string | null)[] = []
  readonly #isDone: boolean[] = []
  /** The goals not reached yet, by name. */
  readonly #missed: Map<string, (state: unknown) => boolean>
  readonly #reported: (news: number) => readonly Reported[]
  readonly #after = new Map<number, number>()
  /** Called with each step computed: a state, facts, and the state after them. */
  witness: ((state: number, news: number, next: number) => void) | null = null

  /** @param reported the facts with a number */
  constructor(watch: Watch, reported: (news: number) => readonly Reported[]) {
    this.#reported = reported
    this.#watch = watch
    this.#states = new Numbering("watch", watch.essence && (state => watch.essence?.(state)))
    this.lows = this.#states.lows
    this.highs = this.#states.highs
    this.#missed = new Map(Object.entries(watch.goals ?? {}))
    this.first = this.numberOf(watch.initial)
  }

  /** @param news the number of the facts reported; 0: none */
  after(state: number, news: number): number {
    if (news === 0) return state
    const key = state * NEWS + news
    const known = this.#after.get(key)
    if (known !== undefined) return known
    let next = copied(this.#states.valueOf(state))
    for (const each of this.#reported(news)) next = this.#watch.observe(next, each)
    const number = this.numberOf(next)
    this.#after.set(key, number)
    this.witness?.(state, news, number)
    return number
  }

  stateOf(number: number): unknown {
    return this.#states.valueOf(number)
  }

  problemOf(state: number): string | null {
    return this.#problems[state]!
  }

  /** True if nothing need happen any more. */
  isDone(state: number): boolean {
    return this.#isDone[state]!
  }

  /** The goals that no path has reached. */
  get missed(): readonly string[] {
    return [...this.#missed.keys()]
  }

  snapshot(): readonly unknown[] {
    return this.#states.values
  }

  restore(states: readonly unknown[]): void {
    for (const state of states) this.numberOf(state)
  }

  get size(): number {
    return this.#states.size
  }

  numberOf(state: unknown): number {
    const number = this.#states.numberOf(state)
    if (number === this.#problems.length) this.#judge(state)
    return number
  }

  #judge(state: unknown): void {
    this.#problems.push(this.#watch.problem(state))
    this.#isDone.push(this.#watch.isDone?.(state) ?? true)
    for (const [goal, isReached] of this.#missed) if (isReached(state)) this.#missed.delete(goal)
  }
}
