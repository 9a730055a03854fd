/**
 * Offices that follow from whom nodes believe to lead, so that nobody need report them.
 *
 * Papers have different words for the same office; an algorithm lists those of its own and the general ones.
 */

const NAMES = {
  /** The node that most live nodes believe to lead. */
  leading: ["leader", "primary", "sequencer"],
  /** The first live node that does not lead. */
  following: ["follower", "backup"],
} as const

/** The office that a name stands for; `undefined` if nodes have to report who holds it. */
export function generalOffice(name: string): keyof typeof NAMES | undefined {
  if (NAMES.leading.some(known => known === name)) return "leading"
  return NAMES.following.some(known => known === name) ? "following" : undefined
}
