/** A node's clock, where it differs from true time: it may be off, and it may run too fast or too slow. */
import type { Micros } from "./units.ts"

/** Rates are fractions: what is less than this above a whole microsecond is that microsecond. */
const TINY = 1e-6

export class Clock {
  /** Local time `#local` was read at true time `#since`; from then on it runs `#rate` times as fast. */
  #local: number = 0
  #since: Micros = 0
  #rate = 1

  /** What the clock shows, in microseconds. It may be less than 0, and less than before if it was set back. */
  read(now: Micros): Micros {
    return Math.round(this.#local + (now - this.#since) * this.#rate)
  }

  /** How much true time passes until the clock has counted `span`: it shows no less then. */
  trueSpan(span: Micros): Micros {
    return Math.max(0, Math.ceil(span / this.#rate - TINY))
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
