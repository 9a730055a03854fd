// Two-phase commit over groups: exact costs, atomicity and strict serializability under faults, and who waits for whom.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { simulate, Simulation } from "../../../runtime/simulation/simulation.ts"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import { shardedStore } from "../../../services/sharded-store/service.ts"
import { shardOf } from "../../../services/sharded-store/shape.ts"
import { byNight } from "../../support/effort.ts"
import { POOL } from "../../support/pool.ts"
import { scenarioOf, violations } from "../../support/service-run.ts"
import { STORMS } from "../../support/storms.ts"
import { weather } from "../../support/weather.ts"
import { QUIET } from "./quiet.ts"

const sharded = algorithms["sharded-groups"]!
const DELAY = 1_000
const WAYS = ["2pc", "2pc-replicated"]

/** The key of the first shard that begins on a group, there being as many shards as groups. */
function keyIn(group: number, groups: number): string {
  for (let number = 0; ; number++) if (shardOf(`k${number}`, groups) === group - 1) return `k${number}`
}

interface Run {
  readonly messages: number
  /** In link delays, from the request to its answer. */
  readonly latency: number
  readonly value: unknown
}

/** One transaction, on one key of each of the first groups. */
function runOne(transactions: string, log: string, replicas: number, keys: number): Run {
  const groups = 3
  const scenario = scenarioOf(sharded, shardedStore, {
    nodes: replicas * (groups + 1),
    leader: 0,
    latency: "1ms",
    duration: "5s",
    parameters: { ...QUIET, log, replicas, groups, shards: groups, transactions },
    workload: { rate: "0/s", transactions: "50%" },
  })
  let latency = Number.NaN
  let value: unknown
  const run = new Simulation(scenario, 1, {
    pool: POOL,
    observer(event) {
      if (event.type !== "answer" || !("result" in event.reply)) return
      latency = (event.time - 100 * DELAY) / DELAY
      const result: unknown = event.reply.result
      value = result
    },
  })
  run.begin()
  run.runUntil(100 * DELAY)
  const before = run.meter.messages.protocol
  const operations = Array.from({ length: keys }, (_, i): KeyValueOperation => {
    return { op: "put", key: keyIn(i + 1, groups), value: `v${i}` }
  })
  const request = { type: "Transact", session: 7, sequence: 1, operations, groups: operations.map((_, i) => i + 1) }
  run.byHand.request(7, replicas, request)
  run.runUntil(200 * DELAY)
  return { messages: run.meter.messages.protocol - before, latency, value }
}

describe.each(["raft", "multi-paxos", "viewstamped-replication"])("over %s", log => {
  // Between coordinator and participants 4 for each of the k-1 others; 2(n-1) for each entry of a log.
  test.each([
    { transactions: "2pc", n: 3, k: 2, messages: 4 + 4 * 4, delays: 6 },
    { transactions: "2pc", n: 5, k: 2, messages: 4 + 8 * 4, delays: 6 },
    { transactions: "2pc", n: 3, k: 3, messages: 8 + 4 * 6, delays: 6 },
    { transactions: "2pc-replicated", n: 3, k: 2, messages: 16, delays: 8 },
    { transactions: "2pc-replicated", n: 5, k: 2, messages: 4 + 8 * 3, delays: 8 },
    { transactions: "2pc-replicated", n: 3, k: 3, messages: 8 + 4 * 5, delays: 8 },
    { transactions: "2pc", n: 3, k: 1, messages: 4, delays: 4 },
    { transactions: "2pc-replicated", n: 3, k: 1, messages: 4, delays: 4 },
  ])("$transactions of $k groups of $n: $messages messages, $delays d", ({ transactions, n, k, messages, delays }) => {
    const run = runOne(transactions, log, n, k)
    expect(run).toMatchObject({ messages, latency: delays })
    expect(run.value).toEqual({ done: true, value: JSON.stringify(Array.from({ length: k }, () => [true, null])) })
  })
})

const BUSY = {
  mode: "closed",
  clients: 4,
  writes: "mixed",
  keys: 12,
  shards: 6,
  groups: 3,
  transactions: "50%",
  deadline: "2s",
} as const

function busy(parameters: object, faults: readonly Fault[], changes: object = {}, latency = "1ms") {
  return scenarioOf(sharded, shardedStore, {
    nodes: 12,
    latency,
    leader: 0,
    parameters: { groups: 3, shards: 6, retry: "20ms", ...parameters },
    workload: { ...BUSY, ...changes },
    faults: [...faults],
    duration: "1s",
  })
}

function outcomeOf(scenario: ReturnType<typeof busy>, seed = 1) {
  const run = simulate(scenario, seed, { pool: POOL })
  if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason}`)
  return run.outcome
}

describe.each(WAYS)("%s", transactions => {
  test.each(["raft", "multi-paxos", "viewstamped-replication", "chain-replication"])(
    "over %s, while shards move all the time: nothing is lost",
    log => {
      const outcome = outcomeOf(busy({ log, transactions }, [], { moveEvery: "30ms", changeEvery: "200ms" }))
      expect(violations(outcome)).toEqual([])
      expect(outcome).toMatchObject({ failed: 0, unknown: 0 })
      expect(outcome.figures["transactions"]).toBeGreaterThan(60)
      expect(outcome.figures["moves"]).toBeGreaterThan(20)
      expect(outcome.verdicts["strictly-serializable"]).toEqual({ verdict: "holds" })
    },
  )
})

// Two clients, four keys, links of one delay. With equal pauses, those that met would meet again until their deadlines.
test.each(WAYS)("%s: transactions that lock each other's keys do not go on to do so", transactions => {
  for (let seed = 1; seed <= byNight(5, 2); seed++) {
    const scenario = scenarioOf(sharded, shardedStore, {
      nodes: 9,
      leader: 0,
      latency: "5ms",
      parameters: { groups: 2, shards: 2, transactions },
      workload: { mode: "closed", clients: 2, keys: 4, shards: 2, groups: 2, transactions: "100%", deadline: "3s" },
      duration: "5s",
    })
    const { ok, unknown, figures } = outcomeOf(scenario, seed)
    expect(unknown, `seed ${seed}`).toBe(0)
    expect(ok, `seed ${seed}`).toBeGreaterThan(100)
    expect(figures["aborted"]! / ok, `seed ${seed}`).toBeLessThan(1.5)
  }
})

test("in storms it violates nothing and serves again afterwards", () => {
  const { draw } = STORMS["sharded-groups/transactions"]!
  for (let seed = 1; seed <= byNight(5, 2); seed++) {
    const again = `seed ${seed}; again: npm run soak -- --only sharded-groups/transactions --replay ${seed}`
    expect(weather(draw, seed), again).toEqual([])
  }
})

describe("a coordinator that crashes while others are prepared", () => {
  // Leader of group 1, for 600 ms; it coordinates the transactions whose first key is there.
  const crash: Fault = { kind: "crash", target: { nodes: [3] }, at: 200_000, for: 600_000 }
  const load = { mode: "open", rate: "1000/s", keys: 600, transactions: "50%", deadline: "300ms" }
  const shares = (transactions: string) => outcomeOf(busy({ transactions }, [crash], load, "5ms"))

  test("by itself, it blocks their keys until it is back", () => {
    const outcome = shares("2pc")
    expect(violations(outcome)).toEqual([])
    expect(outcome.figures["blocked"]).toBeGreaterThan(600)
  })

  test("with its group, until that has its next leader", () => {
    const outcome = shares("2pc-replicated")
    expect(violations(outcome)).toEqual([])
    expect(outcome.figures["blocked"]).toBeLessThan(450)
  })
})
