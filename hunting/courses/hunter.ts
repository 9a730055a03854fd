/** A hunt on one core: many groups side by side, in which walks continue from states that were new. A function of its seed. */
import { TooManyToTry } from "../../runtime/checker/draws.ts"
import { Random } from "../../runtime/lib/random.ts"
import { drawRequest, type Quarry } from "./swarm.ts"
import { Outlines } from "./profile.ts"
import { type Found, type Strategy, Territory } from "./territory.ts"

export interface HunterOptions {
  readonly seed: number
  readonly strategy?: Strategy
}

/** Groups at any one time. */
const TERRITORIES = 6

/** Groups drawn to find a new one. */
const TRIES = 20

/** Walks in one group before the next has its turn. */
const WALKS = 12

/** The steps after which a group is left once a turn shows nothing new, and the most processes that it may remember. */
const PATIENCE = 20_000
const MAX_PROCESSES = 60_000

export const HUNT: Strategy = { returns: true, swarms: true, findsStalls: true }

export class Hunter {
  readonly #quarry: Quarry
  readonly #random: Random
  readonly #strategy: Strategy
  readonly #outlines = new Outlines()
  #territories: Territory[] = []
  #turn = 0
  /** Walks, and steps of walks in groups that were left. */
  walks = 0
  #left = 0
  groups = 0

  constructor(quarry: Quarry, { seed, strategy = HUNT }: HunterOptions) {
    this.#quarry = quarry
    this.#strategy = strategy
    this.#random = Random.stream(seed, "workload", 5)
  }

  get steps(): number {
    return this.#territories.reduce((sum, { steps }) => sum + steps, this.#left)
  }

  /** Distinct steps of outlines met: the marks of its coverage. */
  get marks(): number {
    return this.#outlines.edges
  }

  get territories(): readonly Territory[] {
    return this.#territories
  }

  /** Takes some walks in one group. @returns the violation that the last of them found, if any */
  advance(): Found | undefined {
    const territory = this.#next()
    if (territory === undefined) return undefined
    const { fresh, steps } = territory
    for (let walk = 0; walk < WALKS; walk++) {
      this.walks++
      const found = territory.walk()
      if (found === undefined) continue
      if (!(found.wrong.error instanceof TooManyToTry)) return found
      this.#leave(territory)
      return undefined
    }
    const isSpent = territory.fresh - fresh === 0 && territory.steps > PATIENCE
    const isFull = territory.walker.steps.processes > MAX_PROCESSES
    if (isSpent || isFull || territory.steps === steps) this.#leave(territory)
    return undefined
  }

  /** Adds a group. */
  settle(territory: Territory): void {
    this.#territories.push(territory)
  }

  /** Undefined if no group is left to walk in. */
  #next(): Territory | undefined {
    for (let attempt = 0; attempt < TRIES && this.#territories.length < TERRITORIES; attempt++) {
      const territory = this.#settled()
      if (territory === undefined) continue
      this.#territories.push(territory)
      return territory
    }
    return this.#territories[this.#turn++ % this.#territories.length]
  }

  /** A new group; undefined if its processes draw from too many numbers as they boot. */
  #settled(): Territory | undefined {
    this.groups++
    const request = drawRequest(this.#quarry, this.#random)
    // With some parameters, such as values known only to their proposer, the work is never all done.
    const findsStalls = this.#strategy.findsStalls && request.parameters === this.#quarry.parameters
    try {
      return new Territory(request, this.#outlines, this.#random, { ...this.#strategy, findsStalls })
    } catch (error) {
      if (error instanceof TooManyToTry) return undefined
      throw error
    }
  }

  #leave(territory: Territory): void {
    this.#left += territory.steps
    this.#territories = this.#territories.filter(each => each !== territory)
  }
}
