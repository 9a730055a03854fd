// Mistakes planted on purpose in uncoordinated checkpoints, and in what protocols share that roll back.
import { uncoordinatedCheckpoints } from "../../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { mutants } from "./mutants.ts"

testRecoveryMutants(
  uncoordinatedCheckpoints,
  { module: "algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts", name: "uncoordinatedCheckpoints" },
  seed => ({ ...failures(seed), parameters: { interval: "40ms", spacing: "random" } }),
  mutants,
)
