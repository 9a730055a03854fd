// Stories of pessimistic logging (`stories/`): every message is on the disk before the process acts on it.
import { join } from "node:path"
import { pessimisticLogging } from "../../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), pessimisticLogging, (cluster, node) => [
  `log [${cluster
    .disk(node)
    .log.map(({ place }) => place)
    .join(", ")}]`,
])
