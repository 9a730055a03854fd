/** Run times of a process that checkpoints and fails at random, against Young (1974) and Daly (2006). */
import { describe, expect, it, test } from "vitest"
import { uncoordinatedCheckpoints } from "../../../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import {
  dalyInterval,
  expectedRunTime,
  expectedWorkLost,
  youngInterval,
} from "../../../../algorithms/common/recovery/theory.ts"
import { SECOND } from "../../../../runtime/contract/units.ts"
import { recovery } from "../../../../services/recovery/service.ts"
import { completeRun } from "../../../support/service-run.ts"

/** The mean run time, and work lost, of runs of one process, in seconds. */
function measured(setting: Parameters<typeof expectedRunTime>[0], runs: number) {
  const { work, interval, checkpoint, restart, mtbf } = setting
  const schedule = { kind: "renewal", mtbf: mtbf * SECOND, mttr: 1, spans: "exponential" } as const
  let runTime = 0
  let lost = 0
  for (let seed = 1; seed <= runs; seed++) {
    const { figures } = completeRun(
      uncoordinatedCheckpoints,
      recovery,
      {
        nodes: 1,
        fifo: true,
        syncLatency: `${checkpoint}s`,
        parameters: { interval: `${interval}s` },
        workload: { steps: 10, step: `${work / 10}s`, stepTimes: "constant", restart: `${restart}s` },
        faults: [{ kind: "crash", target: { nodes: [0] }, at: 0, schedule }],
        duration: `${6 * work}s`,
      },
      seed,
    ).outcome
    runTime += figures["run_time"]! / 1_000 / runs
    lost += figures["work_lost"]! / 1_000 / runs
  }
  return { runTime, lost }
}

describe("closed forms", () => {
  test.each([
    [{ mtbf: 1440, checkpoint: 5, restart: 10, work: 30_000 }, 120, 116.6898, 32_873.95, 32_872.907],
    [{ mtbf: 360, checkpoint: 5, restart: 10, work: 30_000 }, 60, 56.713, 36_622.164, 36_612.984],
    [{ mtbf: 15, checkpoint: 5, restart: 10, work: 30_000 }, 12.2474, 9.1409, 154_411.17, 150_249.91],
    [{ mtbf: 100, checkpoint: 1, restart: 2, work: 1_000 }, 14.1421, 13.4833, 1179.38, 1179.198],
    [{ mtbf: 60, checkpoint: 2, restart: 5, work: 600 }, 15.4919, 14.1873, 854.903, 854.117],
  ])("of Young and Daly: %j", (setting, young, daly, atYoung, atDaly) => {
    expect(youngInterval(setting)).toBeCloseTo(young, 4)
    expect(dalyInterval(setting)).toBeCloseTo(daly, 4)
    expect(expectedRunTime({ ...setting, interval: youngInterval(setting) })).toBeCloseTo(atYoung, 2)
    expect(expectedRunTime({ ...setting, interval: dalyInterval(setting) })).toBeCloseTo(atDaly, 2)
  })

  it("the time of a run is its work, its checkpoints, what is lost of both, and restarts", () => {
    // No restarts and checkpoints that take no time: all the rest is work that was lost.
    const free = { work: 1_000, interval: 14, checkpoint: 0, mtbf: 100 }
    expect(expectedRunTime({ ...free, restart: 0 })).toBeCloseTo(1_000 + expectedWorkLost(free), 9)
  })
})

describe("run times", () => {
  it.each([5, 9, 14.1421, 25, 45])(
    "with an interval of %f s are Daly's within 3 %, and so is the work lost within 8 %",
    interval => {
      const setting = { work: 1_000, interval, checkpoint: 1, restart: 2, mtbf: 100 }
      const { runTime, lost } = measured(setting, 100)
      expect(Math.abs(runTime / expectedRunTime(setting) - 1)).toBeLessThan(0.03)
      // 100 runs meet some 1,200 failures.
      expect(Math.abs(lost / expectedWorkLost(setting) - 1)).toBeLessThan(0.08)
    },
  )

  it("are shortest at Young's interval, within 10 %, where checkpoints are short against the time between failures", () => {
    const setting = { work: 4_000, checkpoint: 0.5, restart: 0, mtbf: 400 }
    const young = youngInterval(setting)
    // By least squares a + b/τ + cτ, whose minimum is at sqrt(b/c).
    const points = [0.35, 0.6, 1, 1.7, 2.8].map(factor => {
      const interval = Math.round(1e4 * factor * young) / 1e4
      return { interval, ...measured({ ...setting, interval }, 60) }
    })
    const optimum = minimumOf(points)
    expect(Math.abs(optimum / young - 1)).toBeLessThan(0.1)
  })
})

/** The minimum of a + b/τ + cτ, fitted to run times by least squares. */
function minimumOf(points: readonly { readonly interval: number; readonly runTime: number }[]): number {
  const rows = points.map(({ interval, runTime }) => [1, 1 / interval, interval, runTime] as const)
  // Normal equations of three unknowns, by Cramer's rule.
  const sum = (i: number, j: number): number => rows.reduce((total, row) => total + row[i]! * row[j]!, 0)
  const matrix = [0, 1, 2].map(i => [0, 1, 2].map(j => sum(i, j)))
  const right = [0, 1, 2].map(i => sum(i, 3))
  const replaced = (column: number) => matrix.map((row, i) => row.map((value, j) => (j === column ? right[i]! : value)))
  return Math.sqrt(determinantOf(replaced(1)) / determinantOf(replaced(2)))
}

function determinantOf([a, b, c]: readonly (readonly number[])[]): number {
  const minor = (i: number, j: number): number => b![i]! * c![j]! - b![j]! * c![i]!
  return a![0]! * minor(1, 2) - a![1]! * minor(0, 2) + a![2]! * minor(0, 1)
}
