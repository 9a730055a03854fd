// Stories of blocking checkpoints (`stories/`): two phases, and recoveries to their lines.
import { join } from "node:path"
import { blockingCheckpoints } from "../../../algorithms/blocking-checkpoints/blocking-checkpoints.ts"
import { rollingBack, recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), blockingCheckpoints, rollingBack)
