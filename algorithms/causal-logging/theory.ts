/** Closed forms of causal logging: no message and, without output, no write but of checkpoints. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { withoutFailures } from "../common/logging/theory.ts"

export const theory: Theory = {
  figures: [withoutFailures("control_messages", "0", () => 0)],
}
