/** The cases that the runs of a cell go through in place of seeds: every schedule of crashes, every strategy of traitors, every input. */
import type { NodeId } from "../runtime/contract/ids.ts"
import type { Micros } from "../runtime/contract/units.ts"

/** The dimensions in which cases differ. */
export interface Cases {
  readonly crashes?: CrashCases
  readonly traitors?: TraitorCases
  readonly inputs?: InputCases
}

/** The largest group whose cases are gone through: of more nodes even the sets are too many. */
export const MAX_SET_NODES = 20

/** Every set of some of these nodes that has `from` to `to` members. */
export interface NodeSets {
  readonly among: readonly NodeId[]
  readonly from: number
  readonly to: number
}

/** Each node of a set crashes in the middle of one of its broadcasts, which some but not all of the others still get. */
export interface CrashCases {
  readonly sets: NodeSets
  /** The most broadcasts of a node, from `at` on. */
  readonly broadcasts: number
  readonly at: Micros
}

/** Each node of a set is a traitor, and its messages that can lie say anything. */
export interface TraitorCases {
  readonly sets: NodeSets
  /** The number of messages that can lie: of a node that proposes, and of any other. */
  readonly messages: { readonly proposer: number; readonly other: number }
  /** The values that a message can say; null: it is withheld. */
  readonly says: readonly (number | null)[]
  readonly at: Micros
}

/** Each of the first nodes proposes any of the values 0 to `values - 1`. */
export interface InputCases {
  readonly proposers: number
  readonly values: number
}
