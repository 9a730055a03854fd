// Mistakes planted on purpose in optimistic logging: each breaks a rule of Strom and Yemini's (1985).
import { optimisticLogging } from "../../../algorithms/optimistic-logging/optimistic-logging.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  optimisticLogging,
  { module: file, name: "optimisticLogging" },
  seed => ({ ...failures(seed), parameters: { interval: "40ms", batch: 5, flushInterval: "60ms" } }),
  mutants,
)
