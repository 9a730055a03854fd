// Stories of the ring election (`stories/`): messages travel from each member to the next.
import { join } from "node:path"
import { ringElection } from "../../../algorithms/ring-election/ring-election.ts"
import type { RingElection } from "../../../algorithms/ring-election/types.ts"
import { stories, type Telling } from "../../support/story.ts"

const telling: Telling<RingElection> = {
  algorithm: ringElection,
  parameters: { ackTimeout: "10ms", heartbeatInterval: "1h", detectionTimeout: "1h" },
  request: words => (words === "elect" ? { type: "Elect" } : undefined),
  state(cluster, node) {
    const { leader, participant, election } = cluster.state(node)
    return `leader=${leader ?? "none"} participant=${participant} election=${election}`
  },
}

stories(join(import.meta.dirname, "stories"), telling)
