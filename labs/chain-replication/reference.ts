/** The project's own chain replication, as a solution of the lab: one master, and queries under a lease at the tail. */
import { chainReplication } from "../../algorithms/chain-replication/chain-replication.ts"
import { duration } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...chainReplication,
  parameters: {
    ...chainReplication.parameters,
    resendAfter: duration("75ms", "Above the heartbeat interval of all tests, and the way down the chain and back.", {
      min: 1,
    }),
  },
}
