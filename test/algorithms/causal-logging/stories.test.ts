// Stories of causal logging (`stories/`): whoever depends on a receipt knows its determinant.
import { join } from "node:path"
import { causalLogging } from "../../../algorithms/causal-logging/causal-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), causalLogging)
