/** Whom faults hit: nodes, links, or the sides of a partition. */
import type { NodeId } from "../contract/ids.ts"
import type { Link } from "../network/network.ts"

/** Which nodes a fault hits. */
export type Target =
  | {
      readonly nodes: readonly NodeId[]
      /** The region of which they were drawn, for the words of traces. */
      readonly region?: string
    }
  /** So many nodes, drawn from the faults stream: the same ones for every algorithm. */
  | { readonly random: number }
  /** So many nodes of a region, drawn from the faults stream; without a count, all of them. No node if none is there. */
  | { readonly region: string; readonly count?: number }
  /** The node that most live nodes believe to lead when the fault strikes; no node if there is none. */
  | { readonly leader: true }
  /**
   * The node that most live nodes believe to hold an office when the fault strikes; no node if there is none. `leader` and
   * `primary` are offices of who leads, `follower` and `backup` of the first live node that does not.
   */
  | { readonly office: string }

/** Which links a fault hits: those named, or else all links of the target nodes, or else every link. */
export type Scope = {
  readonly links?: readonly Link[]
  /** Only messages from the first node of each named link to the second are hit, not those on the way back. */
  readonly oneWay?: boolean
  readonly target?: Target
}

export const DIRECTIONS = ["in", "out"] as const
export type Direction = (typeof DIRECTIONS)[number]

/** The nodes of one side of a partition, or how many nodes, drawn at random, it has. */
export type Side = readonly NodeId[] | { readonly random: number }
