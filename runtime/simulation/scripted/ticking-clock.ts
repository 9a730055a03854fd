/** A node's clock in a scripted run with ticks: it shows the number of ticks counted, regardless of the time. */
import { Clock } from "../nodes/clock.ts"
import type { Micros } from "../../contract/units.ts"

export class TickingClock extends Clock {
  #ticks: Micros = 0

  override read(): Micros {
    return this.#ticks
  }

  override trueSpan(span: Micros): Micros {
    return span
  }

  override jump(by: Micros): void {
    this.#ticks += by
  }
}
