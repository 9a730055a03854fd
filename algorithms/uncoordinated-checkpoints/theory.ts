/** Closed forms of uncoordinated checkpoints for a single process, where no rollback propagates. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { checkpointFigures } from "../common/recovery/theory.ts"

export const theory: Theory = {
  figures: checkpointFigures.map(form => ({ ...form, parameters: { spacing: "even" } })),
}

/**
 * The mean longest rollback if one of two processes fails that each checkpoint at rate c and send each other messages at
 * rate m, at random and without delay: (m + 2c) / (2c²).
 */
export function meanLongestRollback(checkpointRate: number, messageRate: number): number {
  return (messageRate + 2 * checkpointRate) / (2 * checkpointRate ** 2)
}

/** The probability that the other one does not roll back: c / (c + m). */
export function untouchedShare(checkpointRate: number, messageRate: number): number {
  return checkpointRate / (checkpointRate + messageRate)
}
