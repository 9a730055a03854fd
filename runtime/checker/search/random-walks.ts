/**
 * Walks a group along random paths from the beginning; all possible steps are equally likely. It proves nothing about
 * states that it did not meet, but needs hardly any memory and reaches any depth.
 */
import { Random } from "../../lib/random.ts"
import type { Exploration, Transition, Violation } from "../exploration.ts"
import { Fingerprints, spread } from "../fingerprints.ts"
import type { Bounds, Model } from "../model.ts"
import type { Search } from "./search.ts"
import { type Option, Walker } from "./walker.ts"

export interface WalkOptions {
  readonly seed: number
  /** The number of walks after which it ends; default: no limit. */
  readonly walks?: number
}

/** Steps of a walk unless a bound says otherwise. */
const DEPTH = 100
/** Walks in one go. */
const STRIDE = 64

const OPTION_LOW = 0x27d4eb2f
const OPTION_HIGH = 0x165667b1

export class RandomWalks implements Search {
  readonly #walker: Walker
  readonly #random: Random
  readonly #most: number
  readonly #states = new Fingerprints()
  /** The options taken, each with its state. */
  readonly #taken = new Fingerprints()
  #depth = DEPTH
  #maxStates = Infinity
  #walks = 0
  #steps = 0
  #deepest = 0
  /** Options of the states that were met. */
  #options = 0
  #violation: Violation | null = null

  /** @throws what a handler throws at boot */
  constructor(model: Model, { seed, walks = Infinity }: WalkOptions) {
    this.#walker = new Walker(model)
    this.#random = Random.stream(seed, "workload", 6)
    this.#most = walks
  }

  begin({ depth = DEPTH, states = Infinity }: Bounds = {}): void {
    this.#depth = depth
    this.#maxStates = states
  }

  advance(): boolean {
    for (let walk = 0; walk < STRIDE; walk++) {
      if (this.#violation !== null || this.#walks >= this.#most || this.#states.size >= this.#maxStates) return false
      this.#walk()
    }
    return true
  }

  get result(): Exploration {
    const { steps, watching } = this.#walker
    return {
      states: this.#states.size,
      generated: this.#steps + 1,
      processes: steps.processes,
      handled: steps.handled,
      watched: watching.size,
      depth: this.#deepest,
      isComplete: false,
      unexpanded: this.#states.size,
      missed: watching.missed,
      violation: this.#violation,
      walks: { taken: this.#walks, untried: this.#options - this.#taken.size },
    }
  }

  #walk(): void {
    const walker = this.#walker
    walker.begin()
    this.#walks++
    const path: Transition[] = []
    for (;;) {
      if (walker.wrong !== null) this.#violation = { ...walker.wrong, path }
      const options = walker.options()
      const { low, high } = walker.fingerprint
      if (this.#states.add(low, high)) this.#options += options.length
      if (walker.isStalled) this.#violation ??= { ...walker.stall, path }
      if (options.length === 0 || path.length === this.#depth || this.#violation !== null) return
      this.#step(options[this.#random.integer(0, options.length - 1)]!, low, high, path)
    }
  }

  #step(option: Option, low: number, high: number, path: Transition[]): void {
    const walker = this.#walker
    const { choice, event } = option
    const key = event * 8 + choice
    this.#taken.add(
      spread(low ^ spread(key, OPTION_LOW), OPTION_LOW),
      spread(high ^ spread(key, OPTION_HIGH), OPTION_HIGH),
    )
    const outcome = this.#random.integer(0, walker.outcomesOf(option) - 1)
    walker.take(option, outcome)
    path.push(walker.transitionOf(choice, event, outcome))
    this.#steps++
    if (path.length > this.#deepest) this.#deepest = path.length
  }
}
