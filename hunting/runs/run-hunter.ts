/** A hunt through runs in time: newly drawn ones, and changes of those that met something new. A function of its seed. */
import { Random } from "../../runtime/lib/random.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { type Symptom, symptomsOf } from "../../debugger/shrink/shrink.ts"
import type { Quarry } from "../courses/swarm.ts"
import { Coverage, RunMarks } from "./coverage.ts"
import { changedRun } from "./change.ts"
import { drawRun, type Run } from "./draw.ts"

export interface FoundRun extends Run {
  readonly symptom: Symptom
}

interface Kept extends Run {
  readonly marks: readonly number[]
  /** Runs derived from it. */
  tries: number
}

/** Runs before any kept one is changed: newly drawn runs find the easy bugs. */
const DRAWN = 100

/**
 * The shares of runs that are changes of kept ones, and that are newly drawn and watched: watching a run takes as long
 * as making it.
 */
const CHANGED = 0.4
const WATCHED = 0.2

/** Kept runs compared to choose the next to change. */
const TOURNAMENT = 4

export class RunHunter {
  readonly #quarry: Quarry
  readonly #random: Random
  readonly #pool = new RunPool()
  readonly #coverage = new Coverage()
  readonly #kept: Kept[] = []
  readonly #returns: boolean
  readonly #begin: (run: Run) => void
  runs = 0

  /**
   * @param returns whether runs are changed from those that met something new
   * @param begin called with each run before it is made
   */
  constructor(quarry: Quarry, seed: number, returns = true, begin: (run: Run) => void = () => {}) {
    this.#quarry = quarry
    this.#random = Random.stream(seed, "workload", 6)
    this.#begin = begin
    this.#returns = returns
  }

  get marks(): number {
    return this.#coverage.size
  }

  /** Some of the kept runs that together meet all marks; each meets one that those before it do not. */
  get corpus(): readonly Run[] {
    const met = new Set<number>()
    return this.#kept
      .toSorted((a, b) => b.marks.length - a.marks.length)
      .filter(({ marks }) => {
        const before = met.size
        for (const mark of marks) met.add(mark)
        return met.size > before
      })
  }

  /** Makes one run. @returns it, if it violated something */
  advance(): FoundRun | undefined {
    if (!this.#returns) return this.try(drawRun(this.#quarry, this.#random), false)
    const changes = this.runs >= DRAWN && this.#kept.length > 1 && this.#random.chance(CHANGED)
    return changes
      ? this.try(this.#changed())
      : this.try(drawRun(this.#quarry, this.#random), this.#random.chance(WATCHED))
  }

  /** Makes a run. @param isWatched true to keep it if it meets something new */
  try(run: Run, isWatched = true): FoundRun | undefined {
    this.runs++
    this.#begin(run)
    const result = isWatched ? this.#watched(run) : this.#simulated(run)
    const [symptom] = symptomsOf(result)
    return symptom === undefined || isOverBudget(result) ? undefined : { ...run, symptom }
  }

  #watched(run: Run): RunResult {
    const marks = new RunMarks(this.#coverage.kinds)
    const result = this.#simulated(run, marks.observe)
    if (this.#coverage.add(marks) > 0) this.#kept.push({ ...run, marks: marks.listed, tries: 0 })
    return result
  }

  #simulated({ scenario, seed }: Run, observer?: RunMarks["observe"]): RunResult {
    return simulate(scenario, seed, {
      pool: this.#pool,
      unrecorded: true,
      ...(observer === undefined ? {} : { observer }),
    })
  }

  #changed(): Run {
    const kept = this.#kept
    let best = kept[this.#random.integer(0, kept.length - 1)]!
    for (let draw = 1; draw < TOURNAMENT; draw++) {
      const other = kept[this.#random.integer(0, kept.length - 1)]!
      if (other.tries < best.tries) best = other
    }
    best.tries++
    return changedRun(best, kept[this.#random.integer(0, kept.length - 1)]!, this.#random)
  }
}

/** Exceeding the event limit is not a failure of an algorithm that has this much to do. */
function isOverBudget(result: RunResult): boolean {
  return result.status === "failed" && /^(?:Error: )?more than \d+ events/.test(result.reason)
}
