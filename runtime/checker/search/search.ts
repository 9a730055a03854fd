/** A search through the states of a group, some steps at a time, so that its driver can check the clock in between. */
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
  /** The states seen by any of them. */
  readonly seen: Seen
  /** Of the states found before, it expands those whose number leaves this remainder. */
  readonly remainder: number
  readonly of: number
}

export interface ExplorerOptions {
  /** The states to expand first: those found first (`breadth`), or last (`depth`). Default: `breadth`. */
  readonly order?: "breadth" | "depth"
  /** True to report loops in which the work is never done; all transitions are kept. Default: false. */
  readonly findsLoops?: boolean
  /** True if states that differ only in the ids of nodes count as one, of which one is expanded. Default: false. */
  readonly bySymmetry?: boolean
  /** The share of one of several explorers that continue another's exploration, breadth first. Default: all of it. */
  readonly share?: Share
}
