/** A hunt through runs in time: drawn anew, or changed from those that met something new. A function of its seed. */
import { Random } from "../../runtime/lib/random.ts"
import type { RunResult } from "../../runtime/scenario/scenario.ts"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { type Symptom, symptomsOf } from "../../debugger/shrink/shrink.ts"
import type { Quarry } from "../courses/swarm.ts"
import { Coverage, RunMarks } from "./coverage.ts"
import { changedRun, drawRun, type Run } from "./draw.ts"

export interface FoundRun extends Run {
  readonly symptom: Symptom
}

interface Kept extends Run {
  readonly marks: readonly number[]
  /** Runs that were made of it. */
  tries: number
}

/** Share of runs that are changed from kept ones. */
const CHANGED = 0.5

/** Kept runs that are compared for the next change. */
const TOURNAMENT = 4

export class RunHunter {
  readonly #quarry: Quarry
  readonly #random: Random
  readonly #pool = new RunPool()
  readonly #coverage = new Coverage()
  readonly #kept: Kept[] = []
  readonly #returns: boolean
  runs = 0

  /** @param returns whether runs are changed from those that met something new */
  constructor(quarry: Quarry, seed: number, returns = true) {
    this.#quarry = quarry
    this.#random = Random.stream(seed, "workload", 6)
    this.#returns = returns
  }

  get marks(): number {
    return this.#coverage.size
  }

  /** Of the runs that were kept, some that together meet all marks, each of which meets one that the others before it do not. */
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

  /** Makes one run. @returns it, if something was wrong with it */
  advance(): FoundRun | undefined {
    return this.try(this.#next())
  }

  /** Makes a run, and keeps it if it met something new. */
  try(run: Run): FoundRun | undefined {
    this.runs++
    const result = this.#simulated(run)
    const [symptom] = symptomsOf(result)
    return symptom === undefined || isOverBudget(result) ? undefined : { ...run, symptom }
  }

  #simulated(run: Run): RunResult {
    const { scenario, seed } = run
    if (!this.#returns) return simulate(scenario, seed, { pool: this.#pool, unnoted: true })
    const marks = new RunMarks(this.#coverage.kinds)
    const result = simulate(scenario, seed, { pool: this.#pool, observer: marks.observe, unnoted: true })
    if (this.#coverage.add(marks) > 0) this.#kept.push({ ...run, marks: marks.listed, tries: 0 })
    return result
  }

  #next(): Run {
    const kept = this.#kept
    if (kept.length < 2 || !this.#random.chance(CHANGED)) return drawRun(this.#quarry, this.#random)
    let best = kept[this.#random.integer(0, kept.length - 1)]!
    for (let draw = 1; draw < TOURNAMENT; draw++) {
      const other = kept[this.#random.integer(0, kept.length - 1)]!
      if (other.tries < best.tries) best = other
    }
    best.tries++
    return changedRun(best, kept[this.#random.integer(0, kept.length - 1)]!, this.#random)
  }
}

/** Too many events are no failure of an algorithm that has this much to do. */
function isOverBudget(result: RunResult): boolean {
  return result.status === "failed" && /^(?:Error: )?more than \d+ events/.test(result.reason)
}
