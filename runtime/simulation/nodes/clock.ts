/** A node's clock that differs from true time: it may have an offset and a drift. */
import type { Micros } from "../../contract/units.ts"

export class Clock {
  /** The clock showed `#local` at true time `#since`; since then it runs at `#rate` times the true rate. */
  #local: number = 0
  #since: Micros = 0
  #rate = 1

  /**
   * The time that the clock shows, in microseconds. It may be negative, and less than before if the clock was set back.
   */
  read(now: Micros): Micros {
    return Math.round(this.#local + (now - this.#since) * this.#rate)
  }

  /** The true time that passes while the clock counts `span`, to the microsecond; 0 only if `span` is 0. */
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
   * @returns the factor by which true spans shrink
   */
  drift(by: number, now: Micros): number {
    const before = this.#rate
    this.#local += (now - this.#since) * before
    this.#since = now
    this.#rate = before * (1 + by)
    return before / this.#rate
  }
}
