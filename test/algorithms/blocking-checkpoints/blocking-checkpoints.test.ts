/** Blocking coordinated checkpoints: two phases, and a line that nothing goes back beyond (Koo and Toueg 1987). */
import { expect, it } from "vitest"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"
import { blockingCheckpoints } from "../../../algorithms/blocking-checkpoints/blocking-checkpoints.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(blockingCheckpoints, recovery, { fifo: true, ...options }, seed)

it.each([2, 3, 7])("n = %i: 3(n-1) messages for a line of checkpoints", nodes => {
  const workload = { steps: 20, step: "100ms", stepTimes: "constant", messages: "50%" } as const
  const { messagesByType, outcome } = run({ nodes, workload, parameters: { interval: "300ms" }, duration: "10s" })
  const lines = messagesByType["Request"]! / (nodes - 1)
  expect(lines).toBeGreaterThan(4)
  const each = (nodes - 1) * lines
  expect(messagesByType).toMatchObject({ Request: each, Taken: each, Commit: each })
  expect(outcome.figures["checkpoints"]).toBeGreaterThan(4 * nodes)
})

it("all stand still while they write, the coordinator for two delays more", () => {
  const { outcome } = run({
    nodes: 3,
    latency: "10ms",
    syncLatency: "50ms",
    workload: { steps: 1, step: "1s", stepTimes: "constant", messages: "0%" },
    parameters: { interval: "700ms" },
    duration: "5s",
  })
  // One line: the request leaves the coordinator when its own checkpoint is on the disk, and so does the commit with its own.
  expect(outcome.figures["run_time"]).toBeGreaterThanOrEqual(1_000 + 2 * 50 + 20)
})

it("every process goes back to the latest committed line, and none beyond it", () => {
  for (const { seed, figures } of runsWithFailure(run)) {
    // A line comes every 300 ms and takes at most four delays; the next one may be tentative.
    expect(figures["longest_rollback"], `seed ${seed}`).toBeLessThan(300 + 80 + 20)
    expect(figures["rollback_depth"]).toBeLessThanOrEqual(1)
    expect(figures["rollbacks"]).toBe(3)
  }
})

it("ends as an undisturbed run under crashes of any number of processes, during recoveries, too", () => {
  for (let seed = 1; seed <= randomRuns(300); seed++) {
    const found = SAFETY_RUNS["blocking-checkpoints"]!(seed)
    expect(found, `npm run soak -- --only blocking-checkpoints --replay ${seed}`).toEqual([])
  }
})
