/** What clients ask for and when: keys, mixes, arrivals, and that none of it depends on the algorithm. */
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { workload as declared } from "../../../services/replicated-log/description.ts"
import { OperationSource } from "../../../services/replicated-log/operations.ts"
import { KeyChoice } from "../../../services/replicated-log/keys.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, type ServiceRunOptions } from "../../support/service-run.ts"
import { toyLog } from "./toy.ts"

interface Asked {
  readonly client: number
  readonly at: number
  readonly operation: string
}

/** What was asked, in the order in which it first reached a node. */
function asked<S extends Shape>(algorithm: Algorithm<S>, options: Partial<ServiceRunOptions>): Asked[] {
  const seen = new Set<string>()
  const all: Asked[] = []
  completeRun(algorithm, replicatedLog, {
    nodes: 3,
    warmup: "1s",
    duration: "3s",
    ...options,
    simulation: {
      observer(event) {
        if (event.type !== "request" || !isCommand(event.request)) return
        const { session, sequence, operation } = event.request
        if (seen.has(`${session} ${sequence}`)) return
        seen.add(`${session} ${sequence}`)
        // What a compare-and-set expects is what clients have seen.
        const { expected: _, ...drawn } = { expected: null, ...operation }
        all.push({ client: event.client, at: event.time, operation: JSON.stringify(drawn) })
      },
    },
  })
  return all
}

function isCommand(request: { readonly type: string }): request is Command {
  return request.type === "Command"
}

describe("common random numbers", () => {
  const workload = { writes: "mixed", skew: 0.99, keys: 20, reads: "30%" }

  test.each(["constant", "poisson"])("open loop, %s arrivals: the same operations at the same times", arrivals => {
    const settings = { workload: { ...workload, arrivals, rate: "500/s" } }
    // Sessions are taken as they come free: who asks may differ.
    const strip = (all: readonly Asked[]) => all.map(({ at, operation }) => ({ at, operation }))
    const [first, second] = [strip(asked(raft, settings)), strip(asked(multiPaxos, settings))]
    expect(first.length).toBeGreaterThan(900)
    expect(second).toEqual(first)
  })

  test("closed loop: each client asks for the same in the same order, however fast it is served", () => {
    const settings = { workload: { ...workload, mode: "closed", clients: 5, think: "5ms", thinkTimes: "exponential" } }
    const of = (all: readonly Asked[], client: number) =>
      all.filter(one => one.client === client).map(({ operation }) => operation)
    const slow = asked(raft, { ...settings, latency: "4ms" })
    const fast = asked(multiPaxos, settings)
    expect(fast.length).toBeGreaterThan(1.5 * slow.length)
    for (let client = 0; client < 5; client++) {
      const [few, many] = [of(slow, client), of(fast, client)]
      expect(few.length).toBeGreaterThan(50)
      expect(many.slice(0, few.length)).toEqual(few)
    }
    expect(new Set(fast.filter(({ operation }) => !operation.includes("get")).map(o => o.operation)).size).toBe(
      fast.filter(({ operation }) => !operation.includes("get")).length,
    )
  })

  test("operations that are turned away do not shift those after them", () => {
    const settings = (maxInFlight: number) => ({ workload: { rate: "2000/s", maxInFlight }, latency: "5ms" })
    const all = asked(toyLog(), settings(1000))
    const some = asked(toyLog(), settings(10))
    expect(some.length).toBeLessThanOrEqual(all.length / 2)
    const known = new Set(all.map(({ at, operation }) => `${at} ${operation}`))
    expect(some.filter(({ at, operation }) => !known.has(`${at} ${operation}`))).toEqual([])
  })
})

describe("keys", () => {
  test.each([0, 0.5, 0.99, 2])("with skew %d come up by Zipf's law", skew => {
    const keys = 50
    const choice = new KeyChoice(keys, skew)
    const random = new Random(11)
    const draws = 200_000
    const counts = Array.from({ length: keys }, () => 0)
    for (let i = 0; i < draws; i++) counts[choice.draw(random)]!++
    const weights = counts.map((_, key) => (key + 1) ** -skew)
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    const chiSquare = counts.reduce((sum, count, key) => {
      const expected = (draws * weights[key]!) / total
      return sum + (count - expected) ** 2 / expected
    }, 0)
    // 49 degrees of freedom: above 85.4 once in a thousand times.
    expect(chiSquare).toBeLessThan(85.4)
  })
})

describe("mixed writes", () => {
  test.each([
    [
      { puts: 0, appends: 3, cas: 1 },
      { put: 0, append: 0.75, cas: 0.25 },
    ],
    [
      { puts: 1, appends: 0, cas: 0 },
      { put: 1, append: 0, cas: 0 },
    ],
    [
      { puts: 0, appends: 0, cas: 0 },
      { put: 1, append: 0, cas: 0 },
    ],
    [{}, { put: 1 / 3, append: 1 / 3, cas: 1 / 3 }],
  ])("%o come by their weights", (weights, shares) => {
    const workload = { ...weights, reads: "0%", writes: "mixed", rate: "2000/s" }
    const all = asked(toyLog(), { workload })
    for (const [op, share] of Object.entries(shares)) {
      const count = all.filter(({ operation }) => operation.includes(`"op":"${op}"`)).length
      expect(count / all.length).toBeCloseTo(share, 1)
      expect(count > 0).toBe(share > 0)
    }
  })
})

