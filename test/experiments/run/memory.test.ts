// How much memory the results of many runs take: no more than those of few.
import * as Effect from "effect/Effect"
import { spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { MEASURES } from "../../../scenarios/measure.ts"
import { planExperiment } from "../../../experiments/model/plan.ts"
import { experimentLayer } from "../../../experiments/run/prepare.ts"
import { Store } from "../../../experiments/store/service.ts"
import { encodeRun } from "../../../experiments/store/encoding.ts"
import { byNight } from "../../support/effort.ts"
import { experimentOf, REGISTRY } from "../support/experiments.ts"
import { completedRecord, latencies } from "../support/records.ts"
import { rowsOf, withFolder } from "../support/running.ts"

const RUNS = byNight(5_000, 1_200)

/** Two cells are compared; both are judged when half of the runs are there, and then go on to the end. */
const SPEC = `
question: How much is it to remember?
algorithms: [parrot, liar]
nodes: 3
repeat: { until: 0.0001%, of: mean-latency, min: ${RUNS / 2}, max: ${RUNS} }
charts: [recovery-ecdf]
`

/** MiB of long-lived objects: enough for the code, what libraries keep, and the results of a few hundred runs, not of all. */
const HEAP_MB = 56

/** A run with a number for each measure, outages, and latencies in a hundred buckets. */
function runOf(number: number) {
  const times = Array.from({ length: 100 }, (_, k) => 1_000 + 7 * k + (number % 50))
  const outages = Array.from({ length: 120 }, (_, k) => ({
    start: 20_000 * k,
    end: 20_000 * k + 1_000 + (number % 7_919),
    cause: "crash",
  }))
  const values = MEASURES.map((_, index) => index + (number % 100) / 7)
  return encodeRun(completedRecord({}, { values, latencies: latencies(times), outages, byType: { Note: 4 } }))
}

test("the runs of a cell are not in memory all at once, not even those of cells that are compared", async () => {
  await withFolder(async folder => {
    const outDir = join(folder, "results")
    const plan = planExperiment(experimentOf(SPEC))
    const fill = Effect.gen(function* () {
      const store = yield* Store
      for (const place of plan.cells.keys())
        store.add(
          place,
          plan.seeds.map((_, repeat) => [repeat, runOf(repeat * (place + 1))] as const),
        )
    })
    await Effect.runPromise(Effect.provide(fill, experimentLayer(plan, { outDir, registry: REGISTRY })))
    const spec = join(folder, "spec.yaml")
    writeFileSync(spec, SPEC)
    const program = join(import.meta.dirname, "../support/report-in-folder.ts")
    const child = spawnSync(process.execPath, [`--max-old-space-size=${HEAP_MB}`, program, spec, outDir])
    expect(child.stderr.toString()).toBe("")
    expect(child.stdout.toString()).toBe(`${2 * RUNS} runs, ${2 * RUNS} of them from before\n`)
    expect(rowsOf(outDir, "summary.csv").map(row => row["runs"])).toEqual([String(RUNS), String(RUNS)])
    expect(rowsOf(outDir, "comparisons.csv").find(row => row["metric"] === "latency_p50_ms")?.["pairs"]).toBe(
      String(RUNS),
    )
  })
})
