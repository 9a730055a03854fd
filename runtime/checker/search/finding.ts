/** The first violation that a search has found, with the path that leads there. */
import type { Transition, Violation } from "../exploration.ts"
import type { Occurrence } from "../happening.ts"
import type { Graph } from "./graph.ts"
import { fairLoop, type Loop } from "./loops.ts"
import { CHOICES, type Trail } from "./trail.ts"

/** The problem of a loop. */
const LOOP =
  "the same steps can be taken again for ever, nothing that could happen all the time is left out, and not all is done"

export class Finding {
  readonly #trail: Trail
  readonly #occurrenceOf: (event: number) => Occurrence
  #wrong: Omit<Violation, "path"> | null = null
  /** The state that it is in. */
  #state = 0

  constructor(trail: Trail, occurrenceOf: (event: number) => Occurrence) {
    this.#trail = trail
    this.#occurrenceOf = occurrenceOf
  }

  get isThere(): boolean {
    return this.#wrong !== null
  }

  /** Records a violation in a state; later ones do not count. */
  condemn(state: number, wrong: Omit<Violation, "path">): void {
    if (this.#wrong !== null) return
    this.#wrong = wrong
    this.#state = state
  }

  /** Judges the state found last by the problem that its watch reports. */
  judge(reason: string | null): void {
    if (reason !== null) this.condemn(this.#trail.length - 1, { reason })
  }

  /** Looks for loops in which the work is never done, once everything is explored. */
  judgeLoops(graph: Graph): void {
    const loop = fairLoop(graph, this.#trail.length)
    if (loop !== null) this.condemn(loop.state, { reason: LOOP, loop: this.#transitionsOf(loop, graph) })
  }

  get violation(): Violation | null {
    return this.#wrong === null ? null : { ...this.#wrong, path: this.#trail.pathTo(this.#state, this.#occurrenceOf) }
  }

  #transitionsOf({ transitions }: Loop, graph: Graph): readonly Transition[] {
    return transitions.map(transition => ({
      choice: CHOICES[graph.choiceOf(transition)]!,
      outcome: graph.outcomeOf(transition),
      ...this.#occurrenceOf(graph.eventOf(transition)),
    }))
  }
}
