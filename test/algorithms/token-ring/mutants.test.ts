// Mistakes planted on purpose in the token ring, one for each of its rules.
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { testSectionMutants } from "../../support/section-mutants.ts"
import { file, mutants } from "./mutants.ts"

testSectionMutants(
  tokenRing,
  { module: file, name: "tokenRing" },
  {
    nodes: 4,
    fifo: true,
    latency: { model: "uniform", min: 500, max: 3_000 },
    workload: { hold: "2ms", think: "10ms", deadline: "200ms", starvation: 12 },
    duration: "2s",
  },
  mutants,
)
