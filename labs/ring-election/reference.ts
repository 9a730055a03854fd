/** The project's own ring election, as a solution of the lab: dead members are skipped, the ring has any arrangement. */
import { ringElection } from "../../algorithms/ring-election/ring-election.ts"
import { choice, flag } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...ringElection,
  parameters: {
    ...ringElection.parameters,
    order: choice(["numbered"], "numbered", "The lab's tests choose the arrangement by its number."),
    repair: flag(true, "Members die in this lab."),
  },
}
