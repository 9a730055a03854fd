/** The first violation that a search has found, and the state that it is in. */
import type { Violation } from "../exploration.ts"
import type { Occurrence } from "../happening.ts"
import type { Trail } from "./trail.ts"

export class Finding {
  #wrong: Omit<Violation, "path"> | null = null
  #state = 0

  get isThere(): boolean {
    return this.#wrong !== null
  }

  /** Something is wrong in a state; later findings do not count. */
  condemn(state: number, wrong: Omit<Violation, "path">): void {
    if (this.#wrong !== null) return
    this.#wrong = wrong
    this.#state = state
  }

  /** With the path that led to its state. */
  violation(trail: Trail, occurrenceOf: (event: number) => Occurrence): Violation | null {
    return this.#wrong === null ? null : { ...this.#wrong, path: trail.pathTo(this.#state, occurrenceOf) }
  }
}
