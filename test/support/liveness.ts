/** Liveness of a run: whether the service serves again once all faults are over. */
import type { TraceEvent } from "../../runtime/simulation/trace.ts"
import { formatDuration, type Micros } from "../../runtime/contract/units.ts"

/** Of the operations begun from some time on, what has to become of them. */
export interface Demand {
  readonly from: Micros
  /** All of them have to succeed within `patience`; or at least one, as where proposers duel. */
  readonly operations: "all" | "one"
  readonly patience: Micros
}

export class Liveness {
  readonly #demand: Demand
  /** When each client's operation under way began. */
  readonly #begun: Micros[] = []
  #served = 0
  #late: string | undefined

  constructor(demand: Demand) {
    this.#demand = demand
  }

  observe(event: TraceEvent): void {
    if (event.type !== "operation") return
    const { client, phase, time } = event
    if (phase === "begun") {
      this.#begun[client] = time
      return
    }
    const begun = this.#begun[client]!
    const { from, patience } = this.#demand
    if (begun < from) return
    if (phase === "ok" && time - begun <= patience) this.#served++
    else this.#late ??= `an operation begun at ${formatDuration(begun)} ended at ${formatDuration(time)}: ${phase}`
  }

  /** What was wrong, in words. */
  findings(): readonly string[] {
    const { operations, from } = this.#demand
    if (this.#served === 0) return [`no operation begun after ${formatDuration(from)} succeeded`]
    return operations === "all" && this.#late !== undefined ? [this.#late] : []
  }
}
