// A run of the sharded store, whose nodes are played by hand: when operations begin, how they are counted, what is judged.
import { describe, expect, test } from "vitest"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import { workload } from "../../../services/sharded-store/description.ts"
import { ShardedStoreRun } from "../../../services/sharded-store/run.ts"
import type { Transact } from "../../../services/sharded-store/shape.ts"
import { type HandWorld, handWorld } from "../replicated-log/world.ts"

/** A store of three nodes that is measured for one second; nobody answers but the test. */
function open(given: Readonly<Record<string, unknown>>, changed: Partial<HandWorld> = {}) {
  const observed: unknown[] = []
  const world: HandWorld = { ...handWorld(3), observeOperation: event => void observed.push(event), ...changed }
  const defaults = { mode: "closed", keys: 2, deadline: "800ms", retryAfter: "5s" }
  const resolved = resolveParameters(workload, { ...defaults, ...given }, 0)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  const run = new ShardedStoreRun(world, resolved.values)
  run.start()
  const last = (client: number) => world.asked.findLast(asked => asked.client === client)!
  return {
    run,
    world,
    observed,
    last,
    pass: (until: number) => world.pass(until, run.timeout),
    /** The clients that asked, in their order. */
    clients: () => world.asked.map(({ client }) => client),
    /** Answers the last command of a client. */
    answer(client: number, value: string | null = null, done = true): void {
      const { sequence } = last(client).request as unknown as { sequence: number }
      run.reply(client, 0, { type: "Result", sequence, result: { done, value } })
    },
  }
}

const executed = (node: number, sequence: number, index = 1): [number, Tagged] => {
  const command = { type: "Command", session: 1, sequence, operation: { op: "put", key: "x", value: "1" } }
  return [node, { type: "executed", group: 1, index, command } as Tagged]
}

describe("in a closed loop", () => {
  test("every client begins its next operation when one has ended, until there are as many as there are to be", () => {
    const { run, clients, answer } = open({ clients: 2, operations: 4 })
    expect([clients(), run.isIdle()]).toEqual([[0, 1], false])
    expect(run.ask()).toBe(false)
    answer(1)
    answer(1)
    expect(clients()).toEqual([0, 1, 1, 1])
    answer(0)
    answer(1)
    expect([clients(), run.isIdle()]).toEqual([[0, 1, 1, 1], true])
    const outcome = run.finish()
    expect(outcome).toMatchObject({ attempted: 4, ok: 4, failed: 0, unknown: 0, completed: 4 })
    expect(outcome.figures).toMatchObject({ offered: 4, throughput: 4, lost: 0, moves: 0, blocked: 0, transactions: 0 })
    expect(Object.keys(outcome.latencyByKind!)).toEqual(["read", "write"])
  })

  test("fewer operations than clients leave some without any", () => {
    expect(open({ clients: 5, operations: 3 }).clients()).toEqual([0, 1, 2])
    expect(open({ clients: 3 }, { end: 0 }).clients()).toEqual([])
  })

  test("a client pauses where it is to", () => {
    const { clients, answer, pass } = open({ clients: 1, think: "20ms", thinkTimes: "constant", operations: 2 })
    answer(0)
    pass(19_999)
    expect(clients()).toEqual([0])
    pass(20_000)
    expect(clients()).toEqual([0, 0])
    answer(0)
    pass(900_000)
    expect(clients()).toEqual([0, 0])
  })

  test("reads and writes have latencies of their own, and those without an answer are over", () => {
    const { run, pass, answer, last } = open({ clients: 1, reads: "50%", operations: 12, keys: 1 })
    const kinds = { get: 0, other: 0 }
    for (let number = 1; number <= 11; number++) {
      const { operation } = last(0).request as unknown as { operation: { op: string } }
      kinds[operation.op === "get" ? "get" : "other"]++
      pass(number * 10_000)
      answer(0)
    }
    const { latency, latencyByKind, unknown } = run.finish()
    const { read, write } = latencyByKind!
    expect(Math.min(kinds.get, kinds.other)).toBeGreaterThan(1)
    expect([read!.count, write!.count]).toEqual([kinds.get, kinds.other])
    expect([latency.count, latency.over, read!.over + write!.over, unknown]).toEqual([11, 1, 1, 1])
  })

  test("the operator is the client after the last one", () => {
    const { run, world, pass } = open({ clients: 2, moveEvery: "100ms", moves: 1 })
    pass(150_000)
    const asked = world.asked.filter(({ client }) => client === 2)
    expect(asked.map(({ request }) => request.type)).toEqual(["MoveShard"])
    run.reply(2, 0, { type: "Result", sequence: 1, result: { done: true, value: null } })
    run.reply(2, 0, { type: "Nonsense", sequence: 1 })
    expect(run.finish().figures["moves"]).toBe(1)
  })
})

