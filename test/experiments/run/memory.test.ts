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
import { experimentOf, REGISTRY } from "../support/experiments.ts"
import { completedRecord, latencies } from "../support/records.ts"
import { rowsOf, withFolder } from "../support/running.ts"

const RUNS = 400

/** Two cells are compared; both are judged when half of the runs are there, and then go on to the end. */
const SPEC = `
question: How much is it to remember?
algorithms: [parrot, liar]
nodes: 3
repeat: { until: 0.0001%, of: mean-latency, min: ${RUNS / 2}, max: ${RUNS} }
charts: [recovery-ecdf]
`

/**
 * MiB by which the live data may grow while runs are read: the samples that cells are compared by, and libraries that are loaded
 * meanwhile, take 2. The runs of one cell, or the outages of all, would be 6 and more.
 */
const MAX_GROWN_MB = 4

/** What `report-in-folder.ts` prints. */
interface Reported {
  readonly total: number
  readonly resumed: number
  readonly bytes: readonly number[]
}

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
    const child = spawnSync(process.execPath, ["--expose-gc", program, spec, outDir], { encoding: "utf8" })
    expect(child.stderr).toBe("")
    const { total, resumed, bytes }: Reported = JSON.parse(child.stdout)
    expect([total, resumed]).toEqual([2 * RUNS, 2 * RUNS])
    const mebibytes = bytes.map(live => (live - bytes[0]!) / 2 ** 20)
    expect(mebibytes.length).toBeGreaterThan(5)
    expect(Math.max(...mebibytes), mebibytes.map(grown => grown.toFixed(1)).join(" ")).toBeLessThan(MAX_GROWN_MB)
    expect(rowsOf(outDir, "summary.csv").map(row => row["runs"])).toEqual([String(RUNS), String(RUNS)])
    expect(rowsOf(outDir, "comparisons.csv").find(row => row["metric"] === "latency_p50_ms")?.["pairs"]).toBe(
      String(RUNS),
    )
  })
})
