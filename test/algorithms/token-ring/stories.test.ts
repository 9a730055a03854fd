// Stories of the token ring (`stories/`): a lost token, and why a candidate may not overtake it.
import { join } from "node:path"
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import type { TokenRing } from "../../../algorithms/token-ring/types.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<TokenRing>(join(import.meta.dirname, "stories"), tokenRing, {
  // Nothing happens by itself: the token waits at each node until the story lets it go.
  parameters: { idlePause: "1h", regenerationTimeout: "2h" },
  state(cluster, node) {
    const { token, seen, participant } = cluster.state(node)
    const where = token === null ? "" : " has the token,"
    return `${where} seen=${seen.generation}/${seen.position}${participant ? " participant" : ""}`.trim()
  },
})
