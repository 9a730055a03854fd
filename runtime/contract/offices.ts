/**
 * Offices that follow from nodes' beliefs about the leader, so that they need not be reported.
 *
 * Papers have different words for the same office; an algorithm lists its paper's and the general ones.
 */

const NAMES = {
  /** The node that most live nodes believe to lead. */
  leading: ["leader", "primary", "sequencer"],
  /** The first live node that does not lead. */
  following: ["follower", "backup"],
} as const

/** The office that a name stands for; `undefined` if nodes have to report its holder. */
export function generalOffice(name: string): keyof typeof NAMES | undefined {
  if (NAMES.leading.some(known => known === name)) return "leading"
  return NAMES.following.some(known => known === name) ? "following" : undefined
}
