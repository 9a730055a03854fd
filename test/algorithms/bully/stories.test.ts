// Stories of bully (`stories/`).
import { join } from "node:path"
import { bully } from "../../../algorithms/bully/bully.ts"
import type { Bully } from "../../../algorithms/bully/types.ts"
import { stories, type Telling } from "../../support/story.ts"

const telling: Telling<Bully> = {
  algorithm: bully,
  parameters: {
    answerTimeout: "1h",
    coordinatorTimeout: "1h",
    heartbeatInterval: "1h",
    detectionTimeout: "1h",
  },
  request: words => (words === "elect" ? { type: "Elect" } : undefined),
  state(cluster, node) {
    const { coordinator, election } = cluster.state(node)
    return `coordinator=${coordinator ?? "none"} election=${election}`
  },
}

stories(join(import.meta.dirname, "stories"), telling)
