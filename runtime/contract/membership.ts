/** Changes of a group's membership, as an operator asks for them. */
import type { NodeId } from "./ids.ts"

/** The request that an algorithm takes, and answers by `Result` or `Redirect`, if its membership can be changed. */
export const CHANGE_MEMBERSHIP = "ChangeMembership"

/** Makes `members` the voters: done when the change is committed, not done if another one is under way or it is given up. */
export interface ChangeMembership {
  readonly type: typeof CHANGE_MEMBERSHIP
  readonly sequence: number
  readonly members: readonly NodeId[]
  /** Nodes that get the log and have no vote, where the algorithm has such; default: those that there are and get none. */
  readonly learners?: readonly NodeId[]
}
