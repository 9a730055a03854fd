/** A node's clock, where it differs from true time: it may be off, and it may run too fast or too slow. */
import type { Micros } from "../../contract/units.ts"

export class Clock {
  /** Local time `#local` was read at true time `#since`; from then on it runs `#rate` times as fast. */
  #local: number = 0
  #since: Micros = 0
  #rate = 1

  /** The time that the clock shows, in microseconds. It may be less than 0, and less than before if it was set back. */
  read(now: Micros): Micros {
    return Math.round(this.#local + (now - this.#since) * this.#rate)
  }

  /** The true time that passes while the clock counts `span`, to the microsecond; none only if `span` is none. */
  trueSpan(span: Micros): Micros {
    return span <= 0 ? 0 : Math.max(1, Math.round(span / this.#rate))
  }

  /** Sets the clock forward, or back if `by` is negative. */
  jump(by: Micros): void {
    this.#local += by
  }

  /**
   * Makes the clock run faster by the share `by`, or slower if it is negative.
   *
   * @returns by which factor true spans shrink
   */
  drift(by: number, now: Micros): number {
    const before = this.#rate
    this.#local += (now - this.#since) * before
    this.#since = now
    this.#rate = before * (1 + by)
    return before / this.#rate
  }
}
