/** The project's own Multi-Paxos, as a solution of the lab: it takes no snapshots. */
import { multiPaxos } from "../../algorithms/multi-paxos/multi-paxos.ts"
import { integer } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...multiPaxos,
  parameters: { ...multiPaxos.parameters, snapshotEvery: integer(0, "The lab has no snapshots.") },
}
