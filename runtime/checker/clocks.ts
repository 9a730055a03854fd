/**
 * Clocks of processes, as a checker needs them: they always show the same time, and all times that were read from them move into the
 * past, a tick at a time. So a state says how long ago something was, and there are finitely many.
 *
 * Each clock begins anew at each boot, far from all others: a time says whose it is, and nothing comes of comparing two clocks.
 */
import type { Algorithm, NodeId } from "../contract/algorithm.ts"
import { retimed, type Times } from "../contract/times.ts"
import type { Micros } from "../contract/units.ts"
import { encode } from "../process/value.ts"
import type { Process } from "../process/process.ts"

/** The distance between two clocks: more than any duration, and than any number that is no time. */
export const CLOCK_SPAN: Micros = 2 ** 20

/** The time by which clocks are set forward to see whether a process does the same. */
const LATER: Micros = 10_007

/** A process does something else if its clock shows another time, in a way that the algorithm does not declare (`times`). */
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
  /** Readings that are longer ago are alike. */
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

  /** Data some ticks later. @param passed by process, the ticks that its clock has counted meanwhile */
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
   * Confirms that a step depends on no time but by what is declared.
   *
   * @param before what a step begins with @param after what it came to @param act takes the same step from other data, with all
   * clocks set forward @throws AbsoluteTime if that comes to something else
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
