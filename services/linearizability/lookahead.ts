/**
 * Look-ahead for the search: the next answer that fits only one state must still be possible. Either the state can grow
 * into that one, or a write that may come before can leave it.
 */
import type { Events } from "./events.ts"
import type { Options } from "./options.ts"
import { IMPOSSIBLE } from "./transitions.ts"

/** The maximum number of events examined for the next answer. */
const MAX_AHEAD = 128

/** The part of `Mentions` that it needs. */
interface Answers {
  isBound(operation: number): boolean
  leaves(operation: number): number
  shows(operation: number, state: number): boolean
}

export class Lookahead {
  readonly #answers: Answers
  readonly #events: Events
  readonly #options: Options
  /** The number of operations that surely happened; the others come after them. */
  readonly #known: number

  constructor(answers: Answers, events: Events, options: Options, known: number) {
    this.#answers = answers
    this.#events = events
    this.#options = options
    this.#known = known
  }

  /**
   * True if the next answer that fits only one state is still possible.
   *
   * @param state undefined: no operation left to place could reveal it
   * @param latestCall the latest call among the operations placed, as a place in time
   */
  mayAnswer(state: number | undefined, latestCall: number): boolean {
    const events = this.#events
    const event = this.#firstBound()
    if (event === events.end) return true
    const bound = event >> 1
    if (state !== undefined && this.#answers.shows(bound, state)) return true
    for (let other = events.first; other !== event; other = events.next[other]!) {
      if ((other & 1) === 0 && other >> 1 !== bound && this.#mayLeadTo(other >> 1, bound)) return true
    }
    const { count, places } = this.#options
    for (let option = this.#options.firstOpenAt(latestCall); option < count; option++) {
      if (places[2 * option]! > events.place[event]!) break
      if (!this.#options.isTaken(option) && this.#mayLeadTo(this.#known + option, bound)) return true
    }
    return false
  }

  /** The return of the first operation whose answer fits only one state; the end of the list if none is near. */
  #firstBound(): number {
    const { end, first, next } = this.#events
    let event = first
    for (let left = MAX_AHEAD; event !== end; event = next[event]!) {
      if (--left === 0) return end
      if ((event & 1) === 1 && this.#answers.isBound(event >> 1)) break
    }
    return event
  }

  #mayLeadTo(operation: number, bound: number): boolean {
    const leaves = this.#answers.leaves(operation)
    return leaves !== IMPOSSIBLE && this.#answers.shows(bound, leaves)
  }
}
