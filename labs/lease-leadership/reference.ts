/** The project's own lease leadership, as a solution of the lab: holders write, and those that wait watch. */
import { leaseLeadership } from "../../algorithms/lease-leadership/lease-leadership.ts"
import { choice, duration, flag } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...leaseLeadership,
  parameters: {
    ...leaseLeadership.parameters,
    writes: flag(true, "A holder writes to the resource before it releases the lease."),
    waiting: choice(["watch"], "watch", "The store tells those that wait."),
    watchTimeout: duration("1s", "A store that has restarted has forgotten who watches.", { min: 1 }),
  },
}