describe("in the open", () => {
  const constant = { mode: "open", rate: "10/s", arrivals: "constant", maxInFlight: 2 } as const

  test("operations arrive at their times, through the sessions that are free, and are turned away where none is", () => {
    const { run, clients, pass, answer } = open(constant)
    pass(500_000)
    expect(clients()).toEqual([0, 1])
    answer(1)
    answer(0)
    pass(700_000)
    // The one that was free for longest first.
    expect(clients()).toEqual([0, 1, 1, 0])
    pass(1_000_000)
    const { attempted, failed, ok } = run.finish()
    expect(ok).toBe(2)
    expect(attempted - failed - ok).toBe(2)
    expect([9, 10]).toContain(attempted)
  })

  test("none arrives where the rate is 0, unless somebody asks for it", () => {
    const { run, clients, pass } = open({ ...constant, rate: "0/s" })
    pass(900_000)
    expect(clients()).toEqual([])
    expect([run.ask(), run.ask(), run.ask()]).toEqual([true, true, false])
    expect([clients(), run.isIdle()]).toEqual([[0, 1], false])
    expect(open({ ...constant, rate: "0/s" }, { end: 0 }).run.ask()).toBe(false)
  })

  test("the operator is the client after all that there may be", () => {
    const { world, pass } = open({ ...constant, rate: "0/s", changeEvery: "100ms" })
    pass(100_000)
    expect(world.asked.map(({ client, request }) => [client, request.type])).toEqual([[2, "LeaveGroup"]])
  })
})

describe("transactions", () => {
  const all = { transactions: "100%", clients: 1, operations: 2, reads: "0%" } as const

  test("have operations on different keys, and results for each", () => {
    const { run, last, answer, observed } = open({ ...all, keys: 5, transactionKeys: 3 })
    const { type, operations, groups } = last(0).request as unknown as Transact
    expect([type, operations.length, groups]).toEqual(["Transact", 3, [null, null, null]])
    expect(new Set(operations.map(({ key }) => key)).size).toBe(3)
    expect(observed).toMatchObject([{ type: "begun", operation: { op: "transaction", operations } }])
    answer(0, JSON.stringify(operations.map(() => [true, null])))
    const { figures, latencyByKind, verdicts } = run.finish()
    expect(figures["transactions"]).toBe(1)
    expect([latencyByKind!["transaction"]!.count, latencyByKind!["transaction"]!.over]).toEqual([1, 1])
    expect(verdicts).toMatchObject({
      linearizable: { verdict: "holds" },
      "strictly-serializable": { verdict: "holds" },
      "atomic-commitment": { verdict: "holds" },
    })
  })

  test("have no more keys than there are", () => {
    const { last } = open({ ...all, keys: 2, transactionKeys: 9 })
    expect((last(0).request as unknown as Transact).operations.length).toBe(2)
  })

  test("that found what nobody wrote are no proof of linearizability", () => {
    const { run, last, answer } = open({ ...all, keys: 2 })
    const { operations } = last(0).request as unknown as Transact
    answer(0, JSON.stringify(operations.map(() => [true, "never written"])))
    expect(run.finish().verdicts).toMatchObject({
      linearizable: { verdict: "undecided", reason: "judged together with transactions: strictly-serializable" },
      "strictly-serializable": { verdict: "violated" },
    })
  })
})

describe("checks", () => {
  test("judge what loyal nodes executed, and nothing else that they report", () => {
    const traitor = { isLoyal: (node: number) => node !== 2 }
    const { run } = open({}, traitor)
    run.observe(...executed(0, 1))
    run.observe(...executed(2, 2))
    run.observe(1, { type: "believes" })
    run.nodeDown()
    run.nodeUp()
    expect(run.soFar().verdicts["log-agreement"]).toEqual({ verdict: "holds" })
    run.observe(...executed(1, 3))
    expect(run.soFar().verdicts["log-agreement"]).toMatchObject({ verdict: "violated" })
  })

  test("of linearizability are made unless the workload says otherwise", () => {
    const verdicts = (given: Readonly<Record<string, unknown>>) => {
      const { linearizable, "strictly-serializable": serializable } = open({ clients: 1, ...given }).run.finish()
        .verdicts
      return [linearizable!.verdict, serializable!.verdict]
    }
    expect(verdicts({})).toEqual(["holds", "holds"])
    expect(verdicts({ linearizability: "off" })).toEqual(["undecided", "undecided"])
    expect(verdicts({ linearizability: "off", transactions: "50%" })).toEqual(["undecided", "undecided"])
  })

  test("find a stale read of a single operation", () => {
    const { run, answer, last } = open({ clients: 1, reads: "0%", keys: 1, operations: 3 })
    answer(0, null)
    expect(last(0).request).toMatchObject({ type: "Command" })
    answer(0, "something else")
    expect(run.finish().verdicts).toMatchObject({ linearizable: { verdict: "violated" } })
  })

  test("of outages name the fault that came before", () => {
    const { run, pass, answer } = open({ clients: 1, operations: 2, deadline: "100ms" })
    pass(10_000)
    run.faultOccurred("crash of node 1")
    pass(300_000)
    answer(0)
    const { outages, figures } = run.finish()
    expect(outages).toMatchObject([{ start: 0, cause: "crash of node 1" }])
    expect(figures).toMatchObject({ outages: 1, lost: expect.any(Number) })
    expect(figures["downtime"]).toBeGreaterThan(0)
    expect(figures["longest_gap"]).toBeGreaterThan(0)
  })
})
