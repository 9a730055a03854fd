/** Reading, checking and planning a spec with many cells. */
import type { Task } from "../task.ts"

const SPEC = `
question: How fast is a spec of many cells planned?
service: replicated-log
algorithms: [raft, multi-paxos]
sweep:
  nodes: [3, 5, 7, 9]
  latency: [1ms, 2ms, 5ms, 10ms, 20ms]
  loss: [0%, 1%, 5%]
faults:
  - crash: { count: 0..2, at: 3s }
`

export const planner: readonly Task[] = [
  {
    name: "plan of a spec",
    unit: "cells",
    prepare: async () => {
      const registry = await import("../../algorithms/registry.ts")
      const { parseExperiment } = await import("../../experiments/plan/spec.ts")
      const { planExperiment } = await import("../../experiments/model/plan.ts")
      return () => {
        const experiment = parseExperiment("spec.yaml", SPEC, registry)
        if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
        return planExperiment(experiment).cells.length
      }
    },
  },
]
