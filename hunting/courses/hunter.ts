/** A hunt on one core: many groups side by side, in which walks continue from what was new. A function of its seed. */
import { Random } from "../../runtime/lib/random.ts"
import { drawRequest, type Quarry } from "./swarm.ts"
import { Outlines } from "./profile.ts"
import { type Found, type Strategy, Territory } from "./territory.ts"

export interface HunterOptions {
  readonly seed: number
  readonly strategy?: Strategy
}

/** Groups at a time. */
const TERRITORIES = 6

/** Walks in one group at a go. */
const WALKS = 12

/** Steps in a group after which it has to have shown something new lately, and processes that it may remember. */
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

  /** Different steps of outlines that were met: the marks of its coverage. */
  get marks(): number {
    return this.#outlines.edges
  }

  get territories(): readonly Territory[] {
    return this.#territories
  }

  /** Takes some walks in one group. @returns what the last of them found, if anything */
  advance(): Found | undefined {
    const territory = this.#next()
    const { fresh, steps } = territory
    for (let walk = 0; walk < WALKS; walk++) {
      this.walks++
      const found = territory.walk()
      if (found !== undefined) return found
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

  #next(): Territory {
    if (this.#territories.length < TERRITORIES) {
      this.groups++
      const request = drawRequest(this.#quarry, this.#random)
      // With some parameters, such as values that only their proposer learns, not all is ever done.
      const findsStalls = this.#strategy.findsStalls && request.parameters === this.#quarry.parameters
      const territory = new Territory(request, this.#outlines, this.#random, { ...this.#strategy, findsStalls })
      this.#territories.push(territory)
      return territory
    }
    return this.#territories[this.#turn++ % this.#territories.length]!
  }

  #leave(territory: Territory): void {
    this.#left += territory.steps
    this.#territories = this.#territories.filter(each => each !== territory)
  }
}
