/** Closed forms of sender-based logging: the place of each receipt, its confirmation, and a write for each output. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { countsOf, withoutFailures } from "../common/logging/theory.ts"

export const theory: Theory = {
  figures: [
    withoutFailures("control_messages", "2m", setting => 2 * countsOf(setting).messages),
    withoutFailures("log_writes", "o", setting => countsOf(setting).outputs),
  ],
}
