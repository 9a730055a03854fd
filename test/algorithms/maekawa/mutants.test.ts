// Mistakes planted on purpose in Maekawa's algorithm, one for each of its rules.
import { maekawa } from "../../../algorithms/maekawa/maekawa.ts"
import { testSectionMutants } from "../../support/section-mutants.ts"
import { file, mutants } from "./mutants.ts"

testSectionMutants(
  maekawa,
  { module: file, name: "maekawa" },
  {
    nodes: 7,
    latency: { model: "uniform", min: 500, max: 3_000 },
    workload: { hold: "2ms", think: "10ms", deadline: "500ms", starvation: 30 },
    duration: "2s",
  },
  mutants,
)
