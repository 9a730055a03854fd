/** Sweeps of short runs, without tables and charts: workers, messages, and the store. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Elsewhere, Task } from "../task.ts"

/** The number of runs of a sweep. */
const RUNS = 600

export const sweeps: readonly Task[] = [
  sweepOf("a run in each of many cells", RUNS, 1),
  sweepOf("a run in each of many cells", RUNS, 2),
  sweepOf("many runs in each of two cells", 2, 1),
  sweepOf("many runs in each of two cells", 2, 2),
]

function sweepOf(what: string, cells: number, workers: number): Task {
  const threads = workers === 1 ? "1 worker" : `${workers} workers`
  return { name: `sweep, ${what}, ${threads}`, unit: "runs", prepare: () => prepare(cells, workers) }
}

/** A cell differs from the next by a microsecond of latency. */
function specOf(cells: number): string {
  const latencies = Array.from({ length: cells }, (_, cell) => `${1_000 + cell}us`)
  return `
question: How fast is a sweep of short runs?
service: replicated-log
algorithms: [raft]
nodes: 5
sweep: { latency: [${latencies.join(", ")}] }
workload: { mode: closed, clients: 8 }
warmup: 100ms
duration: 150ms
repeat: ${RUNS / cells}
`
}

/** Prepares in this process, which keeps its workers: neither their start nor the warm-up is timed. */
async function prepare(cells: number, workers: number): Promise<() => Promise<Elsewhere>> {
  const Effect = await import("effect/Effect")
  const Layer = await import("effect/Layer")
  const ManagedRuntime = await import("effect/ManagedRuntime")
  const registry = await import("../../algorithms/registry.ts")
  const { parseExperiment } = await import("../../experiments/plan/spec.ts")
  const { planExperiment } = await import("../../experiments/model/plan.ts")
  const { experimentLayer, threads } = await import("../../experiments/run/prepare.ts")
  const { Progress } = await import("../../experiments/run/progress.ts")
  const { sweep } = await import("../../experiments/run/sweep.ts")
  const { Store } = await import("../../experiments/store/service.ts")
  const experiment = parseExperiment("spec.yaml", specOf(cells), registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const plan = planExperiment(experiment)
  const kept = ManagedRuntime.make(Layer.merge(threads({ workers }), Progress.silent))
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), "quorate-bench-"))
    try {
      const swept = Effect.gen(function* () {
        const store = yield* Store
        const before = process.cpuUsage()
        yield* sweep(plan, store.work(), false)
        const { user, system } = process.cpuUsage(before)
        return { units: store.tally().done, cpuMs: (user + system) / 1_000 }
      })
      return await kept.runPromise(Effect.provide(swept, experimentLayer(plan, { outDir: folder })))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
}
