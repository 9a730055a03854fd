// Stories of communication-induced checkpoints (`stories/`): forced ones, and those that output asks for.
import { join } from "node:path"
import { communicationInduced } from "../../../algorithms/communication-induced/communication-induced.ts"
import { rollingBack, recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), communicationInduced, rollingBack)
