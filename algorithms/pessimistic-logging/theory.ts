/** Closed forms of receiver-based pessimistic logging: a write for each message and each output, and no messages. */
import type { Theory } from "../../runtime/contract/theory.ts"
import { countsOf, withoutFailures } from "../common/logging/theory.ts"

export const theory: Theory = {
  figures: [
    withoutFailures("log_writes", "m + o", setting => countsOf(setting).messages + countsOf(setting).outputs),
    withoutFailures("control_messages", "0", () => 0),
  ],
}
