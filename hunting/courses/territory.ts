/**
 * One group of a hunt: the kinds of situations met, each with a state to continue from and the way to it. Walks begin
 * at those tried least (Ecoffet et al., First return, then explore, Nature 590, 2021).
 */
import type { Violation } from "../../runtime/checker/exploration.ts"
import { ROUND } from "../../runtime/checker/search/trail.ts"
import { type Mark, type Option, Walker } from "../../runtime/checker/search/walker.ts"
import type { Random } from "../../runtime/lib/random.ts"
import { type CheckRequest, modelOf } from "../../checking/request.ts"
import { follow, type Wish } from "./course.ts"
import { type Outlines, Profiles } from "./profile.ts"
import { drawWeight, newWeather, type Weather } from "./swarm.ts"

/** A kind of situation, with one of its states. */
interface Place {
  readonly mark: Mark
  readonly from: Place | null
  /** The steps from there. */
  readonly way: readonly Wish[]
  readonly depth: number
  /** Walks that began here. */
  walks: number
}

/** The maximum number of steps of a way. */
const DEEPEST = 400

/** Places compared to choose where the next walk starts. */
const TOURNAMENT = 4

export interface Strategy {
  /** Walks continue from places that were new. */
  readonly returns: boolean
  /** Each walk draws its own weather; otherwise all events are equally likely. */
  readonly swarms: boolean
  /** True if a state in which nothing can happen any more is a violation unless the work is done. */
  readonly findsStalls: boolean
}

export interface Found {
  readonly request: CheckRequest
  readonly walker: Walker
  readonly path: readonly Wish[]
  readonly wrong: Omit<Violation, "path">
}

export class Territory {
  readonly request: CheckRequest
  readonly walker: Walker
  readonly #strategy: Strategy
  readonly #outlines: Outlines
  readonly #profiles: Profiles
  readonly #places: Place[] = []
  readonly #known = new Set<number>()
  readonly #random: Random
  /** Steps taken so far. */
  steps = 0
  /** Steps of outlines that no territory had met before. */
  fresh = 0
  #weather: Weather = newWeather()

  /** @throws what a handler throws at boot */
  constructor(request: CheckRequest, outlines: Outlines, random: Random, strategy: Strategy) {
    this.request = request
    this.walker = new Walker({ ...modelOf(request), findsStalls: strategy.findsStalls })
    this.#strategy = strategy
    this.#outlines = outlines
    this.#profiles = new Profiles(this.walker, outlines)
    this.#random = random
    this.#place(null, [])
  }

  get places(): number {
    return this.#places.length
  }

