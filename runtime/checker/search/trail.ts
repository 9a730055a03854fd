/** The way in which each state was first reached: from which other one, and by which transition. */
import { Integers } from "../arrays.ts"
import type { Choice, Transition } from "../exploration.ts"
import type { Occurrence } from "../happening.ts"

/** The choices by number. */
export const CHOICES: readonly Choice[] = ["deliver", "duplicate", "lose", "timeout", "crash", "amnesia", "round"]
export const [DELIVER, DUPLICATE, LOSE, TIMEOUT, CRASH, AMNESIA, ROUND] = [0, 1, 2, 3, 4, 5, 6] as const

/** Above all choices: added to one for each outcome that a step has before this one, where the process draws a number. */
export const OUTCOME = 8

export class Trail {
  readonly #parents = new Integers()
  /** The choice and its event, as one number. */
  readonly #transitions = new Integers()
  /** The outcome of those transitions that had another than the first. */
  readonly #outcomes = new Map<number, number>()

  /** States so far. */
  get length(): number {
    return this.#parents.length
  }

  /** A state is found. @param choice with {@link OUTCOME} as often as outcomes of the step came before */
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
