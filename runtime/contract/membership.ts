/** Membership changes, as requested by an operator. */
import type { NodeId } from "./ids.ts"

/** The request that an algorithm with changeable membership accepts, and answers with `Result` or `Redirect`. */
export const CHANGE_MEMBERSHIP = "ChangeMembership"

/**
 * Makes `members` the voters: done when the change is committed; not done if another is under way, or if it is given
 * up.
 */
export interface ChangeMembership {
  readonly type: typeof CHANGE_MEMBERSHIP
  readonly sequence: number
  readonly members: readonly NodeId[]
  /**
   * Nodes that get the log but have no vote, if the algorithm has such; default: the present learners that do not
   * become voters.
   */
  readonly learners?: readonly NodeId[]
}
