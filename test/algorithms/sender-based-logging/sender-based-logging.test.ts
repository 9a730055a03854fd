/** Sender-based logging: two messages for each, nothing on disks, and one failure at a time (Johnson and Zwaenepoel 1987). */
import { describe, expect, it, test } from "vitest"
import { senderBasedLogging } from "../../../algorithms/sender-based-logging/sender-based-logging.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, runService, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { failures } from "../common/recovery/random-failures.ts"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(senderBasedLogging, recovery, { fifo: true, ...options }, seed)

describe("costs", () => {
  it.each([2, 3, 5])("n = %i: two messages for each, and nothing on the disk", nodes => {
    const workload = { steps: 30, messages: "60%" }
    const { messagesByType, outcome } = run({ nodes, latency: "10ms", syncLatency: "5ms", workload, duration: "10s" })
    const messages = outcome.figures["computation_messages"]!
    expect(messagesByType).toMatchObject({ Application: messages, Ack: messages, Confirm: messages })
    expect(outcome.figures).toMatchObject({ log_writes: 0, bytes_stored: 0, standing_share: 0 })
  })

  it("a process sends nothing for two delays after it has received a message, and output waits, too", () => {
    // Process 0 receives at 500 + 40 ms, is fully logged at 620 ms, and would have committed its output at 600 ms.
    const { figures } = run({
      nodes: 2,
      latency: "40ms",
      workload: { steps: 1, step: "600ms", stepTimes: "constant", messages: "0%", outputs: "100%" },
      duration: "10s",
    }).outcome
    expect(figures["output_delay"]).toBe(0)
    const options = {
      nodes: 2,
      latency: "40ms",
      workload: { steps: 40, step: "50ms", stepTimes: "constant", messages: "50%", outputs: "50%" },
      duration: "10s",
    } as const
    const delays = [1, 2, 3].map(seed => run(options, seed).outcome.figures["output_delay"]!)
    expect(Math.max(...delays)).toBeLessThanOrEqual(80)
    expect(Math.min(...delays)).toBeGreaterThan(10)
  })

  it.each([2, 3, 7])("n = %i: a recovery takes 2(n-1) messages, and two delays or the time to load", nodes => {
    const options = {
      nodes,
      latency: "50ms",
      workload: { steps: 20, messages: "100%", restart: "7ms" },
      faults: [{ kind: "crash", target: { nodes: [0] }, at: 1_000_000, for: 1_000 }],
      duration: "30s",
    } as const
    const { messagesByType, outcome } = run(options)
    expect(messagesByType).toMatchObject({ Restarted: nodes - 1, Known: nodes - 1 })
    expect(outcome.figures["recovery_time"]).toBe(1 + 2 * 50)
    const slow = run({ ...options, workload: { ...options.workload, restart: "300ms" } })
    expect(slow.outcome.figures["recovery_time"]).toBe(1 + 300)
  })
})

it("rolls back no process but the one that failed, to its latest checkpoint", () => {
  for (const { seed, figures } of runsWithFailure(run)) {
    expect(figures, `seed ${seed}`).toMatchObject({ rollbacks: 0, untouched: 1, failures: 1 })
    // A checkpoint waits until nothing is withheld.
    expect(figures["work_lost"], `seed ${seed}`).toBeLessThan(300 + 200)
  }
})

it("ends as an undisturbed run where one process fails at a time", () => {
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    const found = SAFETY_RUNS["sender-based-logging"]!(seed)
    expect(found, `npm run soak -- --only sender-based-logging --replay ${seed}`).toEqual([])
  }
})

test("does not survive a sender and a receiver that fail together: the order of receipts is lost with both", () => {
  const found = Array.from({ length: 60 }, (_, seed) => {
    const result = runService(
      senderBasedLogging,
      recovery,
      { ...failures(seed), parameters: { interval: "40ms" } },
      seed,
    )
    return result.status === "failed" ? result.reason : violations(result).join()
  }).join()
  expect(found).toContain("which has sent another in its place")
})
