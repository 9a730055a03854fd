/** The states that an exploration has found: their fingerprints, how each was first reached, and which are still to expand. */
import type { Watching } from "../watching.ts"
import { Fingerprints, type FingerprintsSnapshot, type Seen } from "../fingerprints.ts"
import type { Occurrence } from "../happening.ts"
import { Finding } from "./finding.ts"
import { type Frontier, type FrontierSnapshot, Levels, Stack } from "./frontier.ts"
import { Graph } from "./graph.ts"
import type { Prints } from "./prints.ts"
import type { ExplorerOptions } from "./search.ts"
import { Trail } from "./trail.ts"

/** Found states as plain data to keep, without the transitions for loops. */
export interface FoundSnapshot {
  readonly fingerprints: FingerprintsSnapshot
  readonly trail: ReturnType<Trail["snapshot"]>
  readonly frontier: FrontierSnapshot
  readonly expanded: number
}

type Print = Pick<Prints, "low" | "high">

export class FoundStates {
  readonly fingerprints: Seen
  /** Its own set of fingerprints. */
  readonly #own: Fingerprints
  /** All transitions, if it looks for loops. */
  readonly graph: Graph | null
  readonly finding: Finding
  readonly trail: Trail
  frontier: Frontier
  /** States expanded so far. */
  expanded = 0
  readonly #watching: Watching
  readonly #newFrontier: (maxDepth: number) => Frontier

  constructor(
    { order = "breadth", findsLoops = false, share }: ExplorerOptions,
    watching: Watching,
    occurrenceOf: (event: number) => Occurrence,
  ) {
    this.#own = new Fingerprints(findsLoops)
    this.fingerprints = share?.seen ?? this.#own
    this.graph = findsLoops ? new Graph() : null
    this.trail = new Trail(order === "breadth")
    this.finding = new Finding(this.trail, occurrenceOf)
    this.#watching = watching
    this.#newFrontier = maxDepth => (order === "depth" ? new Stack(maxDepth) : new Levels(maxDepth))
    this.frontier = this.#newFrontier(Infinity)
  }

  begin(maxDepth: number): void {
    this.frontier = this.#newFrontier(maxDepth)
  }

  /** True if every state found was expanded and nothing is wrong. */
  get isComplete(): boolean {
    return this.expanded === this.trail.length && !this.finding.isThere
  }

  /** The first state. @param row its words */
  first(row: Int32Array, { low, high }: Print, watch: number): void {
    this.fingerprints.add(low, high)
    this.trail.push(0, 0, 0)
    this.frontier.add(row, row.length, 0)
    this.finding.judge(this.#watching.problemOf(watch))
  }

  /** Records a state reached by a choice. @returns whether it is new */
  add({ low, high }: Print, choice: number, event: number): boolean {
    const isNew = this.fingerprints.add(low, high)
    this.graph?.push(this.fingerprints.last, choice, event)
    return isNew
  }

  /** Keeps a new state: the first words of an array are its row. */
  keep(words: Int32Array, length: number, watch: number, choice: number, event: number): void {
    this.frontier.add(words, length, this.trail.length)
    this.trail.push(this.frontier.state, choice, event)
    this.finding.judge(this.#watching.problemOf(watch))
  }

  /** Records that a handler threw. */
  fail(error: unknown, choice: number, event: number): void {
    this.trail.push(this.frontier.state, choice, event)
    this.finding.condemn(this.trail.length - 1, { reason: String(error), error })
  }

  /** Nothing is left to be expanded. */
  end(): void {
    if (this.graph !== null && this.isComplete) this.finding.judgeLoops(this.graph)
  }

  snapshot(): FoundSnapshot {
    const { trail, frontier, expanded } = this
    return { fingerprints: this.#own.snapshot(), trail: trail.snapshot(), frontier: frontier.snapshot(), expanded }
  }

  /** Adds everything found to a set. */
  copyTo(seen: Seen): void {
    this.#own.copyTo(seen)
  }

  restore({ fingerprints, trail, frontier, expanded }: FoundSnapshot): void {
    if (this.fingerprints === this.#own) this.#own.restore(fingerprints)
    this.trail.restore(trail)
    this.frontier.restore(frontier)
    this.expanded = expanded
  }
}
