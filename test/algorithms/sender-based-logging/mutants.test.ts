// Mistakes planted on purpose in sender-based logging: each breaks a rule of Johnson and Zwaenepoel's (1987).
import { senderBasedLogging } from "../../../algorithms/sender-based-logging/sender-based-logging.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  senderBasedLogging,
  { module: file, name: "senderBasedLogging" },
  seed => ({ ...failures(seed, true), parameters: { interval: "200ms" } }),
  mutants,
)
