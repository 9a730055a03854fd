// Mistakes planted on purpose in the central server, one for each of its rules.
import { centralServer } from "../../../algorithms/central-server/central-server.ts"
import { testSectionMutants } from "../../support/section-mutants.ts"
import { file, mutants } from "./mutants.ts"

testSectionMutants(
  centralServer,
  { module: file, name: "centralServer" },
  {
    nodes: 4,
    latency: { model: "uniform", min: 500, max: 3_000 },
    workload: { hold: "2ms", think: "10ms", deadline: "200ms", starvation: 12 },
    duration: "2s",
  },
  mutants,
)
