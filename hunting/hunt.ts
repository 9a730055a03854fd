/**
 * A hunt: runs in time by turns with courses of events without time, if the service has such a form, and with every order of
 * events in small groups. Runs reach far, and quickly; courses reach orders of events that hardly any network has; and what
 * shows in a small group, an exploration finds at once.
 */
import { isInRounds } from "../runtime/scenario/script.ts"
import { shrinkBest } from "../debugger/shrink/shrink.ts"
import type { RunnableScenario } from "../scenarios/scenario-file.ts"
import { caught } from "./courses/catch.ts"
import { Hunter } from "./courses/hunter.ts"
import { Sweeper } from "./courses/sweeper.ts"
import type { Quarry } from "./courses/swarm.ts"
import type { Found } from "./courses/territory.ts"
import type { Run } from "./runs/draw.ts"
import { type FoundRun, RunHunter } from "./runs/run-hunter.ts"

/** A violation that was caught, as a scenario file holds it. */
export interface Prey {
  /** The check that is violated; null: a handler threw. */
  readonly check: string | null
  readonly witness: string
  readonly run: RunnableScenario
  /** The steps of its script, if it is a course without time. */
  readonly steps: number | undefined
}

/** Runs, and small groups, for one go at courses: about as much work each. Few runs at first, so that each has its turn soon. */
const RUNS = 12
const RUNS_AT_FIRST = 2
const GROUPS = 1

/** Runs that may be spent on shrinking one. */
const SHRINKING = { runs: 3_000, events: 10_000_000, seeds: 16 }

export class Hunt {
  readonly #quarry: Quarry
  readonly #runs: RunHunter
  readonly #courses: Hunter | undefined
  readonly #sweeps: Sweeper | undefined
  #turn = 0

  constructor(quarry: Quarry, seed: number) {
    this.#quarry = quarry
    this.#runs = new RunHunter(quarry, seed)
    const isWithoutTime = isTimeless(quarry)
    this.#courses = isWithoutTime ? new Hunter(quarry, { seed }) : undefined
    this.#sweeps = isWithoutTime ? new Sweeper(quarry, seed) : undefined
  }

  /** Runs, walks along courses, and small groups that were explored. */
  get tries(): { readonly runs: number; readonly walks: number; readonly sweeps: number } {
    return { runs: this.#runs.runs, walks: this.#courses?.walks ?? 0, sweeps: this.#sweeps?.groups ?? 0 }
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
    const runs = Math.min(RUNS, RUNS_AT_FIRST + this.#turn++)
    for (let run = 0; run < runs; run++) {
      const found = this.#runs.advance()
      if (found !== undefined) return found
    }
    for (let group = 0; group < GROUPS; group++) {
      const found = this.#sweeps?.advance()
      if (found !== undefined) return found
    }
    return this.#courses?.advance()
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
