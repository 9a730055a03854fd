// Mistakes planted on purpose in Lamport's mutual exclusion, one for each of its rules.
import { lamportMutex } from "../../../algorithms/lamport-mutex/lamport-mutex.ts"
import { testSectionMutants } from "../../support/section-mutants.ts"
import { file, mutants } from "./mutants.ts"

testSectionMutants(
  lamportMutex,
  { module: file, name: "lamportMutex" },
  {
    nodes: 4,
    fifo: true,
    latency: { model: "uniform", min: 500, max: 3_000 },
    workload: { hold: "2ms", think: "10ms", deadline: "200ms", starvation: 12 },
    duration: "2s",
  },
  mutants,
)
