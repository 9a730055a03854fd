/** Degradation during runs: for each span of the measured time, the share of it that stores spent at each level. */
import { SERVICE_LEVELS, type ServiceLevel } from "../runtime/contract/service.ts"
import { SECOND } from "../runtime/contract/units.ts"
import type { CellScenario } from "../scenarios/cell.ts"
import type { CompletedRecord } from "../scenarios/measure.ts"

/** The number of spans that the measured time is divided into. */
export const LEVEL_SPANS = 120

/** The levels over all runs of a cell. */
export interface LevelsOverTime {
  /** Seconds of virtual time at which spans begin, and their length. */
  readonly starts: readonly number[]
  readonly length: number
  /** By level, the share of each span; in the rest of it everything was served. */
  readonly shares: Readonly<Record<ServiceLevel, readonly number[]>>
}

export class LevelsEstimate {
  readonly #from: number
  readonly #length: number
  readonly #spent = new Map(SERVICE_LEVELS.map(level => [level, new Float64Array(LEVEL_SPANS)]))
  #runs = 0

  constructor({ warmup, duration }: Pick<CellScenario, "warmup" | "duration">) {
    this.#from = warmup
    this.#length = (duration - warmup) / LEVEL_SPANS
  }

  add({ degraded }: CompletedRecord): void {
    if (degraded === undefined) return
    this.#runs++
    for (const { start, end, level } of degraded.spans) {
      const spent = this.#spent.get(level)!
      const first = Math.max(0, Math.floor((start - this.#from) / this.#length))
      for (let place = first; place < LEVEL_SPANS; place++) {
        const from = this.#from + place * this.#length
        if (from >= end) break
        spent[place]! += Math.max(0, Math.min(end, from + this.#length) - Math.max(start, from))
      }
    }
  }

  /** Null without a run of a store. */
  get found(): LevelsOverTime | null {
    if (this.#runs === 0) return null
    const shareOf = (level: ServiceLevel): readonly number[] =>
      Array.from(this.#spent.get(level)!, spent => spent / this.#length / this.#runs)
    return {
      starts: Array.from({ length: LEVEL_SPANS }, (_, place) => (this.#from + place * this.#length) / SECOND),
      length: this.#length / SECOND,
      shares: {
        "writes only": shareOf("writes only"),
        "reads only": shareOf("reads only"),
        "stale reads": shareOf("stale reads"),
        nothing: shareOf("nothing"),
      },
    }
  }
}
