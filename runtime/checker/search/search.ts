/** A search through the states of a group, some steps at a go, so that its driver can look at the clock in between. */
import type { Exploration } from "../exploration.ts"
import type { Seen } from "../fingerprints.ts"
import type { Bounds } from "../model.ts"

export interface Search {
  /** Boots all nodes. @throws what a handler throws at boot */
  begin(bounds?: Bounds): void
  /** Continues for a while. @returns whether there is anything left */
  advance(): boolean
  /** The findings so far. */
  readonly result: Exploration
}

export interface Share {
  /** The states that any of them has seen. */
  readonly seen: Seen
  /** Of the states that were found before, it expands each that leaves this remainder. */
  readonly remainder: number
  readonly of: number
}

export interface ExplorerOptions {
  /** The states that are expanded first: those that were found first, or last. Default: `breadth`. */
  readonly order?: "breadth" | "depth"
  /** True if a loop is a violation in which not all is ever done: all transitions are kept. Default: false. */
  readonly findsLoops?: boolean
  /** True if states that are alike but for the ids of nodes count as one, of which one is expanded. Default: false. */
  readonly bySymmetry?: boolean
  /** The part of one of several explorers of a model, who continue what another began, breadth first. Default: all of it. */
  readonly share?: Share
}
