/** The project's own Raft, as a solution of the lab: without commands, its log stays empty; it is the paper's, no more. */
import { raft } from "../../algorithms/raft/raft.ts"
import { flag } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...raft,
  parameters: {
    ...raft.parameters,
    noOp: flag(false, "There is no log to append to."),
    checkQuorum: flag(false, "A leader that is cut off hears so when it returns."),
  },
}
