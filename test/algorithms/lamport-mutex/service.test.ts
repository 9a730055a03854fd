/** Lamport's mutual exclusion under the workload of the `mutual-exclusion` service: cost, delays, safety, liveness. */
import { describe, expect, it } from "vitest"
import { lamportMutex } from "../../../algorithms/lamport-mutex/lamport-mutex.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(lamportMutex, mutualExclusion, { fifo: true, ...options }, seed)

describe("costs exactly 3(n-1) messages an entry", () => {
  it.each([3, 5, 7, 9])("n = %i, full contention", nodes => {
    const { messages, messagesByType, outcome } = run({ nodes, workload: { entries: 200 } })
    expect(outcome.ok).toBe(200)
    expect(messages).toEqual({ protocol: 200 * 3 * (nodes - 1), heartbeat: 0, retransmission: 0, client: 0 })
    const each = 200 * (nodes - 1)
    expect(messagesByType).toEqual({ Request: each, Acknowledge: each, Release: each })
  })

  it.each([3, 5, 7, 9])("n = %i, one requester", nodes => {
    const { messages, outcome } = run({ nodes, workload: { entries: 50, requesters: 1 } })
    expect(outcome.ok).toBe(50)
    expect(messages.protocol).toBe(50 * 3 * (nodes - 1))
  })
})

describe("delays in one-way delays d", () => {
  it.each(["1ms", "10ms", "100ms"])("entry 2d, synchronisation delay d, d = %s", latency => {
    const d = Number.parseInt(latency, 10)
    const alone = run({ nodes: 5, latency, workload: { requesters: 1, entries: 3 }, duration: "10s" })
    expect(alone.outcome.figures["entry_delay"]).toBe(2 * d)
    expect(alone.outcome.latency.max).toBe(2_000 * d)
    const workload = { hold: "300ms", entries: 40, deadline: "1h" }
    const { outcome } = run({ nodes: 5, latency, workload, duration: "1min" })
    expect(outcome.ok).toBe(40)
    expect(outcome.figures["synchronisation_delay"]).toBe(d)
    expect(outcome.figures["longest_synchronisation_delay"]).toBe(d)
  })
})

it("is safe, live, fair and in timestamp order on FIFO links of any delays that duplicate, acknowledging always or not", () => {
  for (let seed = 1; seed <= randomRuns(1_000); seed++) {
    expect(SAFETY_RUNS["lamport-mutex"]!(seed), `npm run soak -- --only lamport-mutex --replay ${seed}`).toEqual([])
  }
})

describe("what it does not survive", () => {
  it("links that reorder: two in the critical section at once", () => {
    const latency = { model: "exponential", floor: 100, mean: 4_000 } as const
    const options = { nodes: 4, latency, workload: { hold: "2ms", think: "10ms" }, duration: "2s" }
    expect(violations(run({ ...options, fifo: false })).join()).toContain("mutual-exclusion")
    expect(violations(run(options))).toEqual([])
  })

  it("the crash of an idle process: from then on nobody is granted, and the outage says why", () => {
    const { outcome } = run({
      nodes: 5,
      workload: { requesters: 4, deadline: "100ms" },
      faults: [{ kind: "crash", target: { nodes: [4] }, at: 1_000_000 }],
      duration: "3s",
    })
    expect(outcome.outages).toHaveLength(1)
    expect(outcome.outages[0]!.cause).toContain("crash of node 4")
    expect(outcome.outages[0]!.end).toBe(3_000_000)
    expect(violations(outcome)).toEqual([])
  })
})
