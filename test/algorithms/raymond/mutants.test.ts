// Mistakes planted on purpose in Raymond's tree, one for each of its rules.
import { raymond } from "../../../algorithms/raymond/raymond.ts"
import { testSectionMutants } from "../../support/section-mutants.ts"
import { file, mutants } from "./mutants.ts"

testSectionMutants(
  raymond,
  { module: file, name: "raymond" },
  {
    nodes: 5,
    latency: { model: "uniform", min: 500, max: 3_000 },
    workload: { hold: "2ms", think: "10ms", deadline: "300ms", starvation: 20 },
    duration: "2s",
  },
  mutants,
)
