/**
 * The time in which more than half of all nodes were up: an upper bound on the availability of any algorithm that needs
 * a majority.
 */
import type { Micros } from "../../contract/units.ts"

export class UpTime {
  readonly #begin: Micros
  readonly #end: Micros
  readonly #size: number
  #isMajority = false
  #since: Micros = 0
  #total: Micros = 0

  /** Measures from `begin` to `end`; time before and after does not count. */
  constructor(size: number, begin: Micros, end: Micros) {
    this.#size = size
    this.#begin = begin
    this.#end = end
  }

  /** From now on this many nodes are up. */
  update(now: Micros, up: number): void {
    this.#passTime(now)
    this.#isMajority = 2 * up > this.#size
  }

  /** Share of the measured time, 0..1, with a majority up; called once, when the run is over. */
  majorityShare(): number {
    this.#passTime(this.#end)
    return this.#total / Math.max(1, this.#end - this.#begin)
  }

  #passTime(now: Micros): void {
    const span = Math.min(now, this.#end) - Math.max(this.#since, this.#begin)
    if (this.#isMajority && span > 0) this.#total += span
    this.#since = now
  }
}
