// Mistakes planted on purpose in blocking checkpoints.
import { blockingCheckpoints } from "../../../algorithms/blocking-checkpoints/blocking-checkpoints.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  blockingCheckpoints,
  { module: file, name: "blockingCheckpoints" },
  seed => ({ ...failures(seed), parameters: { interval: `${20 + (seed % 4) * 10}ms` } }),
  mutants,
)
