/** Uncoordinated checkpoints under the computation of the `recovery` service. */
import { describe, expect, it, test } from "vitest"
import { uncoordinatedCheckpoints } from "../../../algorithms/uncoordinated-checkpoints/uncoordinated-checkpoints.ts"
import { meanLongestRollback, untouchedShare } from "../../../algorithms/uncoordinated-checkpoints/theory.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(uncoordinatedCheckpoints, recovery, { fifo: true, ...options }, seed)

const crash = (node: number, at: number) => ({ kind: "crash", target: { nodes: [node] }, at, for: 1_000 }) as const

describe("messages", () => {
  it.each([1, 2, 3, 7])("n = %i: none for checkpoints, 5(n-1) for a recovery", nodes => {
    const workload = { steps: 20, messages: "100%" }
    const quiet = run({ nodes, workload, parameters: { interval: "300ms" }, duration: "10s" })
    expect(quiet.outcome.figures["control_messages"]).toBe(0)
    expect(quiet.outcome.figures["checkpoints"]).toBeGreaterThan(nodes)
    const failed = run({ nodes, workload, faults: [crash(0, 1_000_000)], duration: "30s" })
    const each = nodes - 1
    const counts = { Stop: each, Stopped: each, RollBack: each, RolledBack: each, Resume: each }
    expect(failed.messagesByType).toMatchObject(counts)
    expect(failed.outcome.figures["control_messages"]).toBe(5 * each)
  })

  it("3(n-1) for output, after each checkpoint", () => {
    const workload = { steps: 20, messages: "0%", outputs: "100%" }
    const { messagesByType, outcome } = run({ nodes: 4, workload, parameters: { interval: "250ms" }, duration: "10s" })
    const { checkpoints } = outcome.figures
    expect(messagesByType).toMatchObject({ Ask: 3 * checkpoints!, Stable: 3 * checkpoints!, Safe: 3 * checkpoints! })
    expect(outcome.figures).toMatchObject({ outputs: 80, repeated_outputs: 0 })
  })
})

describe("time", () => {
  it("a recovery takes two delays to learn the states, and then two delays or the time to load, if that is longer", () => {
    const { outcome } = run({
      nodes: 3,
      latency: "10ms",
      workload: { steps: 50, messages: "0%", restart: "70ms" },
      faults: [crash(0, 2_000_000)],
      duration: "20s",
    })
    // The process is down for 1 ms.
    expect(outcome.figures["recovery_time"]).toBe(1 + 20 + 70)
  })

  it("a process stands still while the disk writes the blocks of its state", () => {
    const { outcome } = run({
      nodes: 1,
      syncLatency: "10ms",
      workload: { steps: 1, step: "1s", stepTimes: "constant", image: "3MiB" },
      parameters: { interval: "300ms" },
      duration: "3s",
    })
    expect(outcome.figures).toMatchObject({ checkpoints: 3, run_time: 1_090, bytes_stored: 9 * 2 ** 20 })
  })
})

it("a recovery ends, whenever a line that is told again meets the answer to it", () => {
  // The second telling comes 80 ms after the first: for 60 < restart <= 80 it arrives at a process that has loaded its checkpoint just before.
  for (const restart of [50, 60, 65, 70, 75, 80, 85, 170]) {
    const { outcome } = run({
      nodes: 2,
      latency: "10ms",
      parameters: { interval: "300ms", retryInterval: "100ms" },
      workload: { steps: 20, step: "100ms", messages: "100%", restart: `${restart}ms` },
      faults: [crash(0, 1_000_000)],
      duration: "10s",
    })
    expect(outcome.ok, `restart ${restart} ms`).toBe(1)
  }
})

describe("the domino effect", () => {
  const domino = (faultAt: number, delay = "250ms") =>
    run({
      nodes: 2,
      latency: delay,
      parameters: { interval: "2s", spacing: "staggered" },
      workload: {
        steps: 6,
        step: "2s",
        stepTimes: "constant",
        firstStep: "250ms",
        messages: "100%",
        receivers: "next",
      },
      faults: [crash(0, faultAt)],
      duration: "30s",
    }).outcome.figures

  it("sends both processes back to the beginning, past four checkpoints each", () => {
    expect(domino(8_700_000)).toMatchObject({ rollbacks: 1, back_to_start: 1, rollback_depth: 4, untouched: 0 })
  })

  it("does not come about where messages take longer", () => {
    expect(domino(8_700_000, "1s")).toMatchObject({ back_to_start: 0, rollback_depth: 0 })
  })

  it("of random checkpoints is (m + 2c)/(2c²) deep on average, and leaves the other untouched with c/(c + m)", () => {
    const runs = 300
    let longest = 0
    let untouched = 0
    for (let seed = 1; seed <= runs; seed++) {
      const { figures } = run(
        {
          nodes: 2,
          latency: { model: "constant", delay: 1 },
          parameters: { interval: "1s", spacing: "random" },
          workload: { steps: 60, step: "1s", messages: "100%" },
          faults: [crash(0, 20_000_000)],
          duration: "21s",
        },
        seed,
      ).outcome
      longest += figures["longest_rollback"]! / 1_000 / runs
      untouched += figures["untouched"]! / runs
    }
    // Standard errors of 300 runs: 0.09 and 0.029.
    expect(Math.abs(longest - meanLongestRollback(1, 1))).toBeLessThan(0.27)
    expect(Math.abs(untouched - untouchedShare(1, 1))).toBeLessThan(0.087)
  })
})

it("ends as an undisturbed run under crashes of any number of processes, during recoveries, too", () => {
  for (let seed = 1; seed <= randomRuns(300); seed++) {
    expect(
      SAFETY_RUNS["uncoordinated-checkpoints"]!(seed),
      `npm run soak -- --only uncoordinated-checkpoints --replay ${seed}`,
    ).toEqual([])
  }
})

test("does not survive links that lose messages: a process finds a gap, and halts", () => {
  const faults = [{ kind: "loss", share: 0.2, at: 0, for: 2_000_000 }] as const
  const { outcome } = run({ nodes: 3, faults, workload: { steps: 20, deadline: "20s" }, duration: "20s" })
  expect(outcome.ok).toBe(0)
  expect(violations(outcome).join()).toContain("in the order in which they were sent")
})
