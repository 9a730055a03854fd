/** Writing the results of a sweep: tables and page, from saved runs. */
import type { Task } from "../task.ts"

const SPEC = `
question: How fast are results written?
service: replicated-log
algorithms: [raft, multi-paxos]
sweep:
  nodes: [3, 5]
  loss: { from: 0%, to: 9.9%, steps: 100 }
faults:
  - crash: { count: 1, at: 1200ms, for: 100ms }
warmup: 1s
duration: 1300ms
repeat: 1
charts: []
`

export const results: readonly Task[] = [
  {
    name: "results of 400 cells",
    unit: "cells",
    prepare: async () => {
      const Effect = await import("effect/Effect")
      const Layer = await import("effect/Layer")
      const NodeServices = await import("@effect/platform-node/NodeServices")
      const { mkdtempSync, rmSync } = await import("node:fs")
      const { tmpdir } = await import("node:os")
      const { join } = await import("node:path")
      const registry = await import("../../algorithms/registry.ts")
      const { parseExperiment } = await import("../../experiments/plan/spec.ts")
      const { planExperiment } = await import("../../experiments/model/plan.ts")
      const { reportAgain } = await import("../../experiments/run/report-again.ts")
      const { Progress, runExperiment } = await import("../../experiments/run/run.ts")
      const experiment = parseExperiment("spec.yaml", SPEC, registry)
      if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
      const plan = planExperiment(experiment)
      const outDir = mkdtempSync(join(tmpdir(), "quorate-bench-results-"))
      process.on("exit", () => rmSync(outDir, { recursive: true, force: true }))
      const services = Layer.mergeAll(Progress.silent, NodeServices.layer)
      await Effect.runPromise(Effect.provide(runExperiment(plan, { outDir, workers: 1 }), services))
      return async () => {
        const { cells } = await Effect.runPromise(Effect.provide(reportAgain(plan, { outDir }), services))
        return cells.length
      }
    },
  },
]
