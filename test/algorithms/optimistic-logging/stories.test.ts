// Stories of optimistic logging (`stories/`): orphans, and output that waits.
import { join } from "node:path"
import { optimisticLogging } from "../../../algorithms/optimistic-logging/optimistic-logging.ts"
import type { Interval } from "../../../algorithms/common/recovery/types.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), optimisticLogging, (cluster, node) => {
  const { asks, buffer, produced, stable, vector } = cluster.state(node)
  const show = (intervals: readonly Interval[]) =>
    intervals.map(({ incarnation, index }) => `${incarnation}.${index}`).join(", ")
  const log = cluster.disk(node).log.map(({ place }) => place)
  return [
    `log [${log.join(", ")}]`,
    `to be logged ${buffer.length}`,
    `output to commit ${produced.size}`,
    `asked for ${asks.length}`,
    `depends [${show(vector)}]`,
    `stable [${show(stable)}]`,
  ]
})
