/**
 * Small groups of which every order of events is explored, each up to a number of states that grows: most mistakes show in a
 * few hundred states of some small group, and no walk or run is as quick to find them there.
 */
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import { Random } from "../../runtime/lib/random.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import { Walker } from "../../runtime/checker/search/walker.ts"
import { wishOf } from "./course.ts"
import { drawSmallRequest, type Quarry } from "./swarm.ts"
import type { Found } from "./territory.ts"

/** States of the first explorations, and of the last. */
const MIN_STATES = 400
const MAX_STATES = 100_000

/** Each exploration may have so many times the states of the one before. */
const GROWTH = 1.15

export class Sweeper {
  readonly #quarry: Quarry
  readonly #random: Random
  #limit = MIN_STATES
  /** Groups that were explored, and states of them. */
  groups = 0
  states = 0

  constructor(quarry: Quarry, seed: number) {
    this.#quarry = quarry
    this.#random = Random.stream(seed, "workload", 7)
  }

  /** Explores one group. @returns what was found wrong, on a path of which none is shorter */
  advance(): Found | undefined {
    const request = drawSmallRequest(this.#quarry, this.#random)
    this.groups++
    const findsStalls = request.parameters === this.#quarry.parameters
    const { violation, states } = new Explorer({ ...modelOf(request), findsStalls }).explore({ states: this.#limit })
    this.states += states
    this.#limit = Math.min(MAX_STATES, Math.ceil(this.#limit * GROWTH))
    return violation === null ? undefined : this.#foundIn(request, violation)
  }

  #foundIn(
    request: CheckRequest,
    { path, ...wrong }: NonNullable<ReturnType<Explorer["explore"]>["violation"]>,
  ): Found {
    const walker = new Walker(modelOf(request))
    return { request, walker, path: path.map(step => wishOf(walker, step)), wrong }
  }
}
