/**
 * Shrinking: from a run that violates a check to the smallest scenario found that still violates it.
 *
 * Delta debugging (Zeller and Hildebrandt 2002, IEEE Trans. Software Engineering 28(2)) over scenarios as data: ever
 * smaller parts are removed, and the search continues from whatever still violates the same check. A change early in a
 * run changes everything after it, so that a smaller scenario may need another seed to show the same bug: a few are
 * tried. The result depends only on scenario, seed and budget, never on real time.
 */
import { problemOf } from "../../runtime/scenario/beginning.ts"
import { failureName } from "../../scenarios/measure.ts"
import { isBeyondClaims } from "../../runtime/scenario/claims.ts"
import { faultTimeline } from "../../runtime/faults/fault-timeline.ts"
import { GOLDEN, mix } from "../../runtime/lib/random.ts"
import type { RunResult, Scenario } from "../../runtime/scenario/scenario.ts"
import { RunPool } from "../../runtime/simulation/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { describeChanges } from "./changes.ts"
import { endWithViolation, type Reduction, REDUCTIONS } from "./reductions.ts"

/** The violation or failure of a run; shrinking must preserve it. */
export interface Symptom {
  /** The violated check, or for a failed run its {@link failureName}. */
  readonly name: string
  readonly kind: "violated" | "failed"
  /** Virtual time, in microseconds. */
  readonly at: number
  /** The witness, or the reason and event of the failure. */
  readonly text: string
}

/** A violating run to begin with. */
export interface Candidate<S = Scenario> {
  readonly scenario: S
  readonly seed: number
}

/** The limits of shrinking. */
export interface ShrinkBudget {
  /** The number of runs to simulate. */
  readonly runs: number
  /** The number of events to simulate, summed over runs. */
  readonly events: number
  /** Seeds tried for a smaller scenario, including the seed of the larger one, before it is rejected. */
  readonly seeds: number
}

export const SHRINK_BUDGET: ShrinkBudget = { runs: 20_000, events: 50_000_000, seeds: 64 }

/** Seeds tried in the first rounds; doubled each time that nothing smaller is found. */
const FIRST_SEEDS = 8

/** The size of a violating run. */
export interface ScenarioSize {
  readonly nodes: number
  readonly faults: number
  /** Beginnings and ends of faults, counted separately. */
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
  /** The parts removed, changed and kept, in at most three lines. */
  readonly changes: readonly string[]
  /** Runs simulated to find it. */
  readonly runs: number
  /** True if nothing more can be removed; false if the budget ran out first. */
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
  return shrinkBest([{ scenario, seed }], name, budget)
}

/**
 * Shrinks several runs with the same symptom, each with half of the budget, and continues with the smallest: a
 * violation that is rare in one run's scenario may be frequent in another's, and only a frequent one can be shrunk
 * much.
 *
 * @returns the result for the smallest, and the index of its candidate; `undefined` if none shows the symptom
 */
export function shrinkBest(
  candidates: readonly Candidate[],
  name: string | undefined,
  budget: ShrinkBudget,
): (Shrunk & { readonly from: number }) | undefined {
  const half = { ...budget, runs: Math.ceil(budget.runs / 2), events: Math.ceil(budget.events / 2) }
  const searches = candidates.flatMap(({ scenario, seed }, from) => {
    const first = violating(scenario, seed, name)
    return first === undefined
      ? []
      : [{ first, from, search: new Search(first, candidates.length > 1 ? half : budget) }]
  })
  for (const { search } of searches) search.reduce()
  const [smallest] = searches.toSorted((a, b) => compareSizes(sizeOf(a.search.best), sizeOf(b.search.best)))
  if (smallest === undefined) return undefined
  const { first, from, search } = smallest
  if (search.isSpent && candidates.length > 1) {
    search.grant(half)
    search.reduce()
  }
  const { best } = search
  const writtenOut = { ...first.scenario, faults: faultTimeline(first.scenario, first.seed) }
  return {
    scenario: best.scenario,
    seed: best.seed,
    symptom: best.symptom,
    before: sizeOf(first),
    after: sizeOf(best),
    changes: describeChanges(writtenOut, best.scenario, best.seed !== first.seed),
    runs: searches.reduce((sum, each) => sum + each.search.runs, 0),
    isMinimal: !search.isSpent,
    from,
  }
}

function violating(scenario: Scenario, seed: number, name: string | undefined): Found | undefined {
  const result = simulate(scenario, seed)
  const symptom = symptomsOf(result).find(candidate => name === undefined || candidate.name === name)
  return symptom && { scenario, seed, symptom, result }
}

/** The smaller scenario first: fewer nodes, then fewer beginnings and ends of faults, fewer operations, less time. */
function compareSizes(a: ScenarioSize, b: ScenarioSize): number {
  return (
    a.nodes - b.nodes ||
    a.faultEvents - b.faultEvents ||
    (a.operations ?? 0) - (b.operations ?? 0) ||
    a.length - b.length
  )
}

