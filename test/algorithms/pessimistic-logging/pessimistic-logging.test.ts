/** Receiver-based pessimistic logging: one write a message, and nobody rolls back but the process that failed (Elnozahy et al. 2002, §4.1). */
import { describe, expect, it, test } from "vitest"
import { pessimisticLogging } from "../../../algorithms/pessimistic-logging/pessimistic-logging.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"
import { byNight } from "../../support/effort.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(pessimisticLogging, recovery, { fifo: true, ...options }, seed)

describe("costs", () => {
  it.each([2, 3, 5])(
    "n = %i: one write for each message, for which the receiver stands still, and no message",
    nodes => {
      const { figures } = run({
        nodes,
        latency: "10ms",
        syncLatency: "5ms",
        workload: { steps: 30, messages: "60%" },
        duration: "10s",
      }).outcome
      const messages = figures["computation_messages"]!
      expect(figures).toMatchObject({ log_writes: messages, bytes_stored: 1024 * messages, control_messages: 0 })
    },
  )

  it("a process stands still for 5 ms for each message until it has taken all steps: all of forty but the last", () => {
    const workload = { steps: 20, step: "1s", stepTimes: "constant", firstStep: "300ms", messages: "100%" } as const
    const options = {
      nodes: 2,
      latency: "10ms",
      parameters: { interval: "100s" },
      workload: { ...workload, receivers: "next" },
      duration: "30s",
    } as const
    const slow = run({ ...options, syncLatency: "5ms" }).outcome.figures
    expect(slow["standing_share"]! * slow["run_time"]! * 2).toBeCloseTo(5 * 39, 6)
    expect(run(options).outcome.figures["standing_share"]).toBe(0)
  })

  it("output waits for one write, and for nobody", () => {
    const workload = { steps: 20, messages: "0%", outputs: "100%" }
    const { figures } = run({ nodes: 4, syncLatency: "5ms", workload, duration: "10s" }).outcome
    expect(figures).toMatchObject({ outputs: 80, log_writes: 80, control_messages: 0 })
    // A second output during a write waits for the next.
    expect(figures["output_delay"]).toBeGreaterThanOrEqual(5)
    expect(figures["output_delay"]).toBeLessThan(6)
  })

  it.each([1, 2, 3, 7])(
    "n = %i: a recovery takes 2(n-1) messages, and no time but that to load the checkpoint",
    nodes => {
      const { messagesByType, outcome } = run({
        nodes,
        latency: "50ms",
        workload: { steps: 20, messages: "100%", restart: "7ms" },
        faults: [{ kind: "crash", target: { nodes: [0] }, at: 1_000_000, for: 1_000 }],
        duration: "30s",
      })
      expect(messagesByType).toMatchObject({ Restarted: nodes - 1, Known: nodes - 1 })
      expect(outcome.figures).toMatchObject({ control_messages: 2 * (nodes - 1), recovery_time: 1 + 7 })
    },
  )
})

it("rolls back no process but the one that failed, to its latest checkpoint", () => {
  for (const { seed, figures } of runsWithFailure(run)) {
    expect(figures, `seed ${seed}`).toMatchObject({ rollbacks: 0, untouched: 1, rollback_depth: 0, failures: 1 })
    expect(figures["work_lost"], `seed ${seed}`).toBeLessThanOrEqual(300)
  }
})

it("ends as an undisturbed run under crashes of any number of processes, during recoveries, too", () => {
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    const found = SAFETY_RUNS["pessimistic-logging"]!(seed)
    expect(found, `npm run soak -- --only pessimistic-logging --replay ${seed}`).toEqual([])
  }
})

test("after any number of failures no process rolls back that has not failed", () => {
  for (let seed = 1; seed <= byNight(30, 6); seed++) {
    const { figures } = run({ ...failures(seed), parameters: { interval: "40ms" } }, seed).outcome
    expect(figures["rollbacks"], `seed ${seed}`).toBe(0)
  }
})

test("does not survive links that lose messages: the next one is never received, and the computation does not end", () => {
  const faults = [{ kind: "loss", share: 0.2, at: 0, for: 2_000_000 }] as const
  const { outcome } = run({ nodes: 3, faults, workload: { steps: 20, deadline: "20s" }, duration: "20s" })
  expect(outcome.ok).toBe(0)
})