describe("a compare-and-set", () => {
  test("expects what its clients saw last: what was read or written, and what refused or replaced theirs", () => {
    const settings = resolveParameters(declared, { keys: 1, reads: "0%", writes: "mixed", puts: 0, appends: 0 }, 0)
    if ("problems" in settings) throw new Error("wrong settings")
    const source = new OperationSource(settings.values, new Random(1))
    const next = () =>
      source.next() as { readonly op: "cas"; readonly key: "k0"; expected: string | null; value: string }
    const expected = () => next().expected
    expect(expected()).toBeNull()
    const first = next()
    source.learn(first, { done: true, value: null })
    expect(expected()).toBe(first.value)
    source.learn(next(), { done: false, value: "other" })
    expect(expected()).toBe("other")
    source.learn({ op: "append", key: "k0", value: "!" }, { done: true, value: "other" })
    expect(expected()).toBe("other!")
    source.learn({ op: "append", key: "k0", value: "a" }, { done: true, value: null })
    expect(expected()).toBe("a")
    source.learn({ op: "put", key: "k0", value: "p" }, { done: true, value: "a" })
    expect(expected()).toBe("p")
    source.learn({ op: "get", key: "k0" }, { done: true, value: "read" })
    expect(expected()).toBe("read")
  })
})

describe("load", () => {
  const figuresOf = (workload: Readonly<Record<string, unknown>>, duration = "4s") =>
    completeRun(toyLog(), replicatedLog, { nodes: 3, latency: "50ms", duration, workload }).outcome

  test("in flight are as many as arrive while one is served (Little's law)", () => {
    for (const arrivals of ["constant", "poisson"]) {
      const { figures } = figuresOf({ rate: "1000/s", arrivals })
      expect(figures["offered"]! / 1000).toBeCloseTo(1, 1)
      // Those of the last 100 ms are on average half over when the measured time is.
      expect(figures["in_flight"]! / (figures["offered"]! * 0.1 * (3.95 / 4))).toBeCloseTo(1, 2)
      expect(figures["turned_away"]).toBe(0)
    }
  })

  test("beyond the most operations in flight arrivals are turned away, and have failed", () => {
    const outcome = figuresOf({ rate: "1000/s", maxInFlight: 40 })
    // 40 every 100 ms.
    expect(outcome.figures).toMatchObject({ offered: 1000, sessions: 40, turned_away: 2400 })
    expect(outcome).toMatchObject({ completed: 1561 })
    expect(outcome.figures["throughput"]).toBe(1561 / 4)
    expect(outcome).toMatchObject({ attempted: 4000, ok: 1600, failed: 2400, unknown: 0, availability: 0.4 })
  })

  test("a closed loop has as many operations in flight as clients, and no more throughput than a node's capacity", () => {
    for (const clients of [1, 20, 60]) {
      const scenario = { nodes: 3, latency: "1ms", warmup: "1s", duration: "3s", workload: { mode: "closed", clients } }
      const { figures } = completeRun(toyLog(), replicatedLog, scenario).outcome
      // The next operation begins when the last one ends.
      expect(figures["in_flight"]).toBe(clients)
      expect(figures["throughput"]).toBe(clients / 2e-3)
    }
  })

  test("what ends after the measured time adds nothing to throughput and in_flight, though it is waited for", () => {
    const workload = { mode: "closed", clients: 8 }
    const options = {
      nodes: 3,
      latency: "300ms",
      warmup: "1s",
      duration: "2s",
      workload: { ...workload, deadline: "5s" },
    }
    const { outcome } = completeRun(toyLog(), replicatedLog, options)
    expect(outcome).toMatchObject({ attempted: 16, ok: 16, completed: 8 })
    expect(outcome.figures).toMatchObject({ offered: 16, throughput: 8, in_flight: 8 })
  })

  test("a closed loop offers what its clients' pauses leave time for", () => {
    for (const thinkTimes of ["constant", "uniform", "exponential"]) {
      const { figures } = figuresOf({ mode: "closed", clients: 50, think: "100ms", thinkTimes }, "20s")
      // A pause of 100 ms and 100 ms of service.
      expect(figures["throughput"]! / 250).toBeCloseTo(1, 1)
    }
  })
})

describe("operations that are not deterministic", () => {
  const drawn = (settings: Readonly<Record<string, unknown>>): readonly string[] => {
    const resolved = resolveParameters(declared, settings, 1_000)
    if ("problems" in resolved) throw new Error("wrong settings")
    const source = new OperationSource(resolved.values, new Random(1))
    return Array.from({ length: 1_000 }, () => source.next().op)
  }

  test("come in the share that is asked for, half of them draws and half looks at the clock", () => {
    const operations = drawn({ nondeterministic: "40%" })
    const share = (op: string): number => operations.filter(other => other === op).length / operations.length
    expect(share("draw") + share("stamp")).toBeCloseTo(0.4, 1)
    expect(share("draw")).toBeCloseTo(0.2, 1)
    expect(share("get")).toBeCloseTo(0.3, 1)
  })

  test("are none by default, and change nothing then", () => {
    expect(drawn({ nondeterministic: "0%" })).toEqual(drawn({}))
    expect(new Set(drawn({}))).toEqual(new Set(["get", "put"]))
  })

  test("are refused by an algorithm that has all replicas execute the log on their own", () => {
    const run = completeRun(raft, replicatedLog, { nodes: 3, duration: "2s", workload: { nondeterministic: "50%" } })
    expect(run.outcome.ok).toBeGreaterThan(100)
    expect(Object.values(run.outcome.verdicts).every(({ verdict }) => verdict === "holds")).toBe(true)
  })
})

test("a test-and-set expects no value, whatever its client has seen", () => {
  const settings = resolveParameters(declared, { keys: 1, reads: "0%", writes: "test-and-set" }, 0)
  if ("problems" in settings) throw new Error("wrong settings")
  const source = new OperationSource(settings.values, new Random(1))
  const first = source.next()
  expect(first).toMatchObject({ op: "cas", key: "k0", expected: null })
  source.learn(first, { done: true, value: null })
  expect(source.next()).toMatchObject({ op: "cas", expected: null })
})
