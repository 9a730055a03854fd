/**
 * Clocks of processes for a checker. They always show the same time, and with each tick all times read from them move
 * into the past. So a state records how long ago something was, and the number of states is finite.
 *
 * Each boot starts a new clock, far from all others: a time shows which clock it was read from, and comparing times of
 * two clocks means nothing.
 */
import type { Algorithm, NodeId } from "../contract/algorithm.ts"
import { retimed, type Times } from "../contract/times.ts"
import type { Micros } from "../contract/units.ts"
import { encode } from "../process/value.ts"
import type { Process } from "../process/process.ts"

/** The distance between two clocks: more than any duration, and than any number that is not a time. */
export const CLOCK_SPAN: Micros = 2 ** 20

/** The offset by which clocks are set forward to check that a process does the same. */
const LATER: Micros = 10_007

/**
 * Thrown if a process behaves differently at another time of its clock, in a way that the algorithm does not declare
 * (`times`).
 */
export class AbsoluteTime extends Error {
  override readonly name = "AbsoluteTime"
}

/** The longest duration among the parameters that an algorithm gives in ticks; at least 1. */
export function longestDuration({ times, parameters: declared }: Algorithm, parameters: object): Micros {
  const durations = Object.entries(parameters).filter(([name]) => {
    return declared[name]?.kind === "duration" && Object.hasOwn(times?.parameters ?? {}, name)
  })
  return Math.max(1, ...durations.map(([, value]) => Number(value)))
}

export class Clocks {
  readonly #algorithm: Algorithm
  readonly #times: Times
  readonly #processes: number
  /** Readings older than this are not distinguished. */
  readonly #horizon: Micros

  constructor(algorithm: Algorithm, parameters: object, processes: number) {
    this.#algorithm = algorithm
    this.#times = algorithm.times ?? { parameters: {} }
    this.#processes = processes
    this.#horizon = longestDuration(algorithm, parameters)
    if (this.#horizon >= CLOCK_SPAN / 4) throw new Error(`durations of ${this.#horizon} ticks are too long to explore`)
  }

  /** The time that the clock of a process shows. */
  reading({ id, incarnation }: Pick<Process, "id" | "incarnation">): Micros {
    return ((incarnation - 1) * this.#processes + id + 1) * CLOCK_SPAN
  }

  /** The data as they are some ticks later. @param passed by process, the ticks that its clock has counted meanwhile */
  aged<T>(value: T, passed: (owner: NodeId) => number): T {
    return retimed(value, this.#times, (time, kind) => {
      const shown = Math.round(time / CLOCK_SPAN) * CLOCK_SPAN
      // Before the first reading.
      if (shown === 0 || kind === "number") return time
      const owner = (shown / CLOCK_SPAN - 1) % this.#processes
      return Math.max(time - passed(owner), kind === "deadline" ? shown : shown - this.#horizon)
    })
  }

  /** Data in which times are relative to what their clock shows. */
  shown<T>(value: T): T {
    return retimed(value, this.#times, time => time - Math.round(time / CLOCK_SPAN) * CLOCK_SPAN)
  }

  /**
   * Confirms that a step depends on time only as declared.
   *
   * @param before the data before the step
   * @param after the data after it
   * @param act takes the same step from other data, with all clocks set forward
   * @throws AbsoluteTime if the outcome differs
   */
  confirm<Before, After>(before: Before, after: After, act: (before: Before, later: Micros) => After): void {
    const other = this.#moved(act(this.#moved(before, LATER), LATER), -LATER)
    if (encode(other) === encode(after)) return
    throw new AbsoluteTime(
      `${this.#algorithm.name} depends on what its clocks show, in fields that it does not declare as times`,
    )
  }

  #moved<T>(value: T, by: Micros): T {
    return retimed(value, this.#times, time => (Math.round(time / CLOCK_SPAN) === 0 ? time : time + by))
  }
}
