/** A search through the states of a group, some steps at a go, so that its driver can look at the clock in between. */
import type { Exploration } from "../exploration.ts"
import type { Bounds } from "../model.ts"

export interface Search {
  /** Boots all nodes. @throws what a handler throws at boot */
  begin(bounds?: Bounds): void
  /** Continues for a while. @returns whether there is anything left */
  advance(): boolean
  /** The findings so far. */
  readonly result: Exploration
}

export interface ExplorerOptions {
  /** The states that are expanded first: those that were found first, or last. Default: `breadth`. */
  readonly order?: "breadth" | "depth"
  /** True if a loop is a violation in which not all is ever done: all transitions are kept. Default: false. */
  readonly findsLoops?: boolean
  /** True if states that are alike but for the ids of nodes count as one, of which one is expanded. Default: false. */
  readonly bySymmetry?: boolean
}
