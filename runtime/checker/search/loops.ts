/**
 * Loops in which a group can stay for ever without finishing, even under weak fairness: whatever stays enabled happens
 * sooner or later. Faults need not happen. States with an armed timer whose budget is exhausted are not judged: in a
 * real run it would fire again.
 */
import { Components } from "./components.ts"
import type { Graph } from "./graph.ts"
import { DELIVER, ROUND, TIMEOUT } from "./trail.ts"

/** A loop: the state in which it begins and ends, and the numbers of its transitions. */
export interface Loop {
  readonly state: number
  readonly transitions: readonly number[]
}

/** The choices that are not faults. */
const FAIR: readonly number[] = [DELIVER, TIMEOUT, ROUND]

/** @returns the loop from the state found first; null if there is none */
export function fairLoop(graph: Graph, states: number): Loop | null {
  const isFair = (transition: number): boolean => FAIR.includes(graph.choiceOf(transition))
  const components = new Components(graph, states, isFair)
  let first: readonly number[] | undefined
  for (const members of components.cyclic().values()) {
    if (first !== undefined && first[0]! < members[0]!) continue
    if (new Round(graph, components, members, isFair).isFair) first = members
  }
  return first === undefined ? null : new Round(graph, components, first, isFair).loop()
}

/** One component: all that may happen without leaving it. */
class Round {
  readonly #graph: Graph
  readonly #members: readonly number[]
  readonly #isInside: (transition: number) => boolean
  readonly #isFair: (transition: number) => boolean

  constructor(graph: Graph, { of }: Components, members: readonly number[], isFair: (transition: number) => boolean) {
    const component = of[members[0]!]
    this.#graph = graph
    this.#members = members
    this.#isFair = isFair
    this.#isInside = transition => isFair(transition) && of[graph.targetOf(transition)] === component
  }

  /** True if everything enabled in all of its states happens on some transition within it. */
  get isFair(): boolean {
    if (this.#members.some(state => this.#graph.isOpen(state))) return false
    const taken = this.#taken()
    return [...this.#permanent()].every(key => taken.has(key))
  }

  /** A cycle that includes a transition for everything that fairness requires. */
  loop(): Loop {
    const [start] = this.#members
    const owed = this.#permanent()
    const transitions: number[] = []
    let state = start!
    const walk = (isGoal: (transition: number) => boolean): void => {
      const way = this.#wayTo(state, isGoal)
      transitions.push(...way)
      state = this.#graph.targetOf(way.at(-1)!)
      for (const transition of way) owed.delete(this.#keyOf(transition))
    }
    while (owed.size > 0) walk(transition => owed.has(this.#keyOf(transition)))
    if (state !== start || transitions.length === 0) walk(transition => this.#graph.targetOf(transition) === start)
    return { state: start!, transitions }
  }

  /** Everything that is enabled in each of its states. */
  #permanent(): Set<number> {
    let common: Set<number> | undefined
    for (const state of this.#members) {
      const here = new Set(this.#fairOf(state).map(transition => this.#keyOf(transition)))
      common = common === undefined ? here : common.intersection(here)
      if (common.size === 0) break
    }
    return common ?? new Set()
  }

  #taken(): ReadonlySet<number> {
    const inside = this.#members.flatMap(state => this.#fairOf(state).filter(this.#isInside))
    return new Set(inside.map(transition => this.#keyOf(transition)))
  }

  #fairOf(state: number): readonly number[] {
    const found: number[] = []
    const end = this.#graph.endOf(state)
    for (let at = this.#graph.startOf(state); at < end; at++) if (this.#isFair(at)) found.push(at)
    return found
  }

  /** The key of the event of a transition, whatever its outcome. */
  #keyOf(transition: number): number {
    return this.#graph.eventOf(transition) * 8 + this.#graph.choiceOf(transition)
  }

  /** The shortest way from a state whose last transition is a wanted one. */
  #wayTo(from: number, isGoal: (transition: number) => boolean): readonly number[] {
    /** By state, the transition that first led to it. */
    const by = new Map<number, number>()
    const source = new Map<number, number>()
    const waiting = [from]
    for (const state of waiting) {
      for (const transition of this.#fairOf(state).filter(this.#isInside)) {
        if (isGoal(transition)) return [...wayBack(state, from, by, source), transition]
        const target = this.#graph.targetOf(transition)
        if (target === from || by.has(target)) continue
        by.set(target, transition)
        source.set(target, state)
        waiting.push(target)
      }
    }
    throw new Error("a component is connected")
  }
}

function wayBack(to: number, from: number, by: ReadonlyMap<number, number>, source: ReadonlyMap<number, number>) {
  const way: number[] = []
  for (let state = to; state !== from; state = source.get(state)!) way.push(by.get(state)!)
  return way.toReversed()
}
