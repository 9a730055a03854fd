// When processes checkpoint, and the closed forms of how far back they go.
import { describe, expect, test } from "vitest"
import { meanLongestRollback, theory, untouchedShare } from "../../../algorithms/uncoordinated-checkpoints/theory.ts"
import { uncoordinatedCheckpoints } from "../../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { completeRun } from "../../support/service-run.ts"
import { computation } from "../common/recovery/computation.ts"

describe("a checkpoint", () => {
  test("comes an interval after the one before, at the same time on all, and no more after the last step", () => {
    const cluster = computation(uncoordinatedCheckpoints, { program: { steps: 5 }, parameters: { interval: "2s" } })
    const latest = () => [0, 1, 2].map(node => cluster.disk(node).checkpoints.at(-1)!.index)
    cluster.runFor("1990ms")
    expect(latest()).toEqual([0, 0, 0])
    cluster.runFor("20ms")
    expect(latest()).toEqual([1, 1, 1])
    cluster.runFor("1980ms")
    expect(latest()).toEqual([1, 1, 1])
    cluster.runFor("20ms")
    expect(latest()).toEqual([2, 2, 2])
    // The timer that was set before the last step runs out after it.
    cluster.runFor("1min")
    expect([latest(), cluster.armed(1)]).toEqual([[3, 3, 3], []])
  })

  test("is not begun while another one is written: that after the last step, where there is output", () => {
    const cluster = computation(uncoordinatedCheckpoints, {
      program: { steps: 1, messages: 0, outputs: 1 },
      parameters: { interval: "1000500us" },
    })
    cluster.runUntil(() => cluster.state(1).mode === "writing")
    cluster.runFor("1min")
    expect(cluster.disk(1).checkpoints.map(({ index }) => index)).toEqual([1])
    expect(cluster.replies.map(({ client }) => client).toSorted((a, b) => a - b)).toEqual([0, 1, 2])
  })

  test("comes at random times, exponentially distributed with the interval as their mean, if they are to be", () => {
    const [even, random] = ["even", "random"].map(spacing => {
      const { outcome } = completeRun(uncoordinatedCheckpoints, recovery, {
        nodes: 1,
        fifo: true,
        parameters: { interval: "1s", spacing },
        workload: { steps: 400, step: "1s", stepTimes: "constant", messages: "0%" },
        duration: "600s",
      })
      return outcome.figures["checkpoints"]!
    })
    // The last step ends when it would be time for one more.
    expect(even).toBe(399)
    // With a standard deviation of 20.
    expect(Math.abs(random! - 400)).toBeLessThan(60)
    expect(random).not.toBe(even)
  })
})

test("closed forms of the longest rollback, and of those who do not roll back", () => {
  expect(meanLongestRollback(1, 1)).toBe(1.5)
  expect(meanLongestRollback(2, 8)).toBe(1.5)
  expect(meanLongestRollback(0.5, 3)).toBe(8)
  expect([untouchedShare(1, 1), untouchedShare(1, 3), untouchedShare(3, 1)]).toEqual([0.5, 0.25, 0.75])
  expect(theory.figures!.map(({ figure, parameters }) => [figure, parameters])).toEqual([
    ["run_time", { spacing: "even" }],
    ["work_lost", { spacing: "even" }],
  ])
})
