// Stories of Maekawa's algorithm (`stories/`): a deadlock, and how INQUIRE, FAILED and RELINQUISH resolve it.
import { join } from "node:path"
import { maekawa } from "../../../algorithms/maekawa/maekawa.ts"
import type { Maekawa } from "../../../algorithms/maekawa/types.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<Maekawa>(join(import.meta.dirname, "stories"), maekawa, {
  state(cluster, node) {
    const { requester, arbiter } = cluster.state(node)
    const locks = requester.quorum.filter(member => requester.locks[member]! > 0)
    const waiting = arbiter.waiting.map(({ from }) => from)
    return `quorum=[${requester.quorum.join()}] locks=[${locks.join()}] locked for ${arbiter.lock?.from ?? "nobody"}, waiting=[${waiting.join()}]`
  },
})
