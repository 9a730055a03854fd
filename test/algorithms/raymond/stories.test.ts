// Stories of Raymond's tree (`stories/`): requests follow the edges to the privilege, which turns them round.
import { join } from "node:path"
import { raymond } from "../../../algorithms/raymond/raymond.ts"
import type { Raymond } from "../../../algorithms/raymond/types.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<Raymond>(join(import.meta.dirname, "stories"), raymond, {
  state(cluster, node) {
    const { holder, requestQueue, asked } = cluster.state(node)
    return `holder=${holder} queue=[${requestQueue.join()}]${asked ? " asked" : ""}`
  },
})
