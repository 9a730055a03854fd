// Stories of causal logging (`stories/`): whoever depends on a receipt knows its determinant.
import { join } from "node:path"
import { causalLogging } from "../../../algorithms/causal-logging/causal-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), causalLogging, (cluster, node) => {
  const { hosted } = cluster.state(node)
  const held = hosted.map(
    ({ determinant: { process, place }, hosts }) =>
      `${process}@${place} of ${[...hosts].toSorted((a, b) => a - b).join("")}`,
  )
  const saved = cluster.disk(node).determinants.map(({ process, place }) => `${process}@${place}`)
  return [`determinants [${held.join(", ")}]`, `on its disk [${saved.join(", ")}]`]
})
