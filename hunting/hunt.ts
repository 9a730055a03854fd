/**
 * A hunt: runs in time by turns with courses of events without time, if the service has such a form. The former reach far, and
 * quickly; the latter reach orders of events that hardly any network has: in small scopes all of them, in others some.
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

/** A violation that was caught, as a scenario file holds it. */
export interface Prey {
  /** The check that is violated; null: a handler threw. */
  readonly check: string | null
  readonly witness: string
  readonly run: RunnableScenario
  /** The steps of its script, if it is a course without time. */
  readonly steps: number | undefined
}

/** Runs for one go at courses, once the first runs have not shown anything: they find what is easy to find, and soonest. */
const RUNS = 20
const FIRST_RUNS = 40

/** Runs that may be spent on shrinking one. */
const SHRINKING = { runs: 3_000, events: 10_000_000, seeds: 16 }

export class Hunt {
  readonly #quarry: Quarry
  readonly #runs: RunHunter
  readonly #courses: Hunter | undefined
  readonly #scopes: Scopes | undefined

  constructor(quarry: Quarry, seed: number) {
    this.#quarry = quarry
    this.#runs = new RunHunter(quarry, seed)
    if (!isTimeless(quarry)) return
    this.#courses = new Hunter(quarry, { seed })
    this.#scopes = new Scopes(quarry, seed)
  }

  /** Runs, walks along courses, and states of small scopes. */
  get tries(): { readonly runs: number; readonly walks: number; readonly states: number } {
    return { runs: this.#runs.runs, walks: this.#courses?.walks ?? 0, states: this.#scopes?.states ?? 0 }
  }

  /** Different marks that were met. */
  get marks(): number {
    return this.#runs.marks + (this.#courses?.marks ?? 0)
  }

  /** Runs that met what none before them had, as few as meet all of it. */
  get corpus(): readonly Run[] {
    return this.#runs.corpus
  }

  /** Makes runs of an earlier hunt again. */
  resume(runs: readonly Run[]): Prey | undefined {
    for (const run of runs) {
      const found = this.#runs.try(run)
      if (found !== undefined) return preyOf(found)
    }
    return undefined
  }

  /** Continues for a while. @returns what was found wrong, shrunk */
  advance(): Prey | undefined {
    const found = this.seek()
    if (found === undefined) return undefined
    return "symptom" in found ? preyOf(found) : this.#preyOf(found)
  }

  /** Continues for a while. @returns what was found wrong, as it was found */
  seek(): FoundRun | Found | undefined {
    for (let run = 0; run < RUNS; run++) {
      const found = this.#runs.advance()
      if (found !== undefined) return found
    }
    if (this.#runs.runs < FIRST_RUNS) return undefined
    return this.#scopes?.advance() ?? this.#courses?.advance()
  }

  #preyOf(found: Found): Prey {
    const { check, witness, run, steps } = caught(found, this.#quarry.parameters)
    return { check, witness, run, steps: steps.length }
  }
}

/** True if anything can be said of an algorithm without time: not where clocks or long timeouts keep it safe. */
function isTimeless({ algorithm, service }: Quarry): boolean {
  const { clocks, timing } = algorithm.assumes ?? {}
  if (service.untimed === undefined || clocks !== undefined) return false
  return timing !== "synchronous" || isInRounds(algorithm)
}

function preyOf({ scenario, seed, symptom }: FoundRun): Prey {
  const shrunk = shrinkBest([{ scenario, seed }], symptom.name, SHRINKING)
  const { scenario: least, seed: its, symptom: found } = shrunk ?? { scenario, seed, symptom }
  // An assertion that fails ends a run, as whatever a handler throws does.
  const check = found.kind === "failed" ? null : found.name
  const { algorithm, service, ...rest } = least
  return {
    check,
    witness: found.text,
    steps: undefined,
    run: {
      title: `${algorithm.title}: ${check ?? "an algorithm that fails"}`,
      ...(check === null ? {} : { violates: check }),
      scenario: { ...rest, algorithm: algorithm.name, service: service.name },
      seed: its,
    },
  }
}
