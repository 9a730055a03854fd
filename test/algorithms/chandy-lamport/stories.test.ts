// Stories of Chandy and Lamport's snapshots (`stories/`): markers, channels, and recoveries.
import { join } from "node:path"
import { chandyLamport } from "../../../algorithms/chandy-lamport/chandy-lamport.ts"
import { rollingBack, recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), chandyLamport, (cluster, node) => {
  const { snapshot } = cluster.state(node)
  const { channels } = cluster.disk(node).checkpoints.at(-1)!
  return [
    ...rollingBack(cluster, node),
    `in channels [${(channels ?? []).map(({ length }) => length).join(", ")}]`,
    `snapshot ${snapshot === null ? "none" : `${snapshot.index}, open [${[...snapshot.open].join(", ")}]`}`,
  ]
})
