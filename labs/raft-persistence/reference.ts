/** The project's own Raft, as a solution of the lab: leaders add no empty entry. */
import { raft } from "../../algorithms/raft/raft.ts"
import { flag } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...raft,
  parameters: { ...raft.parameters, noOp: flag(false, "The lab has none.") },
}
