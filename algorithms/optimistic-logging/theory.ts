/** Closed forms of optimistic logging: without output, no requests to log. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { withoutFailures } from "../common/logging/theory.ts"

export const theory: Theory = {
  figures: [withoutFailures("control_messages", "0", () => 0, { outputs: 0 })],
}

/**
 * Messages after a failure of one of n processes that leaves orphans: each announces the end of its incarnation, and all
 * answer.
 */
export function messagesOfFailure(n: number, orphans: number): number {
  return 2 * (n - 1) * (orphans + 1)
}
