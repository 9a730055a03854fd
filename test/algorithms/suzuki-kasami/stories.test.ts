// Stories of Suzuki-Kasami (`stories/`): the token and its queue.
import { join } from "node:path"
import { type SuzukiKasami, suzukiKasami } from "../../../algorithms/suzuki-kasami/suzuki-kasami.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<SuzukiKasami>(join(import.meta.dirname, "stories"), suzukiKasami, {
  state(cluster, node) {
    const { RN, privilege } = cluster.state(node)
    const token = privilege === null ? "" : `, LN=[${privilege.LN.join()}] Q=[${privilege.Q.join()}]`
    return `RN=[${RN.join()}]${token}`
  },
})
