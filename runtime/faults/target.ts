/** The targets of faults: nodes, links, or the sides of a partition. */
import type { NodeId } from "../contract/ids.ts"
import type { Link } from "../network/network.ts"

/** The nodes that a fault hits. */
export type Target =
  | {
      readonly nodes: readonly NodeId[]
      /** The region from which they were drawn, for traces. */
      readonly region?: string
    }
  /** This number of nodes, drawn from the faults stream: the same ones for every algorithm. */
  | { readonly random: number }
  /** This number of nodes of a region, drawn from the faults stream; without a count, all of them. May be empty. */
  | { readonly region: string; readonly count?: number }
  /** The node that most live nodes believe to lead when the fault strikes, if any. */
  | { readonly leader: true }
  /**
   * The node that most live nodes believe to hold an office when the fault strikes, if any. `leader` and `primary` are
   * offices of the leader, `follower` and `backup` of the first live node that does not lead.
   */
  | { readonly office: string }

/** The links that a fault hits: those named, or else all links of the target nodes, or else every link. */
export type Scope = {
  readonly links?: readonly Link[]
  /** True if only messages from the first node of each named link to the second are hit. */
  readonly oneWay?: boolean
  readonly target?: Target
}

export const DIRECTIONS = ["in", "out"] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The nodes of one side of a partition, or the number of random nodes on it. */
export type Side = readonly NodeId[] | { readonly random: number }
