// Stories of active replication (`stories/`).
import { join } from "node:path"
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { stories } from "../../support/story.ts"
import { stateInWords, telling } from "./telling.ts"

stories(join(import.meta.dirname, "stories"), { ...telling, algorithm: activeReplication, state: stateInWords })
