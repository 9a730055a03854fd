/** The transitions of time: a tick passes, in each way that makes a difference. */
import { withRoom } from "../arrays.ts"
import { type Counters, DRIFT, SPENT, TICK } from "../counters.ts"
import type { Ticks } from "../ticks.ts"
import type { FoundStates } from "./found-states.ts"
import type { Layout, Prints } from "./prints.ts"
import * as trail from "./trail.ts"

export class Passing {
  /** True if only the bound kept a tick from passing in the row expanded last. */
  isOpen = false
  readonly #ticks: Ticks
  readonly #counters: Counters
  readonly #layout: Layout
  readonly #prints: Prints
  readonly #found: FoundStates
  #next = new Int32Array(1 << 8)

  constructor(ticks: Ticks, counters: Counters, layout: Layout, prints: Prints, found: FoundStates) {
    this.#ticks = ticks
    this.#counters = counters
    this.#layout = layout
    this.#prints = prints
    this.#found = found
  }

  /** @param words the row to expand, loaded for fingerprints; left unchanged @returns the number of transitions */
  expand(words: Int32Array): number {
    const { countersAt, watchAt, countAt, messagesAt } = this.#layout
    const end = messagesAt + words[countAt]!
    const passed = this.#counters.after(words[countersAt]!, TICK)
    const mayPass = this.#mayPass(words, end)
    this.isOpen = mayPass && passed === SPENT
    if (!mayPass || passed === SPENT) return 0
    if (end > this.#next.length) this.#next = withRoom(this.#next, end)
    const next = this.#next
    const watch = words[watchAt]!
    let count = 0
    for (const [way, { event, isDrift }] of this.#ticks.ways.entries()) {
      const counters = isDrift ? this.#counters.after(passed, DRIFT) : passed
      if (counters === SPENT || !this.#write(words, end, way)) continue
      count++
      next.set([counters, watch, words[countAt]!], countersAt)
      this.#prints.load(next)
      this.#prints.begin(counters, watch)
      if (this.#found.add(this.#prints, trail.TICK, event)) this.#found.keep(next, end, watch, trail.TICK, event)
    }
    this.#prints.load(words)
    return count
  }

  #mayPass(words: Int32Array, end: number): boolean {
    const { countersAt, messagesAt } = this.#layout
    for (let id = 0; id < countersAt; id++) if (this.#ticks.isDue(words[id]!)) return false
    for (let at = messagesAt; at < end; at++) if (this.#ticks.isOwed(words[at]!)) return false
    return true
  }

  /**
   * Writes processes and messages as they are a tick later.
   *
   * @returns whether anything differs from the way without clock errors
   */
  #write(words: Int32Array, end: number, way: number): boolean {
    const { countersAt, messagesAt } = this.#layout
    const ticks = this.#ticks
    const next = this.#next
    let differs = false
    for (let id = 0; id < countersAt; id++) {
      next[id] = ticks.processLater(words[id]!, way)
      differs ||= next[id] !== (way === 0 ? words[id] : ticks.processLater(words[id]!, 0))
    }
    for (let at = messagesAt; at < end; at++) {
      next[at] = ticks.eventLater(words[at]!, way)
      differs ||= next[at] !== (way === 0 ? words[at] : ticks.eventLater(words[at]!, 0))
    }
    return differs
  }
}
