// Stories of Ricart-Agrawala (`stories/`): the lower (sequence number, id) goes first.
import { join } from "node:path"
import { type RicartAgrawala, ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { stories, type Telling } from "../../support/story.ts"

const telling: Telling<RicartAgrawala> = {
  algorithm: ricartAgrawala,
  request(words) {
    if (words === "acquire") return { type: "Acquire" }
    return words === "release" ? { type: "Release" } : undefined
  },
  state(cluster, node) {
    const { highestSequenceNumber, outstandingReplyCount, replyDeferred } = cluster.state(node)
    const deferred = replyDeferred.flatMap((number, to) => (number > 0 ? [to] : []))
    return `highest=${highestSequenceNumber} outstanding=${outstandingReplyCount} deferred=[${deferred.join()}]`
  },
}

stories(join(import.meta.dirname, "stories"), telling)
