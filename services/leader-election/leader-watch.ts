/**
 * Spans of time without a leader, for services that depend on one: the outages of `leader-election`, by the same code.
 *
 * A group is without a leader while at most half of its live nodes believe in a live leader that they reach.
 */
import type { NodeId, Tagged } from "../../runtime/contract/algorithm.ts"
import type { Belief, Outage, World } from "../../runtime/contract/service.ts"
import { Availability } from "./availability.ts"
import { Beliefs } from "./beliefs.ts"

export class LeaderWatch {
  readonly #world: World
  readonly #beliefs: Beliefs
  readonly #availability: Availability
  #isReported = false

  constructor(world: World) {
    this.#world = world
    this.#beliefs = new Beliefs(world)
    this.#availability = new Availability(world)
    this.#update()
  }

  observe(node: NodeId, fact: Tagged): void {
    if (!isBelief(fact)) return
    this.#isReported = true
    this.#beliefs.adopt(node, fact)
    this.#update()
  }

  nodeDown(node: NodeId): void {
    this.#beliefs.forget(node)
    this.#update()
  }

  faultOccurred(what: string): void {
    this.#availability.faultOccurred(this.#world.now(), what)
    this.#beliefs.survey()
    this.#update()
  }

  /** Ends the watch. @returns nothing of algorithms whose nodes report no leaders */
  finish(): { readonly leaderless?: readonly Outage[] } {
    const { outages } = this.#availability.finish()
    return this.#isReported ? { leaderless: outages } : {}
  }

  #update(): void {
    this.#availability.update(this.#world.now(), this.#beliefs.opinion)
  }
}

export function isBelief(fact: Tagged): fact is Belief {
  return fact.type === "believes"
}