/** All problems of a run: its violated checks, or its failure. */
export function symptomsOf(result: RunResult): readonly Symptom[] {
  if (result.status === "failed") {
    const { reason, at, event } = result
    return [{ kind: "failed", name: failureName(reason), at, text: `${reason}; ${event}` }]
  }
  return Object.entries(result.outcome.verdicts).flatMap(([check, verdict]): readonly Symptom[] =>
    verdict.verdict === "violated" ? [{ kind: "violated", name: check, at: verdict.at, text: verdict.witness }] : [],
  )
}

/** Equal for scenarios that differ only in the seed. */
function sizeKey({ scenario }: Found): string {
  return JSON.stringify({ ...scenario, algorithm: null, service: null })
}

/** The best scenario so far, and the effort spent on finding it. */
class Search {
  readonly #pool = new RunPool()
  best: Found
  runs = 1
  /** Remaining runs and events. */
  #runsLeft: number
  #events: number
  readonly #seeds: number
  /** The most events of an attempt: none may take much longer than the original run. */
  readonly #longest: number
  /** True if the algorithm claims to withstand the run: then it must also claim to withstand any smaller one. */
  readonly #isWithinClaims: boolean

  constructor(first: Found, { runs, events, seeds }: ShrinkBudget) {
    this.best = first
    this.#runsLeft = runs - 1
    this.#events = events
    this.#seeds = seeds
    this.#longest = 2 * first.result.events + 1_000
    this.#isWithinClaims = !isBeyondClaims(first.scenario)
  }

  get isSpent(): boolean {
    return this.#runsLeft <= 0 || this.#events <= 0
  }

  /** Increases the budget. */
  grant({ runs, events }: ShrinkBudget): void {
    this.#runsLeft += runs
    this.#events += events
  }

  /** Removes whatever can be removed, until nothing more can or the budget is spent. */
  reduce(): void {
    const { scenario, seed } = this.best
    // Faults are made explicit, so that removing one does not change the random nodes of the next; the run takes the
    // same course.
    this.try({ ...scenario, faults: faultTimeline(scenario, seed) }, 1)
    for (let seeds = Math.min(FIRST_SEEDS, this.#seeds); seeds <= this.#seeds && !this.isSpent; seeds *= 2) {
      let last: Found
      do {
        last = this.best
        for (const reduction of REDUCTIONS) this.follow(reduction, seeds)
      } while (sizeKey(this.best) !== sizeKey(last) && !this.isSpent)
    }
  }

  /** Tries all proposals of a reduction. */
  follow(reduction: Reduction, seeds: number): void {
    const proposals = reduction.propose(this.best.scenario)
    const tries = Math.max(1, Math.round(seeds * reduction.worth))
    let proposal = proposals.next()
    while (proposal.done !== true && !this.isSpent) proposal = proposals.next(this.try(proposal.value, tries))
  }

  /** Tries a scenario; if it still shows the symptom, it becomes the best. */
  try(scenario: Scenario, seeds: number): boolean {
    const { seed } = this.best
    for (let k = 0; k < seeds && !this.isSpent; k++) {
      const found =
        k === 0 ? this.#run(scenario, seed) : this.#run(withSlack(scenario), mix(seed + Math.imul(k, GOLDEN)))
      if (found === undefined) continue
      this.best = found
      this.#cutOff()
      return true
    }
    return false
  }

  /** Ends the scenario at the violation: nothing after it matters. */
  #cutOff(): void {
    const { scenario, seed, symptom } = this.best
    const shorter = endWithViolation(scenario, symptom.at)
    if (shorter.duration < scenario.duration && !this.isSpent) this.best = this.#run(shorter, seed) ?? this.best
  }

  #run(scenario: Scenario, seed: number): Found | undefined {
    if (this.#isWithinClaims && isBeyondClaims(scenario)) return undefined
    if (scenario.service.problem?.(scenario.workload, scenario.nodes) !== undefined) return undefined
    // With fewer nodes or shorter logs, it may be unable to begin.
    if (scenario.algorithm.conflict?.(scenario.parameters, scenario.nodes) !== undefined) return undefined
    if (problemOf(scenario.algorithm, scenario, scenario.parameters) !== undefined) return undefined
    const eventBudget = Math.max(1, Math.min(scenario.eventBudget ?? Infinity, this.#longest, this.#events))
    const result = simulate({ ...scenario, eventBudget }, seed, { pool: this.#pool })
    this.runs++
    this.#runsLeft--
    this.#events -= result.events
    const { name, kind } = this.best.symptom
    const symptom = symptomsOf(result).find(candidate => candidate.name === name && candidate.kind === kind)
    return symptom && { scenario, seed, symptom, result }
  }
}

/**
 * The scenario with some more time after its last fault: it was cut off at the violation with its own seed, and with
 * another seed the symptom may appear somewhat later.
 */
function withSlack(scenario: Scenario): Scenario {
  const { faults, duration } = scenario
  const tail = duration - Math.max(0, ...faults.map(({ at }) => at).filter(at => at < duration))
  return { ...scenario, duration: duration + Math.ceil(Math.min(2 * tail, duration / 4)) }
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
