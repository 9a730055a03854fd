/** Closed forms of uncoordinated checkpoints: of one process, which has nobody to fall back with. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { checkpointFigures } from "../common/recovery/theory.ts"

export const theory: Theory = {
  figures: checkpointFigures.map(form => ({ ...form, parameters: { spacing: "even" } })),
}

/**
 * The longest rollback, on average, where one of two processes fails which checkpoint at rate c each and send each other messages at
 * rate m each, all at random and with no delay: (m + 2c) / (2c²).
 */
export function meanLongestRollback(checkpointRate: number, messageRate: number): number {
  return (messageRate + 2 * checkpointRate) / (2 * checkpointRate ** 2)
}

/** The probability that the other one does not roll back: c / (c + m). */
export function untouchedShare(checkpointRate: number, messageRate: number): number {
  return checkpointRate / (checkpointRate + messageRate)
}
