/** The token ring under the workload of the `mutual-exclusion` service: cost, waits, safety, liveness, faults. */
import { describe, expect, it } from "vitest"
import { entriesPerRound, hops, meanWait, meanWaitThinking } from "../../../algorithms/token-ring/theory.ts"
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { Liveness } from "../../support/liveness.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"
import { judge, SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { waitAndCost } from "./wait-and-cost.ts"

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(tokenRing, mutualExclusion, { fifo: true, ...options }, seed)

const SECOND = 1_000_000

describe("costs", () => {
  it.each([3, 5, 7, 9])("under full contention 1 message an entry, n = %i", nodes => {
    const { messages, outcome } = run({ nodes, workload: { entries: 200 } })
    expect(outcome.ok).toBe(200)
    // The first of them enters before the first step; once the last has entered, the token goes round once more.
    const messagesOf = (entries: number) => run({ nodes, workload: { entries } }).messages.protocol
    expect(messages.protocol - messagesOf(100)).toBe(100)
  })

  it.each([3, 5, 7, 9])("one requester n messages an entry, n = %i", nodes => {
    for (const think of ["0ms", "20ms"]) {
      const { messages, outcome } = run({ nodes, workload: { entries: 50, requesters: 1, think }, duration: "10s" })
      expect(outcome.ok).toBe(50)
      // Once the last has entered, the token goes round once more.
      expect(messages.protocol).toBeLessThanOrEqual(50 * nodes)
      expect(messages.protocol).toBeGreaterThanOrEqual(49 * nodes)
    }
  })
})

describe.each([3, 5, 7, 9])("under full contention, n = %i", nodes => {
  it("the next enters after d, each waits n(S+d) - S, and all have the same share", () => {
    const [d, S] = [10, 30]
    const { outcome } = run({ nodes, latency: `${d}ms`, workload: { hold: `${S}ms` }, warmup: "2s", duration: "20s" })
    expect(outcome.figures["synchronisation_delay"]).toBe(d)
    expect(outcome.figures["longest_synchronisation_delay"]).toBe(d)
    expect(outcome.latency.max).toBe((nodes * (S + d) - S) * 1_000)
    expect(outcome.latency.percentile(0.5) / outcome.latency.max).toBeCloseTo(1, 2)
    expect(outcome.figures["fairness"]).toBeCloseTo(1, 3)
  })
})

describe("the closed forms of waiting at S = d = 10 ms (REFERENCES-2 §1)", () => {
  const ring = (nodes: number) => ({ nodes, delay: 10, hold: 10 })

  it("Poisson arrivals: 45 ms and 4 messages at 20/s with n = 5, nd/2 and many if hardly any, none if too many", () => {
    expect(meanWait(ring(5), 0.02)).toBeCloseTo(45, 9)
    expect(hops(ring(5), 0.02)).toBeCloseTo(4, 9)
    expect(meanWait(ring(5), 1e-9)).toBeCloseTo(25, 5)
    expect(hops(ring(5), 1e-3)).toBeCloseTo(99, 9)
    expect(meanWait(ring(5), 0.05)).toBe(Infinity)
    expect(hops(ring(5), 0.2)).toBe(1)
  })

  it.each([
    [3, 19.702, 3.3234],
    [5, 39.878, 1.9976],
    [7, 65.452, 1.5065],
  ])("%i nodes that think for 100 ms: %f ms and %f messages (Mack)", (nodes, wait, messages) => {
    expect(meanWaitThinking(ring(nodes), 100)).toBeCloseTo(wait, 3)
    expect(nodes / entriesPerRound(ring(nodes), 100)).toBeCloseTo(messages, 4)
  })

  it("nodes that hardly think wait as under full contention, those that think long nd/2", () => {
    expect(meanWaitThinking(ring(9), 1e-3)).toBeCloseTo(9 * 20 - 10, 2)
    expect(meanWaitThinking(ring(9), 1e7)).toBeCloseTo(45, 2)
  })
})

it("under Poisson arrivals, 20/s in all, n = 5: waits 45 ms on average and costs 4 messages an entry", () => {
  const { wait, cost } = waitAndCost(5, { rate: "20/s", arrivals: "poisson" })
  // (aS² + d(n+r)) / 2(1-r-ad), and (1-r)/(ad)
  expect(Math.abs(wait.mean - 45)).toBeLessThan(wait.margin)
  expect(wait.margin).toBeLessThan(5)
  expect(Math.abs(cost.mean - 4)).toBeLessThan(cost.margin)
  expect(cost.margin).toBeLessThan(0.3)
})

// Mack 1957: a closed system, each node thinks for 100 ms on average (exponential) after it has left.
it.each([
  [3, 19.702, 3.3234],
  [5, 39.878, 1.9976],
  [7, 65.452, 1.5065],
])("%i nodes that think in between wait %f ms on average, and cost %f messages an entry", (nodes, wait, messages) => {
  const measured = waitAndCost(nodes, { think: "100ms", thinkTimes: "exponential" })
  expect(Math.abs(measured.wait.mean - wait)).toBeLessThan(measured.wait.margin)
  expect(measured.wait.margin).toBeLessThan(wait / 20)
  expect(Math.abs(measured.cost.mean - messages)).toBeLessThan(measured.cost.margin)
  expect(measured.cost.margin).toBeLessThan(messages / 20)
})

it("is safe whatever is lost, duplicated or cut off on FIFO links of any delays, and serves all in the end", () => {
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    expect(SAFETY_RUNS["token-ring"]!(seed), `npm run soak -- --only token-ring --replay ${seed}`).toEqual([])
  }
})

