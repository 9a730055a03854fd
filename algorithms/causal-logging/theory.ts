/** Closed forms of causal logging: no messages and, without output, no writes except checkpoints. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { withoutFailures } from "../common/logging/theory.ts"

export const theory: Theory = {
  figures: [withoutFailures("control_messages", "0", () => 0)],
}
