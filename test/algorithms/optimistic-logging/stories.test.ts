// Stories of optimistic logging (`stories/`): orphans roll back.
import { join } from "node:path"
import { optimisticLogging } from "../../../algorithms/optimistic-logging/optimistic-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), optimisticLogging)