it("repaired, is safe under crashes and returns while delays keep their bound, and serves all afterwards", () => {
  const { scenario } = RANDOM_SCENARIOS["token-ring/repair"]!
  for (let seed = 1; seed <= randomRuns(100); seed++) {
    const liveness = new Liveness({ from: 4 * SECOND, operations: "all", patience: SECOND })
    const result = simulate(scenario(seed), seed, { observer: event => liveness.observe(event) })
    expect([...judge(result), ...liveness.findings()], `seed ${seed}`).toEqual([])
  }
})

describe("what it does not survive", () => {
  const crash = [{ kind: "crash", target: { nodes: [4] }, at: SECOND }] as const

  it("the crash of a bystander: nobody is granted any more, unless the ring is repaired", () => {
    const workload = { requesters: 4, deadline: "100ms" }
    const plain = run({ nodes: 5, workload, faults: crash, duration: "3s" })
    expect(plain.outcome.outages[0]!.cause).toContain("crash of node 4")
    expect(plain.outcome.outages.at(-1)!.end).toBe(3 * SECOND)
    expect(violations(plain)).toEqual([])
    const repaired = run({ nodes: 5, workload, parameters: { repair: true }, faults: crash, duration: "3s" })
    expect(repaired.outcome.availability).toBe(1)
  })

  it("links that do not keep the order: two tokens", () => {
    const found = Array.from({ length: 5 }, (_, index) =>
      violations(
        run(
          {
            nodes: 4,
            fifo: false,
            latency: { model: "exponential", floor: 100, mean: 10_000 },
            parameters: { regenerationTimeout: "20ms" },
            workload: { hold: "5ms" },
            duration: "10s",
          },
          index + 1,
        ),
      ),
    )
    expect(found.join()).toContain("mutual-exclusion")
  })

  it("repaired: a partition, which leaves a token on each side", () => {
    const faults = [
      {
        kind: "partition",
        sides: [
          [0, 1],
          [2, 3, 4],
        ],
        at: SECOND,
        for: SECOND,
      },
    ] as const
    const options = { nodes: 5, workload: { hold: "5ms", deadline: "500ms" }, faults, duration: "3s" }
    const parameters = { regenerationTimeout: "200ms" }
    expect(violations(run({ ...options, parameters: { ...parameters, repair: true } })).join()).toContain(
      "mutual-exclusion",
    )
    expect(violations(run({ ...options, parameters }))).toEqual([])
  })

  it("repaired: an ackTimeout below a round trip, for which live nodes are skipped", () => {
    const parameters = { repair: true, ackTimeout: "12ms" }
    const { outcome } = run({ nodes: 5, latency: "10ms", parameters, workload: { hold: "5ms" }, duration: "10s" })
    expect(violations(outcome).join()).toContain("mutual-exclusion")
  })
})
