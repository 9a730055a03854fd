/** Chandy and Lamport's snapshots: markers, what channels hold, and a line that nothing goes back beyond (1985, §3). */
import { expect, it } from "vitest"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"
import { chandyLamport } from "../../../algorithms/chandy-lamport/chandy-lamport.ts"
import { collectingMessagesOf, markersOf, recordedMessages } from "../../../algorithms/chandy-lamport/theory.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { byNight } from "../../support/effort.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(chandyLamport, recovery, { fifo: true, ...options }, seed)

it.each([2, 3, 5, 7])("n = %i: n(n-1) markers a snapshot, and 2(n-1) messages to learn that it is complete", nodes => {
  const workload = { steps: 20, step: "100ms", stepTimes: "constant", messages: "50%" } as const
  const { messagesByType } = run({ nodes, workload, parameters: { interval: "300ms" }, duration: "10s" })
  const snapshots = messagesByType["Complete"]! / (nodes - 1)
  expect(snapshots).toBeGreaterThan(4)
  expect(messagesByType).toMatchObject({
    Marker: snapshots * markersOf(nodes),
    Recorded: (snapshots * collectingMessagesOf(nodes)) / 2,
  })
})

it("records, on average, the messages that are sent in one delay", () => {
  // 4 processes send 1 message in 50 ms each: 80 in a second, and 8 of them on their way at any time.
  const payload = 1
  let recorded = 0
  let snapshots = 0
  for (let seed = 1; seed <= byNight(20, 4); seed++) {
    const { outcome } = run(
      {
        nodes: 4,
        latency: "100ms",
        parameters: { interval: "300ms" },
        workload: { steps: 200, step: "50ms", messages: "100%", image: "0B", payload: `${payload}B` },
        duration: "8s",
      },
      seed,
    )
    recorded += outcome.figures["bytes_stored"]!
    snapshots += outcome.figures["checkpoints"]! / 4
  }
  // Some 20 x 18 snapshots; the last of a run are taken when some have taken all steps.
  expect(Math.abs(recorded / snapshots - recordedMessages(80, 0.1))).toBeLessThan(0.8)
})

it("every process goes back to the latest complete snapshot, and none beyond it", () => {
  for (const { seed, figures } of runsWithFailure(run)) {
    // A snapshot comes every 300 ms and takes at most four delays; the next one may be under way.
    expect(figures["longest_rollback"], `seed ${seed}`).toBeLessThan(300 + 2 * 80)
    expect(figures["rollback_depth"]).toBeLessThanOrEqual(1)
    expect(figures["rollbacks"]).toBe(3)
  }
})

it("does not survive links that reorder: a message that overtakes a marker is sent after the snapshot and received before it", () => {
  const found = Array.from({ length: 10 }, (_, seed) =>
    violations(
      run(
        {
          nodes: 4,
          fifo: false,
          latency: { model: "uniform", min: 1_000, max: 60_000 },
          parameters: { interval: "100ms" },
          workload: { steps: 40, step: "50ms", messages: "80%" },
          faults: [{ kind: "crash", target: { nodes: [0] }, at: 1_000_000, for: 1 }],
          duration: "8s",
        },
        seed,
      ),
    ).join(),
  )
  expect(found.join()).toContain("in the order in which they were sent")
})

it("ends as an undisturbed run under crashes of any number of processes, during recoveries, too", () => {
  for (let seed = 1; seed <= randomRuns(300); seed++) {
    const found = SAFETY_RUNS["chandy-lamport"]!(seed)
    expect(found, `npm run soak -- --only chandy-lamport --replay ${seed}`).toEqual([])
  }
})
