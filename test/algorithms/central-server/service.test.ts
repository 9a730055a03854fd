/** The central server under the workload of the `mutual-exclusion` service: cost, delays, capacity, waiting, safety. */
import { describe, expect, it } from "vitest"
import { centralServer } from "../../../algorithms/central-server/central-server.ts"
import { cycle, meanWait } from "../../../algorithms/central-server/theory.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) => completeRun(centralServer, mutualExclusion, options, seed)

/** The server takes this long for each message. */
const busy = (nodes: number, serviceTime: number): readonly Fault[] =>
  serviceTime === 0 ? [] : [{ kind: "slow", target: { nodes: [nodes] }, serviceTime, at: 0 }]

describe("costs exactly 3 messages an entry", () => {
  it.each([3, 5, 7, 9])("n = %i, full contention and one requester", nodes => {
    for (const requesters of [0, 1]) {
      const { messages, messagesByRole, outcome } = run({ nodes, workload: { entries: 200, requesters } })
      expect(outcome.ok).toBe(200)
      expect(messages).toEqual({ protocol: 600, heartbeat: 0, retransmission: 0, client: 0 })
      expect(messagesByRole).toEqual({ server: 600 })
    }
  })

  it.each([3, 5, 7, 9])("and 4 of each request that waits, if the server says so, n = %i", nodes => {
    const { messages, messagesByType, outcome } = run({
      nodes,
      parameters: { answers: "queued" },
      workload: { entries: 200 },
    })
    expect(outcome.ok).toBe(200)
    // All but the first find the section taken.
    expect(messagesByType["Queued"]).toBe(199)
    expect(messages).toMatchObject({ protocol: 600 + 199, retransmission: 0 })
  })
})

describe("delays in one-way delays d", () => {
  it.each(["1ms", "10ms", "100ms"])("entry 2d, synchronisation delay 2d, d = %s", latency => {
    const d = Number.parseInt(latency, 10)
    const alone = run({ nodes: 5, latency, workload: { requesters: 1, entries: 3 }, duration: "10s" })
    expect(alone.outcome.figures["entry_delay"]).toBe(2 * d)
    const workload = { hold: "300ms", entries: 40, deadline: "1h" }
    const { outcome } = run({ nodes: 5, latency, workload, duration: "1min" })
    expect(outcome.ok).toBe(40)
    expect(outcome.figures["synchronisation_delay"]).toBe(2 * d)
    expect(outcome.figures["longest_synchronisation_delay"]).toBe(2 * d)
  })
})

describe("the server is the bottleneck: saturated, the cycle is max(S + 2d + s, 2s)", () => {
  it.each([
    [10, 0],
    [10, 4],
    [10, 20],
    [1, 4],
    [1, 20],
  ])("S = %i ms, s = %i ms, d = 5 ms", (hold, serviceTime) => {
    const nodes = 8
    const { outcome } = run({
      nodes,
      latency: "5ms",
      workload: { hold: `${hold}ms`, deadline: "1h" },
      faults: busy(nodes, serviceTime * 1_000),
      warmup: "5s",
      duration: "65s",
    })
    const each = cycle({ delay: 5, hold }, serviceTime)
    // But for the beginning, in which the server has all first requests to handle before the first release, and for the last.
    const missing = 60_000 / each - outcome.figures["throughput"]! * 60
    expect(Math.abs(missing)).toBeLessThanOrEqual(1 + (nodes * serviceTime) / each)
    // All of them wait in turn; a histogram keeps latencies to a thousandth.
    const isBusier = 2 * serviceTime >= hold + 10 + serviceTime
    const ratio = outcome.latency.percentile(0.5) / 1_000 / (nodes * each - hold)
    expect(isBusier || Math.abs(ratio - 1) < 0.0005).toBe(true)
  })
})

describe("independent requests wait as at M/D/1 with D = S + 2d", () => {
  it.each([
    [5, 10, 20],
    [2, 4, 50],
  ])(
    "d = %i ms, S = %i ms, %i requests a second: 2d + rD/(2(1-r)) within the interval of the mean",
    (delay, hold, rate) => {
      const means = Array.from({ length: 20 }, (_, index) => {
        const workload = { rate: `${rate}/s`, arrivals: "poisson", hold: `${hold}ms`, deadline: "1h" }
        // A request that its node keeps back behind another one waits no longer for that, on average.
        const { outcome } = run({ nodes: 5, latency: `${delay}ms`, workload, warmup: "2s", duration: "42s" }, index + 1)
        return outcome.latency.mean / 1_000
      })
      const mean = means.reduce((sum, each) => sum + each, 0) / means.length
      const variance = means.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (means.length - 1)
      // Student's t for 19 degrees of freedom, 99 %.
      const half = 2.861 * Math.sqrt(variance / means.length)
      const expected = meanWait({ delay, hold }, rate / 1_000)
      expect(Math.abs(mean - expected), `${mean} ±${half}, expected ${expected}`).toBeLessThanOrEqual(half)
    },
  )

  it("16.667 ms at d = 5 ms, S = 10 ms and 20 a second", () => {
    expect(meanWait({ delay: 5, hold: 10 }, 0.02)).toBeCloseTo(16.667, 3)
  })
})

it("is safe, live and fair with any delays, whatever the server tells those who wait", () => {
  for (let seed = 1; seed <= randomRuns(500); seed++) {
    expect(SAFETY_RUNS["central-server"]!(seed), `npm run soak -- --only central-server --replay ${seed}`).toEqual([])
  }
})

describe("what it does not survive", () => {
  it("the crash of the server: nobody is granted any more, and the outage says why", () => {
    const { outcome } = run({
      nodes: 5,
      workload: { deadline: "100ms" },
      faults: [{ kind: "crash", target: { nodes: [5] }, at: 1_000_000 }],
      duration: "3s",
    })
    expect(outcome.outages).toHaveLength(1)
    expect(outcome.outages[0]!.cause).toContain("crash of server")
    expect(outcome.outages[0]!.end).toBe(3_000_000)
    expect(violations(outcome)).toEqual([])
  })

  it("the restart of the server: two in the critical section", () => {
    const faults = Array.from({ length: 20 }, (_, index): Fault => {
      return { kind: "crash", target: { nodes: [5] }, at: (index + 1) * 500_000, for: 1_000 }
    })
    const found = run({ nodes: 5, workload: { hold: "100ms", think: "1s" }, faults, duration: "11s" })
    expect(violations(found).join()).toContain("mutual-exclusion")
  })

  it("a node that is cut off from the server waits, and nobody calls that unfair", () => {
    const faults: readonly Fault[] = [{ kind: "cut", links: [[0, 5]], at: 1_000_000, for: 2_000_000 }]
    const workload = { hold: "2ms", think: "20ms", starvation: 10, deadline: "200ms" }
    expect(violations(run({ nodes: 5, workload, faults, duration: "2s" }))).toEqual([])
  })
})
