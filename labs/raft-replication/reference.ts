/** The project's own Raft, as a solution of the lab: its log is never cut short, and leaders add no empty entry. */
import { raft } from "../../algorithms/raft/raft.ts"
import { flag, integer } from "../../runtime/contract/parameters.ts"

export const reference = {
  ...raft,
  parameters: {
    ...raft.parameters,
    noOp: flag(false, "The lab has none."),
    snapshotEvery: integer(0, "The lab has no snapshots."),
  },
}
