/**
 * Shrinking: from a run that violates a check to the smallest scenario found that still violates it.
 *
 * Delta debugging (Zeller and Hildebrandt 2002, IEEE Trans. Software Engineering 28(2)) over scenarios as data: parts
 * are left out in ever smaller pieces, and whatever still violates the same check is gone on with. A change early in a
 * run changes all that comes after it, so a smaller scenario may need another seed to show the same mistake: a few
 * are tried. Everything is a function of scenario, seed and budget; nothing is measured in real time.
 */
import { problemOf } from "../../runtime/beginning.ts"
import { faultTimeline } from "../../runtime/fault-timeline.ts"
import { GOLDEN, mix } from "../../runtime/random.ts"
import type { RunResult, Scenario } from "../../runtime/scenario.ts"
import { simulate } from "../../runtime/simulation.ts"
import { endWithViolation, type Reduction, REDUCTIONS } from "./reductions.ts"

/** What a run shows, and must go on showing while it is shrunk. */
export interface Symptom {
  /** The check that is violated, or for a run that failed its {@link failureName}. */
  readonly name: string
  readonly kind: "violated" | "failed"
  /** Virtual time, in microseconds. */
  readonly at: number
  /** The witness, or the reason and event of the failure. */
  readonly text: string
}

/** What may be spent. */
export interface ShrinkBudget {
  /** Runs simulated. */
  readonly runs: number
  /** Events simulated, all runs together. */
  readonly events: number
  /** Seeds tried for a smaller scenario before it is given up, the seed of the larger one included. */
  readonly seeds: number
}

export const SHRINK_BUDGET: ShrinkBudget = { runs: 20_000, events: 50_000_000, seeds: 64 }

/** Seeds tried in the first rounds; twice as many each time that nothing smaller is found. */
const FIRST_SEEDS = 8

/** How large a violating run is. */
export interface ScenarioSize {
  readonly nodes: number
  readonly faults: number
  /** Beginnings and ends of faults, each one event. */
  readonly faultEvents: number
  /** Operations that clients began; null if the run failed before they were counted. */
  readonly operations: number | null
  /** Virtual time up to the violation, in microseconds. */
  readonly length: number
}

export interface Shrunk {
  readonly scenario: Scenario
  readonly seed: number
  readonly symptom: Symptom
  readonly before: ScenarioSize
  readonly after: ScenarioSize
  /** Runs that were simulated to get there. */
  readonly runs: number
  /** Whether nothing could be left out any more; else the budget ended first. */
  readonly isMinimal: boolean
}

/** A violating run. */
interface Found {
  readonly scenario: Scenario
  readonly seed: number
  readonly symptom: Symptom
  readonly result: RunResult
}

/**
 * Shrinks a violating run.
 *
 * @param name the symptom to keep, as `symptomsOf` names it; default: the first that the run shows
 * @returns `undefined` if the run does not show that symptom
 */
export function shrink(
  scenario: Scenario,
  seed: number,
  name?: string,
  budget: ShrinkBudget = SHRINK_BUDGET,
): Shrunk | undefined {
  const result = simulate(scenario, seed)
  const symptom = symptomsOf(result).find(candidate => name === undefined || candidate.name === name)
  if (symptom === undefined) return undefined
  const first: Found = { scenario, seed, symptom, result }
  const search = new Search(first, budget)
  // Written out, so that leaving out one fault draws no other nodes for the next; the run takes the same course.
  search.try({ ...scenario, faults: faultTimeline(scenario, seed) }, 1)
  for (let seeds = Math.min(FIRST_SEEDS, budget.seeds); seeds <= budget.seeds && !search.isSpent; seeds *= 2) {
    let last: Found
    do {
      last = search.best
      for (const reduction of REDUCTIONS) search.follow(reduction, seeds)
    } while (sizeKey(search.best) !== sizeKey(last) && !search.isSpent)
  }
  const { best } = search
  return {
    scenario: best.scenario,
    seed: best.seed,
    symptom: best.symptom,
    before: sizeOf(first),
    after: sizeOf(best),
    runs: search.runs,
    isMinimal: !search.isSpent,
  }
}

