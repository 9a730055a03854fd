// Stories of pessimistic logging (`stories/`): a message is on the disk before its receiver acts on it.
import { join } from "node:path"
import { pessimisticLogging } from "../../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), pessimisticLogging)
