// Stories of sender-based logging (`stories/`): nothing leaves before the log of what it depends on is complete.
import { join } from "node:path"
import { senderBasedLogging } from "../../../algorithms/sender-based-logging/sender-based-logging.ts"
import { recoveryStories } from "../common/recovery/stories.ts"

recoveryStories(join(import.meta.dirname, "stories"), senderBasedLogging, (cluster, node) => {
  const { own, hosted, unconfirmed, withheld } = cluster.state(node)
  return [
    `own [${own.map(({ place }) => place).join(", ")}]`,
    `of others [${hosted.map(({ process, place }) => `${process}@${place}`).join(", ")}]`,
    `unconfirmed [${[...unconfirmed].join(", ")}]`,
    `withheld ${withheld.length}`,
  ]
})
