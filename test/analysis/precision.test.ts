import * as Effect from "effect/Effect"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { planExperiment } from "../../experiments/model/plan.ts"
import { describeImprecise, describeRuns, firstLook, isPrecise, type Look, nextLook } from "../../analysis/precision.ts"
import { estimateOf, METRICS } from "../../analysis/metrics.ts"
import { Random } from "../../runtime/lib/random.ts"
import type { RunRecord } from "../../scenarios/measure.ts"
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
      // Few words a run scatter more, and so take more runs; all numbers are those of second stages, or the most.
      expect(numbers[2]!).toBeGreaterThan(numbers[0]!)
      for (const number of numbers) expect([8, 12, 18, 28, 42, 60]).toContain(number)
      expect(rowsOf(outDir, "runs.csv")).toHaveLength(numbers.reduce((sum, number) => sum + number, 0))

      // More runs than some need are there from before, another number of workers runs the rest, and a third algorithm
      // is compared: no number of the others changes.
      const again = join(folder, "again")
      const more = SPEC.replace("} }]", "} }, choleric]")
      await Effect.runPromise(running(more.replace(/repeat: .*/, "repeat: 12"), { outDir: again, workers: 1 }))
      const { runs } = await Effect.runPromise(running(more, { outDir: again, workers: 1 }))
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

  test("are precise at 0 without scatter, and never relative to a 0 with scatter", () => {
    const plan = planExperiment(experimentOf(SPEC))
    const cell = (half: number) => ({ metrics: { latency_mean_ms: { value: 0, low: -half, high: half, runs: 4 } } })
    expect(describeImprecise(plan, [cell(0)])).toBe("")
    expect(describeImprecise(plan, [cell(0), cell(0.1)])).toBe("mean-latency is not known to ±5 % at 1 of 2 points")
  })

  /** The numbers of runs at which a cell is judged, given what is found at each of them. */
  function numbersOf(findings: readonly boolean[], repeat: number): readonly number[] {
    const numbers: number[] = []
    const judged = findings.values()
    for (let look: Look | null = firstLook(10); look !== null; ) {
      numbers.push(look.runs)
      look = nextLook(look, () => judged.next().value!, { repeat })
    }
    return numbers
  }

  test("are judged at numbers half as many again until they are precise, and then at twice as many", () => {
    expect(numbersOf([false, false, true, true], 1_000)).toEqual([10, 15, 23, 46])
    // No longer precise, since the second stage had a rare run: so on from there.
    expect(numbersOf([true, false, true, true], 1_000)).toEqual([10, 20, 30, 60])
    expect(numbersOf([false, false, false, false], 40)).toEqual([10, 15, 23, 35, 40])
    expect(numbersOf([false, true], 25)).toEqual([10, 15, 25])
    expect(numbersOf([], 10)).toEqual([10])
  })

  /** How many of 500 experiments hold the true availability; one run of four misses up to a fifth of it. */
  function heldOf(runsOf: (records: readonly RunRecord[]) => number): number {
    const random = new Random(7)
    const availability = METRICS.find(({ name }) => name === "availability")!
    let held = 0
    for (let experiment = 0; experiment < 500; experiment++) {
      const records = Array.from({ length: 200 }, () =>
        completedRecord({ availability: random.chance(0.25) ? 0.8 + 0.2 * random.share() : 1 }),
      )
      const { low, high } = estimateOf(availability, records.slice(0, runsOf(records)))!
      if (low! <= 0.975 && high! >= 0.975) held++
    }
    return held
  }

  test("have intervals that hold about as often as those of a number of runs, thanks to the second stage", () => {
    const isPreciseAt = (records: readonly RunRecord[], runs: number) =>
      isPrecise(records.slice(0, runs), { until: 0.012, of: "availability", min: 20 })
    const lookedAt = (records: readonly RunRecord[], isEnough: (next: Look) => boolean): number => {
      for (let look = firstLook(20); ; ) {
        const next = nextLook(look, () => isPreciseAt(records, look.runs), { repeat: records.length })
        if (next === null || isEnough(next)) return look.runs
        look = next
      }
    }
    const held = heldOf(records => lookedAt(records, () => false))
    const atOnce = heldOf(records => lookedAt(records, ({ isSecondStage }) => isSecondStage))
    expect(held).toBeGreaterThanOrEqual(465)
    expect(atOnce).toBeLessThan(465)
  })
})
