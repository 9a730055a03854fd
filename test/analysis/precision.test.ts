import * as Effect from "effect/Effect"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { planExperiment } from "../../experiments/model/plan.ts"
import { describeImprecise, describeRuns, isPrecise, nextNumber } from "../../analysis/precision.ts"
import { experimentOf } from "../experiments/support/experiments.ts"
import { completedRecord } from "../experiments/support/records.ts"
import { rowsOf, running, withFolder } from "../experiments/support/running.ts"

const SPEC = `
question: How long until it is said back?
algorithms: [parrot, { use: parrot, label: Twice, parameters: { copies: 2 } }]
nodes: 3
sweep: { workload.words: [40, 5] }
network: { latency: { model: lognormal, median: 10ms, sigma: 0.6 } }
warmup: 100ms
duration: 1s
repeat: { until: 5%, of: mean-latency, min: 4, max: 60 }
charts: []
`

describe("cells that go on until they are precise", () => {
  test("have as many runs as that takes, whatever the workers, an earlier sweep and what else is compared", async () => {
    await withFolder(async folder => {
      const outDir = join(folder, "first")
      await Effect.runPromise(running(SPEC, { outDir, workers: 2 }))
      const cells = rowsOf(outDir, "summary.csv")
      const numbers = cells.map(row => Number(row["runs"]))
      for (const row of cells) {
        const [low, value, high] = ["_low", "", "_high"].map(end => Number(row[`latency_mean_ms${end}`]))
        expect((high! - low!) / 2 <= 0.05 * value! || row["runs"] === "60", row["cell"]).toBe(true)
      }
      // Few words a run scatter more, and so take more runs; all numbers are those at which cells are judged.
      expect(numbers[2]!).toBeGreaterThan(numbers[0]!)
      for (const number of numbers) expect([4, 6, 9, 14, 21, 32, 48, 60]).toContain(number)
      expect(rowsOf(outDir, "runs.csv")).toHaveLength(numbers.reduce((sum, number) => sum + number, 0))

      // More runs than some need are there from before, another number of workers runs the rest, and a third algorithm
      // is compared: no number of the others changes.
      const again = join(folder, "again")
      const more = SPEC.replace("} }]", "} }, choleric]")
      await Effect.runPromise(running(more.replace(/repeat: .*/, "repeat: 12"), { outDir: again, workers: 2 }))
      const { runs, notes } = await Effect.runPromise(running(more, { outDir: again, workers: 1 }))
      expect(notes.filter(note => note.includes("9 times in 10"))).toHaveLength(1)
      // What a cell needed, as far as it was there.
      const needed = rowsOf(again, "summary.csv").map(row => Number(row["runs"]))
      expect(runs.resumed).toBe(needed.reduce((sum, number) => sum + Math.min(12, number), 0))
      expect(Math.max(...needed)).toBeGreaterThan(12)
      for (const file of ["summary.csv", "runs.csv"]) {
        const others = rowsOf(again, file).filter(row => row["algorithm"] !== "Choleric")
        expect(others).toEqual(rowsOf(outDir, file))
      }
    })
  })

  test("are judged by shares themselves, and by all else relative to the estimate", () => {
    const runs = [0.9, 1, 0.95, 1].map(availability => completedRecord({ availability, outage_total_ms: 1_000 }))
    const [wide, narrow] = [0.12, 0.05].map(until => isPrecise(runs, { until, of: "availability", min: 2 }))
    expect([wide, narrow]).toEqual([true, false])
    expect(isPrecise(runs, { until: 1e-9, of: "outage", min: 2 })).toBe(true)
    // Nothing is known of the cost of operations that never succeed.
    expect(isPrecise(runs, { until: 0.5, of: "messages", min: 2 })).toBe(false)
  })

  test("are told of with the widest interval where the most runs do not make them so precise", () => {
    const plan = planExperiment(experimentOf(SPEC.replace("of: mean-latency", "of: availability")))
    const cell = (half: number) => ({
      metrics: { availability: { value: 0.9, low: 0.9 - half, high: 0.9 + half, runs: 60 } },
    })
    expect(describeRuns(plan)).toBe("4 to 60 runs a point, more where availability is not yet known to ±5 %")
    expect(describeImprecise(plan, [cell(0.02), cell(0.049)])).toBe("")
    expect(describeImprecise(plan, [cell(0.02), cell(0.062), cell(0.0738)])).toBe(
      "availability is not known to ±5 % at 2 of 3 points, up to ±7.38 %",
    )
  })

  test("are judged at numbers half as many again, up to the most", () => {
    expect([2, 3, 10, 48].map(runs => nextNumber(runs, { repeat: 60 }))).toEqual([3, 5, 15, 60])
  })
})
