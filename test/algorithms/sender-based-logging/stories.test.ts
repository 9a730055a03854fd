// Stories of sender-based logging (`stories/`): the sender is the log.
import { join } from "node:path"
import { senderBasedLogging } from "../../../algorithms/sender-based-logging/sender-based-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), senderBasedLogging)
