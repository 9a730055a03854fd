/** The project's own Viewstamped Replication, as a solution of the lab: one group for good, and no checkpoints. */
import { viewstampedReplication } from "../../algorithms/viewstamped-replication/viewstamped-replication.ts"
import { integer } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...viewstampedReplication,
  parameters: { ...viewstampedReplication.parameters, checkpointEvery: integer(0, "The lab has no checkpoints.") },
}
