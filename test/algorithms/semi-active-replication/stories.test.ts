// Stories of semi-active replication (`stories/`).
import { join } from "node:path"
import { semiActiveReplication } from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import { stories } from "../../support/story.ts"
import { telling, wordsOfState } from "../active-replication/telling.ts"

stories(join(import.meta.dirname, "stories"), {
  ...telling,
  algorithm: semiActiveReplication,
  state: (cluster, node) => wordsOfState(cluster.state(node)),
})
