/** Optimistic logging: writes of many messages together, orphans that roll back, output that waits (Strom and Yemini 1985). */
import { describe, expect, it, test } from "vitest"
import { optimisticLogging } from "../../../algorithms/optimistic-logging/optimistic-logging.ts"
import { messagesOfFailure } from "../../../algorithms/optimistic-logging/theory.ts"
import { recovery } from "../../../services/recovery/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"
import { runsWithFailure } from "../common/recovery/runs-with-failure.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(optimisticLogging, recovery, { fifo: true, ...options }, seed)

const crash = (node: number, at: number) => ({ kind: "crash", target: { nodes: [node] }, at, for: 1_000 }) as const

describe("costs", () => {
  // Two processes that send each other a message a second: 40 to each, of which the last comes at the end.
  const steady = {
    nodes: 2,
    latency: "10ms",
    syncLatency: "5ms",
    workload: { steps: 41, step: "1s", stepTimes: "constant", firstStep: "300ms", messages: "100%", receivers: "next" },
    duration: "50s",
  } as const

  it.each([
    [1, 81],
    [3, 26],
    [10, 8],
    [40, 2],
  ])("a write for %i messages, and no process stands still for it", (batch, writes) => {
    const { outcome } = run({ ...steady, parameters: { interval: "100s", batch, flushInterval: "100s" } })
    expect(outcome.figures).toMatchObject({ control_messages: 0, standing_share: 0 })
    // ⌊M/b⌋ of the M messages that each process receives, 41 and 40 before the end; what is left then is not written.
    expect(outcome.figures["log_writes"]).toBe(writes)
  })

  it("writes them after a time, too", () => {
    const { figures } = run({
      ...steady,
      parameters: { interval: "100s", batch: 1_000, flushInterval: "3500ms" },
    }).outcome
    // Four messages come in 3.5 s, and the timer starts with the first.
    expect(figures).toMatchObject({ log_writes: 20, bytes_stored: 80 * 1024 })
  })

  it("output waits until all that it depends on is written: two messages for each process, and a write", () => {
    const { messagesByType, outcome } = run({
      nodes: 2,
      latency: "10ms",
      syncLatency: "5ms",
      parameters: { batch: 1_000, flushInterval: "100s" },
      workload: { steps: 30, step: "100ms", messages: "50%", outputs: "10%" },
      duration: "10s",
    })
    const { figures } = outcome
    expect(messagesByType["Ask"]).toBeGreaterThan(0)
    expect(messagesByType["Stable"]).toBe(messagesByType["Ask"])
    expect(figures["control_messages"]).toBe(2 * messagesByType["Ask"]!)
    // At most there, its write, back, and where the process is in its output.
    expect(figures["output_delay"]).toBeLessThanOrEqual(10 + 10 + 10 + 10)
    expect(figures["output_delay"]).toBeGreaterThan(5)
  })
})

describe("orphans", () => {
  const chain = (batch: number, failsAt: number) =>
    run({
      nodes: 3,
      latency: "10ms",
      parameters: { batch, flushInterval: "100s" },
      workload: {
        steps: 8,
        step: "900ms",
        stepTimes: "constant",
        firstStep: "300ms",
        messages: "100%",
        receivers: "next",
      },
      faults: [crash(0, failsAt)],
      duration: "30s",
    })

  it("roll back where what they depend on was not written: all the way round a ring", () => {
    const { messagesByType, outcome } = chain(1_000, 4_000_000)
    expect(outcome.figures).toMatchObject({ rollbacks: 2, untouched: 0, back_to_start: 1 })
    // The failed process and each orphan announce their ends to two others, who answer.
    expect(messagesByType["Restarted"]! + messagesByType["Known"]!).toBe(messagesOfFailure(3, 2))
  })

  it("do not come about where all has been written", () => {
    const { messagesByType, outcome } = chain(1, 4_000_000)
    expect(outcome.figures).toMatchObject({ rollbacks: 0, untouched: 1 })
    expect(messagesByType["Restarted"]! + messagesByType["Known"]!).toBe(messagesOfFailure(3, 0))
  })

  it("roll back no further than to what they received from the lost states", () => {
    for (const { seed, figures } of runsWithFailure((options, each) =>
      run({ ...options, parameters: { interval: "300ms", batch: 5 } }, each),
    )) {
      expect(figures["back_to_start"], `seed ${seed}`).toBe(0)
      // Not beyond the latest checkpoint before the first message that depends on what was lost since the last write.
      expect(figures["longest_rollback"], `seed ${seed}`).toBeLessThan(1_500)
    }
  })

  test("are found, in some runs and not in others", () => {
    const counts = [...runsWithFailure(run)].map(({ figures }) => figures["rollbacks"]!)
    expect(Math.max(...counts)).toBeGreaterThan(0)
    expect(Math.min(...counts)).toBe(0)
  })
})

it("ends as an undisturbed run under crashes of any number of processes, during recoveries, too", () => {
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    const found = SAFETY_RUNS["optimistic-logging"]!(seed)
    expect(found, `npm run soak -- --only optimistic-logging --replay ${seed}`).toEqual([])
  }
})
