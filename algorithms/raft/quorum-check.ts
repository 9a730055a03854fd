/** The knowledge of a leader about the answers of the others. */
import type { Micros } from "../../runtime/contract/units.ts"
import type { QuorumCheck } from "./types.ts"

/** A new leader's: the votes of a majority are its first answers. */
export function newQuorumCheck(size: number, clock: Micros): QuorumCheck {
  return { time: 0, clock, answered: Array<Micros>(size).fill(0) }
}
