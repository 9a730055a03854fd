/** The trail of a search: for each state, its parent and the transition that first reached it. */
import { Integers, ShortIntegers } from "../arrays.ts"
import type { Choice, Transition } from "../exploration.ts"
import type { Occurrence } from "../happening.ts"

/** The choices by number. */
export const CHOICES: readonly Choice[] = [
  "deliver",
  "duplicate",
  "lose",
  "timeout",
  "crash",
  "amnesia",
  "round",
  "tick",
]
export const [DELIVER, DUPLICATE, LOSE, TIMEOUT, CRASH, AMNESIA, ROUND, TICK] = [0, 1, 2, 3, 4, 5, 6, 7] as const

/** Above all choices: added once for each earlier outcome of the same step, if the process draws a number. */
export const OUTCOME = 8

export class Trail {
  readonly #parents: Integers | Ascending
  /** The choice and its event, as one number. */
  readonly #transitions = new ShortIntegers()
  /** The outcome of those transitions whose outcome is not the first. */
  readonly #outcomes = new Map<number, number>()

  /** @param isInOrder true if states are expanded in the order of their numbers */
  constructor(isInOrder: boolean) {
    this.#parents = isInOrder ? new Ascending() : new Integers()
  }

  /** States so far. */
  get length(): number {
    return this.#parents.length
  }

  /** Adds a state. @param choice plus {@link OUTCOME} for each earlier outcome of the step */
  push(parent: number, choice: number, event: number): void {
    if (choice >= OUTCOME) this.#outcomes.set(this.length, Math.floor(choice / OUTCOME))
    this.#parents.push(parent)
    this.#transitions.push(event * OUTCOME + (choice % OUTCOME))
  }

  snapshot() {
    return {
      parents: this.#parents.snapshot(),
      transitions: this.#transitions.snapshot(),
      outcomes: this.#outcomes,
    }
  }

  restore({ parents, transitions, outcomes }: ReturnType<Trail["snapshot"]>): void {
    this.#parents.restore(parents)
    this.#transitions.restore(transitions)
    for (const [state, outcome] of outcomes) this.#outcomes.set(state, outcome)
  }

  /** The transitions from the first state to one. */
  pathTo(last: number, occurrenceOf: (event: number) => Occurrence): readonly Transition[] {
    const path: Transition[] = []
    for (let state = last; state > 0; state = this.#parents.get(state)) {
      const code = this.#transitions.get(state)
      const choice = CHOICES[code % OUTCOME]!
      const outcome = this.#outcomes.get(state) ?? 0
      path.push({ choice, outcome, ...occurrenceOf(Math.floor(code / OUTCOME)) })
    }
    return path.toReversed()
  }
}

/** Numbers of a run, whose first is stored in full. */
const RUN = 64
/** Bytes of a block. */
const BLOCK = 1 << 16
/** In place of a difference that does not fit in a byte. */
const LARGE = 255

/** Integers that never decrease; most take a byte, for the difference to the one before. */
class Ascending {
  length = 0
  readonly #differences: Uint8Array[] = []
  readonly #firsts = new Integers()
  readonly #large = new Map<number, number>()
  #block = new Uint8Array(0)
  #last = 0

  push(value: number): void {
    const place = this.length++
    if (place % RUN === 0) this.#firsts.push(value)
    if (place % BLOCK === 0) this.#differences.push((this.#block = new Uint8Array(BLOCK)))
    const difference = value - this.#last
    if (difference >= LARGE) this.#large.set(place, difference)
    this.#block[place % BLOCK] = difference < LARGE ? difference : LARGE
    this.#last = value
  }

  get(place: number): number {
    const run = Math.floor(place / RUN)
    let value = this.#firsts.get(run)
    for (let at = run * RUN + 1; at <= place; at++) value += this.#differenceAt(at)
    return value
  }

  snapshot(): Int32Array {
    let value = 0
    return Int32Array.from({ length: this.length }, (_, place) => (value += this.#differenceAt(place)))
  }

  restore(values: Int32Array): void {
    for (const value of values) this.push(value)
  }

  #differenceAt(place: number): number {
    const difference = this.#differences[Math.floor(place / BLOCK)]![place % BLOCK]!
    return difference === LARGE ? this.#large.get(place)! : difference
  }
}
