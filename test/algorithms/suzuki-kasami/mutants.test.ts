// Mistakes planted on purpose in Suzuki-Kasami, one for each of its rules.
import { suzukiKasami } from "../../../algorithms/suzuki-kasami/suzuki-kasami.ts"
import { testSectionMutants } from "../../support/section-mutants.ts"
import { file, mutants } from "./mutants.ts"

testSectionMutants(
  suzukiKasami,
  { module: file, name: "suzukiKasami" },
  {
    nodes: 4,
    latency: { model: "uniform", min: 500, max: 3_000 },
    workload: { hold: "2ms", think: "10ms", deadline: "200ms", starvation: 12 },
    duration: "2s",
  },
  mutants,
)
