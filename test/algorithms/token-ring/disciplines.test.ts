/** The disciplines by which the token serves a node: one entry a visit, all that waited when it came, or until nobody is left. */
import { describe, expect, it } from "vitest"
import { type Discipline, hops, meanWait } from "../../../algorithms/token-ring/theory.ts"
import { tokenRing } from "../../../algorithms/token-ring/token-ring.ts"
import { DISCIPLINES } from "../../../algorithms/token-ring/types.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { RANDOM_SCENARIOS } from "../../support/random-scenarios.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { openSection } from "../../support/section.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { tokensIn } from "./one-token.ts"
import { waitAndCost } from "./wait-and-cost.ts"

const d = 10_000

/** A ring that the test asks for entries itself; node 1 has one, from the moment at which the token first comes there. */
function visited(discipline: Discipline, parameters: Readonly<Record<string, unknown>> = {}) {
  const group = openSection(tokenRing, {
    nodes: 3,
    fifo: true,
    latency: "10ms",
    parameters: { discipline, ...parameters },
  })
  const { cluster } = group
  group.acquire(1)
  cluster.runUntil(() => group.inside().includes(1))
  cluster.runFor("5ms")
  return {
    ...group,
    /** The client of node 1 leaves, and asks at once for an operation that has queued for so long. */
    next(queuedMs: number) {
      group.release(1)
      cluster.request(1, 1, { type: "Acquire", queued: queuedMs * 1_000 })
      cluster.runFor(0)
      return group.inside()
    },
    steps: () => cluster.sent.filter(({ message }) => message.type === "Token").map(({ from }) => from),
  }
}

describe("a client that leaves and has another operation to begin", () => {
  it("limited: waits for the next visit, however long that operation has queued", () => {
    const { next, cluster, entries, entryTimes } = visited("limited")
    expect(next(12)).toEqual([])
    cluster.runFor("30ms")
    expect(entries()).toEqual([1, 1])
    expect(entryTimes()[1]).toBe(15_000 + 3 * d)
  })

  it("gated: enters again for one that came with the token or before, and for no later one", () => {
    const { next, cluster, entryTimes, steps } = visited("gated")
    expect(next(12)).toEqual([1])
    expect(next(5)).toEqual([1])
    expect(entryTimes()).toEqual([d, d + 5_000, d + 5_000])
    cluster.runFor("4ms")
    expect(next(8.999)).toEqual([])
    expect(steps()).toEqual([0, 1])
    // On its next visit, the token finds that it waits.
    cluster.runFor("30ms")
    expect(entryTimes()[3]).toBe(19_000 + 3 * d)
  })

  it("exhaustive: enters again for any", () => {
    const { next, steps } = visited("exhaustive")
    expect([next(12), next(5), next(0)]).toEqual([[1], [1], [1]])
    expect(steps()).toEqual([0])
  })

  it.each(DISCIPLINES)(
    "%s: the token leaves at the instant at which the client does, if that has nothing to ask",
    discipline => {
      const { cluster, release, steps } = visited(discipline)
      release(1)
      cluster.runFor(0)
      expect(steps()).toEqual([0, 1])
      expect(cluster.sent.at(-1)).toMatchObject({ time: 15_000, message: { type: "Token", idle: 1 } })
      cluster.runFor(3 * d)
      expect(steps()).toEqual([0, 1, 2, 0, 1])
    },
  )

  it("gated: the gate of one visit is not that of the next, nor of a token that rests", () => {
    const { next, cluster, inside, acquire, pass } = visited("gated", { idlePause: "1s" })
    expect(next(0)).toEqual([])
    pass(1)
    cluster.runUntil(() => cluster.state(1).token !== null, "10s")
    acquire(1)
    cluster.runFor(0)
    expect(inside()).toEqual([1])
  })

  it("gated: a node that is alone serves what came too late for the gate at once", () => {
    const group = openSection(tokenRing, { nodes: 1, fifo: true, latency: "10ms", parameters: { discipline: "gated" } })
    for (let entry = 0; entry < 3; entry++) {
      group.acquire(0)
      group.pass(0)
    }
    expect(group.entries()).toEqual([0, 0, 0])
  })

  it("exhaustive: a newer token that comes at that instant rests, and is passed once", () => {
    const { cluster, release } = visited("exhaustive", { idlePause: "1s" })
    release(1)
    cluster.inject(0, 1, { type: "Token", generation: 3, position: 1, idle: 9, serial: 99 })
    cluster.runFor(0)
    expect(cluster.state(1).token).toMatchObject({ generation: 3 })
    cluster.runFor("1s")
    expect(cluster.sent.filter(({ from, message }) => from === 1 && message.type === "Token")).toHaveLength(1)
  })

  it.each(["gated", "exhaustive"] as const)(
    "%s: the token is passed once, though a node returns as it is",
    discipline => {
      const { cluster, release, steps } = visited(discipline, { repair: true })
      release(1)
      cluster.inject(2, 1, { type: "Back" })
      cluster.runFor(0)
      expect(steps()).toEqual([0, 1])
    },
  )
})

