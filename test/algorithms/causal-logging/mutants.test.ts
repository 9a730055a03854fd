// Mistakes planted on purpose in causal logging: each breaks a rule of Alvisi and Marzullo's (1998), or of Manetho's.
import { causalLogging } from "../../../algorithms/causal-logging/causal-logging.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failuresOfSome } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  causalLogging,
  { module: file, name: "causalLogging" },
  seed => {
    const { f, options } = failuresOfSome(seed)
    return { ...options, parameters: { interval: "40ms", f } }
  },
  mutants,
)
