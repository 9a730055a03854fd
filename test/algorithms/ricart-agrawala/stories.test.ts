// Stories of Ricart-Agrawala (`stories/`): the lower (sequence number, id) goes first.
import { join } from "node:path"
import { type RicartAgrawala, ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { sectionStories } from "../../support/section-stories.ts"

sectionStories<RicartAgrawala>(join(import.meta.dirname, "stories"), ricartAgrawala, {
  state(cluster, node) {
    const { highestSequenceNumber, outstandingReplyCount, replyDeferred } = cluster.state(node)
    const deferred = replyDeferred.flatMap((number, to) => (number > 0 ? [to] : []))
    return `highest=${highestSequenceNumber} outstanding=${outstandingReplyCount} deferred=[${deferred.join()}]`
  },
})