const run = (options: ServiceRunOptions, seed?: number) =>
  completeRun(tokenRing, mutualExclusion, { fifo: true, ...options }, seed)

describe.each(DISCIPLINES)("%s: exact costs where clients have one operation at a time", discipline => {
  it.each([3, 5, 7, 9])("1 message an entry under full contention and n with one requester, n = %i", nodes => {
    const messagesOf = (workload: Readonly<Record<string, unknown>>) =>
      run({ nodes, workload, parameters: { discipline }, duration: "10s" }).messages.protocol
    expect(messagesOf({ entries: 200 }) - messagesOf({ entries: 100 })).toBe(100)
    expect(messagesOf({ entries: 50, requesters: 1 }) - messagesOf({ entries: 40, requesters: 1 })).toBe(10 * nodes)
  })
})

describe("the closed forms of waiting at S = d = 10 ms (REFERENCES-2 §1)", () => {
  const ring = (nodes: number) => ({ nodes, delay: 10, hold: 10 })

  it.each([
    ["limited", 45],
    ["exhaustive", 31.25],
    ["gated", 33.75],
  ] as const)("%s: %f ms and 4 messages at 20/s with n = 5, nd/2 if there are hardly any", (discipline, wait) => {
    expect(meanWait(ring(5), 0.02, discipline)).toBeCloseTo(wait, 9)
    expect(hops(ring(5), 0.02, discipline)).toBeCloseTo(4, 9)
    expect(meanWait(ring(5), 1e-9, discipline)).toBeCloseTo(25, 5)
  })

  it("the stay alone limits what can be carried, unless each visit serves but one", () => {
    expect(DISCIPLINES.map(discipline => meanWait(ring(5), 0.05, discipline))).toEqual([Infinity, 60, 50])
    expect(DISCIPLINES.map(discipline => meanWait(ring(5), 0.1, discipline))).toEqual([Infinity, Infinity, Infinity])
    expect(DISCIPLINES.map(discipline => hops(ring(5), 0.2, discipline))).toEqual([1, 0, 0])
  })

  it.each([
    ["gated", 5, 20, 33.75, 4],
    ["exhaustive", 5, 20, 31.25, 4],
    // More than the limited discipline could carry, which is 50/s.
    ["gated", 3, 80, 115, 0.25],
    ["exhaustive", 3, 80, 75, 0.25],
    ["gated", 9, 40, 81 + 2 / 3, 1.5],
    ["exhaustive", 9, 40, 75, 1.5],
  ] as const)(
    "%s, n = %i, Poisson arrivals of %i/s: waits %f ms on average, at %f messages an entry",
    (discipline, nodes, rate, wait, cost) => {
      expect(meanWait(ring(nodes), rate / 1_000, discipline)).toBeCloseTo(wait, 9)
      expect(hops(ring(nodes), rate / 1_000, discipline)).toBeCloseTo(cost, 9)
      const measured = waitAndCost(nodes, { rate: `${rate}/s`, arrivals: "poisson" }, { discipline })
      expect(Math.abs(measured.wait.mean - wait)).toBeLessThan(measured.wait.margin)
      expect(measured.wait.margin).toBeLessThan(wait / 5)
      expect(Math.abs(measured.cost.mean - cost)).toBeLessThan(measured.cost.margin)
      expect(measured.cost.margin).toBeLessThan(cost / 10)
    },
  )
})

describe("more asked for than can be served: two clients that each ask for more than the section carries", () => {
  const overloaded = (discipline: Discipline) => {
    const workload = { requesters: 2, rate: "250/s", hold: "10ms", deadline: "200ms", starvation: 50 }
    return run({ nodes: 2, latency: "10ms", parameters: { discipline }, workload, duration: "5s" })
  }

  it("exhaustive: the first that gets the token keeps it, and the other starves", () => {
    const { outcome } = overloaded("exhaustive")
    expect(violations(outcome).join()).toContain("no-starvation")
    expect(outcome.figures["fairness"]).toBeCloseTo(0.5, 1)
    expect(outcome.figures["throughput"]).toBeCloseTo(100, -1)
  })

  it("gated: both get their turn, and hardly a hop is lost", () => {
    const { outcome } = overloaded("gated")
    expect(violations(outcome)).toEqual([])
    expect(outcome.figures["fairness"]).toBeGreaterThan(0.95)
    expect(outcome.figures["throughput"]).toBeGreaterThan(90)
  })

  it("limited: both get their turn, at a hop each", () => {
    const { outcome } = overloaded("limited")
    expect(violations(outcome)).toEqual([])
    expect(outcome.figures["throughput"]).toBeCloseTo(50, -1)
  })
})

it("has one token and serves all in the end, whatever is lost, duplicated or cut off", () => {
  for (let seed = 1; seed <= randomRuns(40); seed++) {
    const again = `seed ${seed}; again: npm run soak -- --only token-ring/disciplines --replay ${seed}`
    expect(SAFETY_RUNS["token-ring/disciplines"]!(seed), again).toEqual([])
    expect(tokensIn(RANDOM_SCENARIOS["token-ring/disciplines"]!.scenario(seed), seed).found, again).toEqual([])
  }
})
