/** Ricart-Agrawala under the workload of the `mutual-exclusion` service: cost, delays, safety, liveness, fairness. */
import { describe, expect, it } from "vitest"
import { ricartAgrawala } from "../../../algorithms/ricart-agrawala/ricart-agrawala.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { byNight } from "../../support/effort.ts"

const SEEDS = byNight(2_000, 400)

const run = (options: ServiceRunOptions, seed?: number) => completeRun(ricartAgrawala, mutualExclusion, options, seed)

describe("costs exactly 2(n-1) messages an entry", () => {
  it.each([3, 5, 7, 9])("n = %i, full contention", nodes => {
    const { messages, messagesByType, outcome } = run({ nodes, workload: { entries: 200 } })
    expect(outcome.ok).toBe(200)
    expect(messages).toEqual({ protocol: 200 * 2 * (nodes - 1), heartbeat: 0, retransmission: 0, client: 0 })
    expect(messagesByType).toEqual({ Request: 200 * (nodes - 1), Reply: 200 * (nodes - 1) })
  })

  it.each([3, 5, 7, 9])("n = %i, one requester", nodes => {
    const { messages, outcome } = run({ nodes, workload: { entries: 50, requesters: 1 } })
    expect(outcome.ok).toBe(50)
    expect(messages.protocol).toBe(50 * 2 * (nodes - 1))
  })
})

describe("delays in one-way delays d", () => {
  it.each(["1ms", "10ms", "100ms"])("an uncontended entry takes 2d, d = %s", latency => {
    const { outcome } = run({ nodes: 5, latency, workload: { requesters: 1, entries: 3 }, duration: "10s" })
    expect(outcome.figures["entry_delay"]).toBe(2 * Number.parseInt(latency, 10))
    expect(outcome.figures["contended"]).toBe(0)
    expect(outcome.latency.max).toBe(2_000 * Number.parseInt(latency, 10))
  })

  it.each(["1ms", "10ms", "100ms"])("the synchronisation delay under contention is d, d = %s", latency => {
    const { outcome } = run({
      nodes: 5,
      latency,
      workload: { hold: "300ms", entries: 40, deadline: "1h" },
      duration: "1min",
    })
    expect(outcome.ok).toBe(40)
    expect(outcome.figures["synchronisation_delay"]).toBe(Number.parseInt(latency, 10))
    expect(outcome.figures["longest_synchronisation_delay"]).toBe(Number.parseInt(latency, 10))
  })
})

describe("safety, liveness and fairness", () => {
  it(`hold for ${SEEDS} seeds on networks that delay, reorder and duplicate`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const result = run(
        {
          nodes: 2 + (seed % 6),
          latency: { model: "exponential", floor: 100, mean: 2_000 },
          duplication: seed % 2 === 0 ? 0.2 : 0,
          workload: {
            hold: "500us",
            think: seed % 3 === 0 ? "0ms" : "5ms",
            starvation: 2 * (2 + (seed % 6)),
            deadline: "1s",
          },
          duration: "60ms",
        },
        seed,
      )
      expect(violations(result), `seed ${seed}`).toEqual([])
      expect(result.outcome.availability, `seed ${seed}`).toBe(1)
      expect(result.outcome.ok, `seed ${seed}`).toBeGreaterThan(2)
    }
  })

  it("under full contention everyone gets the same share, and nobody is overtaken twice by the same node", () => {
    const { outcome } = run({ nodes: 5, duration: "5s" })
    expect(outcome.figures["fairness"]).toBeCloseTo(1, 5)
    expect(outcome.figures["most_overtaken"]).toBeLessThanOrEqual(2 * 4)
  })
})

describe("what it does not survive", () => {
  it("the crash of an idle node: from then on nobody is granted, and the outage says why", () => {
    const { outcome } = run({
      nodes: 5,
      workload: { requesters: 4, deadline: "100ms" },
      faults: [{ kind: "crash", target: { nodes: [4] }, at: 1_000_000 }],
      duration: "3s",
    })
    expect(outcome.latency.max).toBeLessThan(100_000)
    // Each of the four tries again every 100 ms, in vain, for the two seconds that are left.
    expect(outcome.unknown).toBeGreaterThanOrEqual(4 * 20)
    expect(outcome.unknown).toBeLessThanOrEqual(4 * 21)
    expect(outcome.outages).toHaveLength(1)
    expect(outcome.outages[0]!.cause).toContain("crash of node 4")
    expect(outcome.outages[0]!.start).toBeGreaterThan(980_000)
    expect(outcome.outages[0]!.start).toBeLessThanOrEqual(1_000_000)
    expect(outcome.outages[0]!.end).toBe(3_000_000)
    expect(new Set(Object.values(outcome.verdicts).map(({ verdict }) => verdict))).toEqual(new Set(["holds"]))
  })

  it("message loss: sooner or later a request waits for ever, and everyone behind it", () => {
    const { outcome } = run({ nodes: 5, loss: 0.01, workload: { deadline: "100ms" }, duration: "10s" })
    expect(outcome.outages.at(-1)!.end).toBe(10_000_000)
    expect(outcome.unknown).toBeGreaterThan(100)
  })
})
