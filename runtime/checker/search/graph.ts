/** All transitions of an exploration, for properties that depend on how states are connected. */
import { Integers } from "../arrays.ts"
import { OUTCOME } from "./trail.ts"

/** Flag of a state: nothing need happen any more. */
const DONE = 1
/** Flag of a state: something would happen in it if the budget allowed it. */
const OPEN = 2

export class Graph {
  readonly #targets = new Integers()
  /** The choice and its event, as one number. */
  readonly #codes = new Integers()
  /** The outcome of those transitions whose outcome is not the first. */
  readonly #outcomes = new Map<number, number>()
  /** By state, its first transition and the one after its last. */
  readonly #starts = new Integers()
  readonly #ends = new Integers()
  readonly #flags = new Integers()

  /** Number of transitions. */
  get size(): number {
    return this.#targets.length
  }

  /** Starts the expansion of a state. */
  begin(state: number): void {
    this.#starts.set(state, this.size)
  }

  push(target: number, choice: number, event: number): void {
    if (choice >= OUTCOME) this.#outcomes.set(this.size, Math.floor(choice / OUTCOME))
    this.#targets.push(target)
    this.#codes.push(event * OUTCOME + (choice % OUTCOME))
  }

  end(state: number, isDone: boolean, isOpen: boolean): void {
    this.#ends.set(state, this.size)
    this.#flags.set(state, (isDone ? DONE : 0) | (isOpen ? OPEN : 0))
  }

  startOf(state: number): number {
    return this.#starts.get(state)
  }

  endOf(state: number): number {
    return this.#ends.get(state)
  }

  targetOf(transition: number): number {
    return this.#targets.get(transition)
  }

  choiceOf(transition: number): number {
    return this.#codes.get(transition) % OUTCOME
  }

  eventOf(transition: number): number {
    return Math.floor(this.#codes.get(transition) / OUTCOME)
  }

  outcomeOf(transition: number): number {
    return this.#outcomes.get(transition) ?? 0
  }

  isDone(state: number): boolean {
    return (this.#flags.get(state) & DONE) !== 0
  }

  isOpen(state: number): boolean {
    return (this.#flags.get(state) & OPEN) !== 0
  }
}
