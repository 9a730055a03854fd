/**
 * Timing of a workload: the arrivals of an open loop, and spans of time (pauses, stays) around a mean.
 *
 * Exponential draws come from a table computed with exact arithmetic, so that they are bit-identical on every machine.
 */
import { DelayTable } from "../runtime/lib/delay-table.ts"
import { logarithm } from "../runtime/lib/exact-math.ts"
import { Random } from "../runtime/lib/random.ts"
import { type Micros, SECOND } from "../runtime/contract/units.ts"

/**
 * Arrivals of the operations of an open loop: evenly spaced, or as a Poisson process (independent of each other, like
 * those of many clients), which comes in bursts.
 */
export const ARRIVALS = ["constant", "poisson"] as const

/** Distributions of spans of time around their mean: constant, uniform from 0 to twice the mean, or exponential. */
export const SPREADS = ["constant", "uniform", "exponential"] as const
export type Spread = (typeof SPREADS)[number]

/** Steps of an exponential draw of mean 1. */
const FINENESS = 2 ** 20

/** Draws of an exponential distribution. */
function exponentialOf(mean: number): DelayTable {
  return new DelayTable(share => -mean * logarithm(1 - share))
}

/** The times at which the operations of an open loop arrive, independent of everything that happens in the run. */
export class Arrivals {
  readonly #start: Micros
  readonly #rate: number
  readonly #gaps: DelayTable | null
  readonly #random: Random
  /** Time of the next arrival after the start, in mean gaps. */
  #place = 0

  /**
   * @param start when clients begin
   * @param rate arrivals per second, above 0
   * @param random Poisson arrivals derive their own stream from it, so that other draws do not shift them
   */
  constructor(start: Micros, rate: number, pattern: (typeof ARRIVALS)[number], random: Random) {
    this.#start = start
    this.#rate = rate
    this.#gaps = pattern === "poisson" ? exponentialOf(FINENESS) : null
    this.#random = pattern === "poisson" ? new Random(random.next()) : random
    if (this.#gaps !== null) this.#place = this.#drawGap(this.#gaps)
  }

  /** The time of the next arrival, rounded to a microsecond. Evenly spaced arrivals begin exactly at the start. */
  next(): Micros {
    const time = this.#start + Math.round((this.#place * SECOND) / this.#rate)
    this.#place += this.#gaps === null ? 1 : this.#drawGap(this.#gaps)
    return time
  }

  #drawGap(gaps: DelayTable): number {
    return gaps.draw(this.#random.next()) / FINENESS
  }
}

/** Spans of time around a mean. */
export class Spans {
  readonly #mean: Micros
  readonly #spread: Spread
  readonly #exponential: DelayTable | null

  constructor(mean: Micros, spread: Spread) {
    this.#mean = mean
    this.#spread = mean === 0 ? "constant" : spread
    this.#exponential = this.#spread === "exponential" ? exponentialOf(mean) : null
  }

  /** True if all spans are the same: nothing is drawn. */
  get isConstant(): boolean {
    return this.#spread === "constant"
  }

  draw(random: Random): Micros {
    if (this.#exponential !== null) return this.#exponential.draw(random.next())
    return this.#spread === "uniform" ? random.integer(0, 2 * this.#mean) : this.#mean
  }
}

/**
 * One random stream for each client, so that a client's draws do not depend on the progress of others. The first is the
 * given stream itself.
 */
export function streamsOf(random: Random, clients: number): Random[] {
  return Array.from({ length: clients }, (_, client) => (client === 0 ? random : new Random(random.next())))
}
