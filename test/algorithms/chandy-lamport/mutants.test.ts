// Mistakes planted on purpose in Chandy and Lamport's snapshots, one for each of their rules.
import { chandyLamport } from "../../../algorithms/chandy-lamport/chandy-lamport.ts"
import { testRecoveryMutants } from "../../support/recovery-mutants.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { file, mutants } from "./mutants.ts"

testRecoveryMutants(
  chandyLamport,
  { module: file, name: "chandyLamport" },
  seed => ({ ...failures(seed), parameters: { interval: `${20 + (seed % 4) * 10}ms` } }),
  mutants,
)