/** Everything wrong with a run: its violated checks, or its failure. */
export function symptomsOf(result: RunResult): readonly Symptom[] {
  if (result.status === "failed") {
    const { reason, at, event } = result
    return [{ kind: "failed", name: failureName(reason), at, text: `${reason}; ${event}` }]
  }
  return Object.entries(result.outcome.verdicts).flatMap(([check, verdict]): readonly Symptom[] =>
    verdict.verdict === "violated" ? [{ kind: "violated", name: check, at: verdict.at, text: verdict.witness }] : [],
  )
}

/** Equal for scenarios that differ in nothing but the seed. */
function sizeKey({ scenario }: Found): string {
  return JSON.stringify({ ...scenario, algorithm: null, service: null })
}

/** What failures of the same kind have in common: the reason without its numbers, references to papers (§5.4) apart. */
export function failureName(reason: string): string {
  return reason.replaceAll(/(?<![§.\d])\d+/g, "#")
}

/** The best scenario so far, and what has been spent on finding it. */
class Search {
  best: Found
  runs = 1
  #events: number
  readonly #budget: ShrinkBudget
  /** No attempt may take much longer than the run that is shrunk. */
  readonly #longest: number

  constructor(first: Found, budget: ShrinkBudget) {
    this.best = first
    this.#budget = budget
    this.#longest = 2 * first.result.events + 1_000
    this.#events = budget.events
  }

  get isSpent(): boolean {
    return this.runs >= this.#budget.runs || this.#events <= 0
  }

  /** Tries all that a reduction proposes. */
  follow(reduction: Reduction, seeds: number): void {
    const proposals = reduction.propose(this.best.scenario)
    const tries = Math.max(1, Math.round(seeds * reduction.worth))
    let proposal = proposals.next()
    while (proposal.done !== true && !this.isSpent) proposal = proposals.next(this.try(proposal.value, tries))
  }

  /** Whether a scenario shows the symptom still; if so it is the best one now. */
  try(scenario: Scenario, seeds: number): boolean {
    const { seed } = this.best
    for (let k = 0; k < seeds && !this.isSpent; k++) {
      const found = this.#run(scenario, k === 0 ? seed : mix(seed + Math.imul(k, GOLDEN)))
      if (found === undefined) continue
      this.best = found
      this.#cutOff()
      return true
    }
    return false
  }

  /** What comes after the violation does not matter. */
  #cutOff(): void {
    const { scenario, seed, symptom } = this.best
    const shorter = endWithViolation(scenario, symptom.at)
    if (shorter.duration < scenario.duration && !this.isSpent) this.best = this.#run(shorter, seed) ?? this.best
  }

  #run(scenario: Scenario, seed: number): Found | undefined {
    // With fewer nodes or shorter logs it may not be able to begin.
    if (problemOf(scenario.algorithm, scenario, scenario.parameters) !== undefined) return undefined
    const eventBudget = Math.max(1, Math.min(scenario.eventBudget ?? Infinity, this.#longest, this.#events))
    const result = simulate({ ...scenario, eventBudget }, seed)
    this.runs++
    this.#events -= result.events
    const { name, kind } = this.best.symptom
    const symptom = symptomsOf(result).find(candidate => candidate.name === name && candidate.kind === kind)
    return symptom && { scenario, seed, symptom, result }
  }
}

function sizeOf({ scenario, seed, symptom, result }: Found): ScenarioSize {
  const faults = faultTimeline(scenario, seed)
  return {
    nodes: scenario.nodes,
    faults: faults.length,
    faultEvents: faults.reduce((sum, fault) => sum + (fault.for === undefined ? 1 : 2), 0),
    operations: result.status === "completed" ? result.outcome.attempted : null,
    length: symptom.at,
  }
}
