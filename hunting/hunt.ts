/**
 * A hunt: alternates between runs in time and courses of events without time, if the service has an untimed form. Runs
 * reach far, and quickly; courses reach orders of events that hardly any network produces: in small scopes all of them,
 * in others some.
 */
import { isInRounds } from "../runtime/scenario/script.ts"
import { shrinkBest } from "../debugger/shrink/shrink.ts"
import type { RunnableScenario } from "../scenarios/scenario-file.ts"
import { caught } from "./courses/catch.ts"
import { Hunter } from "./courses/hunter.ts"
import type { Quarry } from "./courses/swarm.ts"
import type { Found } from "./courses/territory.ts"
import type { Run } from "./runs/draw.ts"
import { type FoundRun, RunHunter } from "./runs/run-hunter.ts"
import { Scopes } from "./scopes/scopes.ts"

/** A caught violation, as stored in a scenario file. */
export interface Prey {
  /** The check that is violated; null: a handler threw. */
  readonly check: string | null
  readonly witness: string
  readonly run: RunnableScenario
  /** The steps of its script, if it is a course without time. */
  readonly steps: number | undefined
}

/** Runs before each turn of courses, and those before the first one: runs find the easy bugs, and soonest. */
const RUNS = 20
const FIRST_RUNS = 40

/** The most runs to spend on shrinking one. */
const SHRINKING = { runs: 3_000, events: 10_000_000, seeds: 16 }

export class Hunt {
  readonly #quarry: Quarry
  readonly #runs: RunHunter
  readonly #courses: Hunter | undefined
  readonly #scopes: Scopes | undefined

  readonly #begin: (run: Run | undefined) => void

  /** @param begin called with each run before it is made, and with none before courses */
  constructor(quarry: Quarry, seed: number, begin: (run: Run | undefined) => void = () => {}) {
    this.#quarry = quarry
    this.#begin = begin
    this.#runs = new RunHunter(quarry, seed, true, begin)
    if (!isTimeless(quarry)) return
    this.#courses = new Hunter(quarry, { seed })
    this.#scopes = new Scopes(quarry, seed)
  }

  /** Runs, walks along courses, and states of small scopes. */
  get tries(): { readonly runs: number; readonly walks: number; readonly states: number } {
    return { runs: this.#runs.runs, walks: this.#courses?.walks ?? 0, states: this.#scopes?.states ?? 0 }
  }

  /** Distinct marks met. */
  get marks(): number {
    return this.#runs.marks + (this.#courses?.marks ?? 0)
  }

  /** A small set of runs that together meet all marks; each meets one that those before it do not. */
  get corpus(): readonly Run[] {
    return this.#runs.corpus
  }

  /** Repeats runs of an earlier hunt. */
  resume(runs: readonly Run[]): Prey | undefined {
    for (const run of runs) {
      const found = this.#runs.try(run)
      if (found !== undefined) return preyOf(found)
    }
    return undefined
  }

  /** Continues for a while. @returns the violation found, shrunk */
  advance(): Prey | undefined {
    const found = this.seek()
    if (found === undefined) return undefined
    return "symptom" in found ? preyOf(found) : this.#preyOf(found)
  }

  /** Continues for a while. @returns the violation found, before shrinking */
  seek(): FoundRun | Found | undefined {
    for (let run = 0; run < RUNS; run++) {
      const found = this.#runs.advance()
      if (found !== undefined) return found
    }
    if (this.#runs.runs < FIRST_RUNS) return undefined
    this.#begin(undefined)
    return this.#scopes?.advance() ?? this.#courses?.advance()
  }

  #preyOf(found: Found): Prey {
    const { check, witness, run, steps } = caught(found, this.#quarry.parameters)
    return { check, witness, run, steps: steps.length }
  }
}

/** True if an algorithm can be judged without time: not if its safety depends on clocks or long timeouts. */
function isTimeless({ algorithm, service }: Quarry): boolean {
  const { clocks, timing } = algorithm.assumes ?? {}
  if (service.untimed === undefined || clocks !== undefined) return false
  return timing !== "synchronous" || isInRounds(algorithm)
}

function preyOf({ scenario, seed, symptom }: FoundRun): Prey {
  const shrunk = shrinkBest([{ scenario, seed }], symptom.name, SHRINKING)
  const { scenario: least, seed: its, symptom: found } = shrunk ?? { scenario, seed, symptom }
  // An assertion that fails ends a run, as any exception of a handler does.
  const check = found.kind === "failed" ? null : found.name
  const title = `${least.algorithm.title}: ${check ?? "an algorithm that fails"}`
  const run = runnable({ scenario: least, seed: its }, title)
  return { check, witness: found.text, steps: undefined, run: check === null ? run : { violates: check, ...run } }
}

/** A run as it is stored in a scenario file. */
export function runnable({ scenario, seed }: Run, title: string): RunnableScenario {
  const { algorithm, service, ...rest } = scenario
  return { title, scenario: { ...rest, algorithm: algorithm.name, service: service.name }, seed }
}
