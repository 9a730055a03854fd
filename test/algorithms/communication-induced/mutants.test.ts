// Mistakes planted on purpose in communication-induced checkpoints.
import { communicationInduced } from "../../../algorithms/communication-induced/communication-induced.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  communicationInduced,
  { module: file, name: "communicationInduced" },
  seed => ({ ...failures(seed), parameters: { interval: `${15 + (seed % 4) * 10}ms` } }),
  mutants,
)
