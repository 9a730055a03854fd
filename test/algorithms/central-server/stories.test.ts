// Stories of the central server (`stories/`): three messages an entry, and what a silent server means.
import { join } from "node:path"
import { centralServer } from "../../../algorithms/central-server/central-server.ts"
import type { CentralServer } from "../../../algorithms/central-server/types.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<CentralServer>(join(import.meta.dirname, "stories"), centralServer, {
  state: (cluster, node) => JSON.stringify(cluster.state(node)),
})
