/**
 * Rare events: availability of many nines from cycles of failure and repair, by importance sampling.
 *
 * A cycle begins with the first failure after all parts have been up for the settling time, and ends once they have
 * been up that long again: cycles are independent, and no time is lost between them. So the share of time out of
 * service is the rate of cycles, which the failure process gives in closed form, times the mean time lost in a cycle,
 * which runs of the algorithm estimate: run k is a cycle drawn from seed k.
 *
 * Most cycles have one failure and lose nothing. So while any part is down, the next event is a failure with
 * probability `bias`, equally likely of each part that is up, and the time lost is weighted with the likelihood ratio
 * of the run's course, which keeps the mean unbiased: balanced failure biasing (Shahabuddin 1994, Importance sampling
 * for the simulation of highly reliable Markovian systems, Management Science 40; Goyal et al. 1992, IEEE Transactions
 * on Computers 41). Times are drawn without bias, and once `enough` parts are down at once, so is everything else until
 * the cycle ends.
 *
 * Workers import this: nothing here needs Effect or Node.js.
 */
import type { Micros } from "../runtime/contract/units.ts"
import { strokeOf } from "../runtime/faults/fault-timeline.ts"
import type { Fault } from "../runtime/faults/fault.ts"
import { exponential, logarithm } from "../runtime/lib/exact-math.ts"
import { Random, streamKey } from "../runtime/lib/random.ts"
import { caseOf } from "./cases.ts"
import type { CellScenario } from "./cell.ts"
import type { RareEvents } from "./rare-events.ts"

/** A cycle: the scenario of its run, and its likelihood ratio: its true probability over that with which it is drawn. */
export interface Cycle {
  readonly scenario: CellScenario
  readonly weight: number
}

/**
 * The scenario of a cell's run: a cycle, a case, or the cell's own.
 *
 * @param seed the seed of the run, or the number of its case
 */
export function scenarioOfRun(scenario: CellScenario, seed: number): CellScenario {
  return scenario.rare === undefined ? caseOf(scenario, seed) : cycleOf(scenario, scenario.rare, seed).scenario
}

/** The long-run rate of cycles per second: how often a part fails after all have been up for the settling time. */
export function cyclesPerSecond(scenario: CellScenario, { settle }: RareEvents): number {
  const parts = partsOf(scenario)
  const failures = total(parts, ({ failureRate }) => failureRate)
  const allUp = parts.reduce(
    (share, { failureRate, repairRate }) => share * (repairRate / (failureRate + repairRate)),
    1,
  )
  return failures * 1e6 * allUp * exponential(-failures * settle)
}

/** The cycle drawn from a seed. */
export function cycleOf(cell: CellScenario, rare: RareEvents, seed: number): Cycle {
  const { rare: _, ...scenario } = cell
  const random = new Random(streamKey(seed, "faults", CYCLES))
  const course = new Course(partsOf(cell), rare, random)
  // The phase of heartbeats and arrivals at the first failure is random.
  const first = scenario.warmup + random.integer(0, rare.settle)
  const { faults, end, weight } = course.run(first)
  return { scenario: { ...scenario, faults, duration: end + rare.settle }, weight }
}

/** The random stream for the courses of cycles, beyond those for schedules, conditions, and random times. */
const CYCLES = 0x3_0000

/** A part that fails and is repaired; rates are per microsecond. */
interface Part {
  readonly fault: Fault
  readonly failureRate: number
  readonly repairRate: number
}

/** The nodes that fail, each separately and at the rate of its fault. */
function partsOf({ faults }: CellScenario): readonly Part[] {
  return faults.flatMap((fault): readonly Part[] => {
    const { schedule } = fault
    if (schedule?.kind !== "renewal" || !("target" in fault) || fault.target === undefined) return []
    if (!("nodes" in fault.target)) return []
    const rates = { failureRate: 1 / schedule.mtbf, repairRate: 1 / schedule.mttr }
    return fault.target.nodes.map(node => ({ fault: { ...fault, target: { nodes: [node] } }, ...rates }))
  })
}

function total(parts: readonly Part[], rateOf: (part: Part) => number): number {
  return parts.reduce((sum, part) => sum + rateOf(part), 0)
}

/** The random course of failures and repairs in a cycle. */
class Course {
  readonly #settle: Micros
  readonly #bias: number
  readonly #enough: number
  readonly #random: Random
  readonly #up: Set<Part>
  /** Parts that are down, with the time of their failure. */
  readonly #down = new Map<Part, Micros>()
  readonly #faults: Fault[] = []
  /** True until `enough` parts were down at once. */
  #isBiased = true
  #weight = 1
  #now: Micros = 0

  constructor(parts: readonly Part[], { settle, bias, enough }: RareEvents, random: Random) {
    this.#settle = settle
    this.#bias = bias
    this.#enough = enough
    this.#random = random
    this.#up = new Set(parts)
  }

  /** @param first the time of the first failure */
  run(first: Micros) {
    this.#now = first
    this.#fail(this.#choose([...this.#up], ({ failureRate }) => failureRate))
    while (this.#step());
    const faults = this.#faults.toSorted((a, b) => a.at - b.at)
    return { faults, end: this.#now, weight: this.#weight }
  }

  /** The next failure or repair. @returns false if the group settles first */
  #step(): boolean {
    const failures = total([...this.#up], ({ failureRate }) => failureRate)
    const repairs = total([...this.#down.keys()], ({ repairRate }) => repairRate)
    const wait = Math.max(1, Math.round(-logarithm(1 - this.#random.share()) / (failures + repairs)))
    if (this.#down.size === 0 && wait >= this.#settle) return false
    this.#now += wait
    const chance = failures / (failures + repairs)
    const isRare = this.#isBiased && this.#down.size > 0 && chance < this.#bias && this.#up.size > 0
    const isFailure = this.#random.chance(isRare ? this.#bias : chance)
    if (isRare && isFailure) {
      const part = this.#choose([...this.#up], () => 1)
      this.#weight *= part.failureRate / (failures + repairs) / (this.#bias / this.#up.size)
      this.#fail(part)
    } else if (isFailure) this.#fail(this.#choose([...this.#up], ({ failureRate }) => failureRate))
    else {
      if (isRare) this.#weight *= (1 - chance) / (1 - this.#bias)
      this.#repair(this.#choose([...this.#down.keys()], ({ repairRate }) => repairRate))
    }
    return true
  }

  #choose(parts: readonly Part[], weightOf: (part: Part) => number): Part {
    let rest = this.#random.share() * total(parts, weightOf)
    return parts.find(part => (rest -= weightOf(part)) < 0) ?? parts.at(-1)!
  }

  #fail(part: Part): void {
    this.#up.delete(part)
    this.#down.set(part, this.#now)
    if (this.#down.size >= this.#enough) this.#isBiased = false
  }

  #repair(part: Part): void {
    const since = this.#down.get(part)!
    this.#down.delete(part)
    this.#up.add(part)
    this.#faults.push(strokeOf(part.fault, since, this.#now - since))
  }
}
