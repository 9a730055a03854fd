/**
 * Majorities: the arithmetic that quorum-based algorithms share.
 *
 * Votes and progress are kept in arrays by node id; `members` names the nodes that count. Nothing here allocates or sorts,
 * so it may run for every message.
 */
import type { NodeId } from "../../runtime/contract/algorithm.ts"

/** The size of a majority: floor(size / 2) + 1. */
export function majority(size: number): number {
  return Math.floor(size / 2) + 1
}

/**
 * True if more than half of the members said yes.
 *
 * @param votes by node id; what is not `true` (a refusal, or no answer yet) does not count
 */
export function isMajority(votes: readonly (boolean | null)[], members: readonly NodeId[]): boolean {
  let granted = 0
  for (const member of members) if (votes[member] === true) granted++
  return granted >= majority(members.length)
}

/**
 * The highest number that more than half of the members have reached, or `floor` if that is none above it.
 *
 * Climbs from `floor`: while a majority is beyond it, all of that majority have reached the minimum of their numbers. As a
 * rule that is one step, or none.
 *
 * @param reached by node id: how far each node has come (a log index, a round) @param floor a number that a majority is
 * known to have reached
 */
export function majorityReached(reached: readonly number[], members: readonly NodeId[], floor: number): number {
  const quorum = majority(members.length)
  let agreed = floor
  for (;;) {
    let beyond = 0
    let least = agreed
    for (let i = 0; i < members.length; i++) {
      const value = reached[members[i]!]!
      if (value <= agreed) continue
      if (beyond === 0 || value < least) least = value
      beyond++
    }
    if (beyond < quorum) return agreed
    agreed = least
  }
}
