// Mistakes planted on purpose in receiver-based pessimistic logging, and in what protocols share that log.
import { pessimisticLogging } from "../../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  pessimisticLogging,
  { module: file, name: "pessimisticLogging" },
  seed => ({ ...failures(seed), parameters: { interval: "40ms" } }),
  mutants,
)
