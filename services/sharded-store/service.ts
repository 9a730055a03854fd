/** The `sharded-store` service: a key-value store whose keys are spread over groups, its workload, metrics and checks. */
import { service } from "../../runtime/contract/service.ts"
import { linearizable } from "../replicated-log/checks/linearizable.ts"
import { appliedOnce } from "./checks/applied-once.ts"
import { atomicCommitment } from "./checks/atomic-commitment.ts"
import { logAgreement } from "./checks/log-agreement.ts"
import { strictlySerializable } from "./checks/strictly-serializable.ts"
import { figures, workload } from "./description.ts"
import { ShardedStoreRun } from "./run.ts"

export const shardedStore = service({
  name: "sharded-store",
  title: "Sharded store",
  availability: "a client gets a correct reply before its deadline; counted by arrival",
  operation: "one command of a client, executed by the group that has its shard",
  workload,
  checks: [linearizable, appliedOnce, logAgreement, strictlySerializable, atomicCommitment],
  figures,
  open: (world, settings) => new ShardedStoreRun(world, settings),
})
