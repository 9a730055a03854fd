/**
 * Small scopes, each explored completely or up to a limit: most mistakes show in a small group with few events (the
 * "small scope hypothesis": Jackson and Damon, Elements of Style, IEEE Trans. Software Engineering 22(7), 1996), and on
 * a shortest path. What one order in a thousand shows, random walks meet late, but an exploration in a fraction of a
 * second.
 */
import type { CheckRequest } from "../../checking/request.ts"
import { modelOf } from "../../checking/request.ts"
import { TooManyToTry } from "../../runtime/checker/draws.ts"
import { Explorer } from "../../runtime/checker/search/explorer.ts"
import { Walker } from "../../runtime/checker/search/walker.ts"
import { Random } from "../../runtime/lib/random.ts"
import { drawScope, type Quarry } from "../courses/swarm.ts"
import type { Found } from "../courses/territory.ts"
import { wishOf } from "../courses/course.ts"

/** States of the first scopes; each explores somewhat more than the previous one. */
const FIRST_STATES = 4_000
const MORE_STATES = 1.05
const MAX_STATES = 200_000

export class Scopes {
  readonly #quarry: Quarry
  readonly #random: Random
  #limit = FIRST_STATES
  #now: { readonly request: CheckRequest; readonly explorer: Explorer } | undefined
  /** States visited in earlier scopes. */
  #before = 0

  constructor(quarry: Quarry, seed: number) {
    this.#quarry = quarry
    this.#random = Random.stream(seed, "workload", 7)
  }

  get states(): number {
    return this.#before + (this.#now?.explorer.result.states ?? 0)
  }

  /** Visits some thousands more states. @returns a violation on a shortest path, if there is one */
  advance(): Found | undefined {
    try {
      return this.#advance()
    } catch (error) {
      if (!(error instanceof TooManyToTry)) throw error
      this.#leave()
      return undefined
    }
  }

  #advance(): Found | undefined {
    this.#now ??= this.#begin()
    const { request, explorer } = this.#now
    if (explorer.advance()) return undefined
    const { violation } = explorer.result
    this.#leave()
    if (violation === null || violation.error instanceof TooManyToTry) return undefined
    const { path, ...wrong } = violation
    const walker = new Walker(modelOf(request))
    return { request, walker, path: path.map(step => wishOf(walker, step)), wrong }
  }

  #begin() {
    const request = drawScope(this.#quarry, this.#random)
    // With some parameters, such as values known only to their proposer, the work is never all done.
    const findsStalls = request.parameters === this.#quarry.parameters
    const explorer = new Explorer({ ...modelOf(request), findsStalls })
    explorer.begin({ states: Math.round(this.#limit) })
    return { request, explorer }
  }

  #leave(): void {
    this.#before += this.#now?.explorer.result.states ?? 0
    this.#now = undefined
    this.#limit = Math.min(MAX_STATES, this.#limit * MORE_STATES)
  }
}
