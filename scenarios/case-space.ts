/**
 * The cases that the runs of a cell enumerate instead of using seeds: every schedule of crashes, every strategy of
 * traitors, every input.
 */
import type { NodeId } from "../runtime/contract/ids.ts"
import type { Micros } from "../runtime/contract/units.ts"

/** The dimensions in which cases differ. */
export interface Cases {
  readonly crashes?: CrashCases
  readonly traitors?: TraitorCases
  readonly inputs?: InputCases
}

/** The largest group whose cases can be enumerated: larger ones have too many sets of nodes. */
export const MAX_SET_NODES = 20

/** Every set of `from` to `to` of these nodes. */
export interface NodeSets {
  readonly among: readonly NodeId[]
  readonly from: number
  readonly to: number
}

/** Each node of a set crashes in the middle of one of its broadcasts, which some but not all of the others still receive. */
export interface CrashCases {
  readonly sets: NodeSets
  /** The maximum number of broadcasts of a node, from `at` on. */
  readonly broadcasts: number
  readonly at: Micros
}

/** Each node of a set is a traitor, and each of its messages that can lie takes every value. */
export interface TraitorCases {
  readonly sets: NodeSets
  /** The number of messages that can lie: for a node that proposes, and for any other. */
  readonly messages: { readonly proposer: number; readonly other: number }
  /** The values that a message can have; null: it is withheld. */
  readonly says: readonly (number | null)[]
  readonly at: Micros
}

/** Each of the first nodes proposes any of the values 0 to `values - 1`. */
export interface InputCases {
  readonly proposers: number
  readonly values: number
}