  /** Takes one walk. @returns the violation at its end, if any */
  walk(): Found | undefined {
    const { walker } = this
    const start = this.#start()
    start.walks++
    walker.goTo(start.mark)
    if (this.#strategy.swarms) this.#weather = newWeather()
    const length = start.depth === 0 ? this.#random.integer(20, 200) : this.#random.integer(5, 60)
    return this.#wander(start, Math.min(length, DEEPEST - start.depth))
  }

  /** Follows a course from the beginning, and keeps new states on its way. */
  tour(course: readonly Wish[]): Found | undefined {
    this.walker.begin()
    const root = this.#places[0]!
    const taken = follow(this.walker, course)
    if (this.walker.wrong !== null) return this.#found(root, taken, this.walker.wrong)
    if (this.#isNewKind()) this.#place(root, taken)
    return undefined
  }

  /** The ways to places, newest first. */
  *courses(): Generator<readonly Wish[], void> {
    for (let at = this.#places.length - 1; at > 0; at--) yield wayTo(this.#places[at]!)
  }

  #start(): Place {
    const places = this.#places
    if (!this.#strategy.returns || this.#random.chance(0.15)) return places[0]!
    let best = places[places.length - 1]!
    for (let draw = 0; draw < TOURNAMENT; draw++) {
      const other = places[this.#random.integer(0, places.length - 1)]!
      if (other.walks < best.walks) best = other
    }
    return best
  }

  #wander(start: Place, length: number): Found | undefined {
    const { walker } = this
    let from = start
    let way: Wish[] = []
    for (let step = 0; step < length; step++) {
      if (walker.isStalled) return this.#found(from, way, walker.stall)
      const options = walker.options()
      if (options.length === 0) return undefined
      const option = this.#choose(options)
      const outcomes = walker.outcomesOf(option)
      const outcome = outcomes === 1 ? 0 : this.#random.integer(0, outcomes - 1)
      const to = walker.steps.to[option.event]!
      const before = walker.processes[to]!
      const hasChanged = walker.take(option, outcome)
      this.steps++
      way.push({ choice: option.choice, event: option.event, outcome })
      if (walker.wrong !== null) return this.#found(from, way, walker.wrong)
      if (!hasChanged || !this.#strategy.returns) continue
      if (option.choice !== ROUND) this.#meet(before, option.event, walker.processes[to]!)
      if (!this.#isNewKind()) continue
      from = this.#place(from, way)
      way = []
    }
    return undefined
  }

  #meet(before: number, event: number, after: number): void {
    const { happening } = this.walker.steps.occurrenceOf(event)
    const kind = kindOf(happening)
    if (this.#outlines.meet(this.#profiles.of(before), kind, this.#profiles.of(after))) this.fresh++
  }

  #isNewKind(): boolean {
    const cell = this.#profiles.cell()
    if (this.#known.has(cell)) return false
    this.#known.add(cell)
    return true
  }

  #place(from: Place | null, way: readonly Wish[]): Place {
    const depth = (from?.depth ?? 0) + way.length
    const place = { mark: this.walker.mark(), from, way, depth, walks: 0 }
    this.#places.push(place)
    return place
  }

  #choose(options: readonly Option[]): Option {
    if (!this.#strategy.swarms) return options[this.#random.integer(0, options.length - 1)]!
    const weights = options.map(option => this.#weightOf(option))
    let left = this.#random.share() * weights.reduce((sum, weight) => sum + weight, 0)
    for (const [at, weight] of weights.entries()) {
      left -= weight
      if (left < 0) return options[at]!
    }
    return options.at(-1)!
  }

  #weightOf({ choice, event }: Option): number {
    if (choice === ROUND) return 1
    const { steps } = this.walker
    const { happening } = steps.occurrenceOf(event)
    const { kinds, places } = this.#weather
    const kind = `${choice} ${nameOf(happening)}`
    const link = "from" in happening ? happening.from * 64 + steps.to[event]! + 64 : steps.to[event]!
    let likely = kinds.get(kind)
    if (likely === undefined) kinds.set(kind, (likely = drawWeight(this.#random)))
    let open = places.get(link)
    if (open === undefined) places.set(link, (open = drawWeight(this.#random)))
    return likely * open
  }

  #found(from: Place, way: readonly Wish[], wrong: Omit<Violation, "path">): Found {
    const { request, walker } = this
    return { request, walker, path: [...wayTo(from), ...way], wrong }
  }
}

function wayTo(place: Place): readonly Wish[] {
  const ways: (readonly Wish[])[] = []
  for (let at: Place | null = place; at !== null; at = at.from) ways.push(at.way)
  return ways.toReversed().flat()
}

function nameOf(happening: ReturnType<Walker["steps"]["occurrenceOf"]>["happening"]): string {
  switch (happening.type) {
    case "receive":
      return happening.message.type
    case "request":
      return happening.request.type
    case "answer":
      return "reply"
    case "timeout":
      return happening.timer
    case "move":
      return "move"
    default:
      return happening.type
  }
}

const KINDS = new Map<string, number>()

function kindOf(happening: ReturnType<Walker["steps"]["occurrenceOf"]>["happening"]): number {
  const name = nameOf(happening)
  const known = KINDS.get(name)
  if (known !== undefined) return known
  KINDS.set(name, KINDS.size)
  return KINDS.size - 1
}
