/** The parameters of Viewstamped Replication. Times follow the links: `d` is the bound of one link's delay. */
import { duration, flag, integer, type ParameterValues } from "../../runtime/contract/parameters.ts"

export const parameters = {
  viewChangeTimeout: duration(
    "max(150ms, 10d)",
    "A backup that hears nothing from its primary for this long starts a view change, and a view change that is not " +
      "through after this long gives way to the next. Far above the 4d that one takes. Nothing needs to be random: a " +
      "view has its primary, so that replicas that time out together agree.",
    { min: 1 },
  ),
  heartbeatInterval: duration(
    "max(75ms, 5d)",
    "A primary with nothing to prepare sends Commit this often (§4.1, step 6); also how long any replica waits for an " +
      "answer before it sends again.",
    { min: 1 },
  ),
  initialMembers: integer(
    0,
    "This number of nodes, from 0 on, form the group of the first epoch; the others are spares, which a reconfiguration may " +
      "call in (§7). 0: all nodes.",
  ),
  checkpointEvery: integer(
    1_000,
    "A replica takes a checkpoint and drops the log before it after executing this many requests (§5.1). 0: never; the " +
      "log then grows without end.",
  ),
  crashVectors: flag(
    true,
    "Replicas know which life of another a message comes from, and count none of an earlier one towards a quorum " +
      "(Michael et al. 2017). Without it, the protocol is the paper's: messages that were on their way during a crash " +
      "may undo committed requests.",
  ),
} as const

export type VsrParameters = ParameterValues<typeof parameters>
