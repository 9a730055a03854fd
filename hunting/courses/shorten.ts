/** Shortens a course to a violation by removing steps that it does not need (Zeller and Hildebrandt, TSE 2002). */
import type { Violation } from "../../runtime/checker/exploration.ts"
import type { Walker } from "../../runtime/checker/search/walker.ts"
import { follow, type Wish } from "./course.ts"

/** The shortest course found to the same violation, and the problem at its end. */
export interface Shortened {
  readonly path: readonly Wish[]
  readonly wrong: Omit<Violation, "path">
}

/** The violated check, or the failed assertion: a shorter course must show it, too. */
export function symptomOf({ reason, error }: Omit<Violation, "path">): string {
  if (error === undefined) return reason.split(":")[0]!
  return reason.replaceAll(/\d+/g, "#").slice(0, 80)
}

/**
 * @param most courses to try
 * @param isSure false if the course was recorded in another group: it may lead nowhere in this one, and is then
 * returned
 */
export function shorten(
  walker: Walker,
  path: readonly Wish[],
  wrong: Omit<Violation, "path">,
  most: number,
  isSure = true,
): Shortened {
  const search = new Search(walker, { path, wrong }, most, isSure)
  if (isSure || search.attempt(path)) search.leaveOut()
  return search.best
}

class Search {
  best: Shortened
  readonly #walker: Walker
  readonly #symptom: string
  #left: number
  #isSure: boolean

  constructor(walker: Walker, first: Shortened, most: number, isSure: boolean) {
    this.best = first
    this.#walker = walker
    this.#symptom = symptomOf(first.wrong)
    this.#left = most
    this.#isSure = isSure
  }

  /** Follows a course. @returns whether it leads to the same violation and is shorter than the best so far */
  attempt(wishes: readonly Wish[]): boolean {
    const walker = this.#walker
    this.#left--
    walker.begin()
    const taken = follow(walker, wishes)
    const found = walker.wrong ?? (walker.isStalled ? walker.stall : null)
    if (found === null || symptomOf(found) !== this.#symptom) return false
    if (this.#isSure && taken.length >= this.best.path.length) return false
    this.#isSure = true
    this.best = { path: taken, wrong: found }
    return true
  }

  /**
   * Removes ever smaller pieces, and finally pairs of steps that need each other, such as a message and the timer that
   * sends it.
   */
  leaveOut(): void {
    let chunk = Math.max(1, Math.ceil(this.best.path.length / 2))
    while (this.#left > 0) {
      if (this.#pieces(chunk)) continue
      if (chunk === 1) break
      chunk = Math.ceil(chunk / 2)
    }
    for (let first = 0; first < this.best.path.length && this.#left > 0; first++) this.#pairsWith(first)
  }

  /** @returns whether any piece of this length could be removed */
  #pieces(chunk: number): boolean {
    const before = this.best.path.length
    for (let end = before; end > 0 && this.#left > 0; end -= chunk) {
      const { path } = this.best
      const from = Math.max(0, end - chunk)
      if (from < path.length) this.attempt([...path.slice(0, from), ...path.slice(end)])
    }
    return this.best.path.length < before
  }

  #pairsWith(first: number): void {
    for (let second = first + 1; second < this.best.path.length && this.#left > 0; second++) {
      this.attempt(this.best.path.filter((_, at) => at !== first && at !== second))
    }
  }
}
