// Stories of uncoordinated checkpoints (`stories/`): the domino effect, recoveries that meet, and output.
import { join } from "node:path"
import { uncoordinatedCheckpoints } from "../../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import { rollingBack, recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), uncoordinatedCheckpoints, rollingBack)
