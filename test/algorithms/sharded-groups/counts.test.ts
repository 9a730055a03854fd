// Exact costs of sharded groups: a command, a move, and the load that groups carry where handling a message takes time.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { simulate, Simulation } from "../../../runtime/simulation/simulation.ts"
import { shardedStore } from "../../../services/sharded-store/service.ts"
import { QUIET } from "./quiet.ts"
import { POOL } from "../../support/pool.ts"
import { isNight } from "../../support/effort.ts"
import { completeRun, scenarioOf, type ServiceRunOptions } from "../../support/service-run.ts"

const sharded = algorithms["sharded-groups"]!

const LOGS = ["raft", "multi-paxos", "viewstamped-replication", "chain-replication"]
const DELAY = 1_000

function quiet(log: string, replicas: number, groups: number, changes: Partial<ServiceRunOptions> = {}) {
  return {
    nodes: replicas * (groups + 1),
    leader: 0,
    latency: "1ms",
    duration: "5s",
    ...changes,
    parameters: { ...QUIET, log, replicas, groups, shards: 4, ...changes.parameters },
  }
}

describe.each(LOGS)("over %s", log => {
  test.each([3, 5])("a command costs 2(n-1) messages between nodes, in groups of %i", replicas => {
    const operations = 20
    const { messages, outcome } = completeRun(
      sharded,
      shardedStore,
      quiet(log, replicas, 2, { warmup: "100ms", workload: { mode: "closed", operations } }),
    )
    expect(outcome).toMatchObject({ ok: operations })
    expect(messages.protocol).toBe(operations * 2 * (replicas - 1))
  })

  test.each([
    { replicas: 3, chunks: 1, expected: 26 },
    { replicas: 5, chunks: 1, expected: 46 },
    { replicas: 3, chunks: 3, expected: 30 },
  ])(
    "a move costs 10(n-1) + 2k + 4: $replicas nodes a group, $chunks chunks: $expected",
    ({ replicas, chunks, expected }) => {
      const { moved, before } = moveOne(log, replicas, chunks)
      expect(moved.meter.messages.protocol - before).toBe(expected)
    },
  )

  test("a shard that moves is closed for two entries of a log and 2k - 1 delays from when its source hears of the move", () => {
    const closed = (chunks: number): number => moveOne(log, 3, chunks).closedFor
    // An entry takes 2d under a leader, and 2(n-1)d down a chain and back.
    const entry = log === "chain-replication" ? 4 : 2
    expect([1, 2, 3].map(closed)).toEqual([1, 3, 5].map(delays => (2 * entry + delays) * DELAY))
  })
})

/** Writes as many keys to shard 0 as fill the chunks, each of one key, and has it move from group 1 to group 2. */
function moveOne(log: string, replicas: number, chunks: number) {
  const workload = { rate: "0/s" }
  const options = quiet(log, replicas, 2, {
    workload,
    parameters: { ...QUIET, log, replicas, groups: 2, shards: 1, chunkKeys: 1 },
  })
  let heard = Number.NaN
  let installed = Number.NaN
  const moved = new Simulation(scenarioOf(sharded, shardedStore, options), 1, {
    pool: POOL,
    observer(event) {
      if (event.type === "deliver" && event.message.type === "Move") heard = event.time
      // The destination says so to the controller, and is heard one delay later.
      if (event.type === "deliver" && event.message.type === "Installed") installed = event.time - DELAY
    },
  })
  for (let key = 0; key < chunks; key++) {
    const operation = { op: "put", key: `k${key}`, value: "v" } as const
    const command = { type: "Command", session: key, sequence: 1, operation, group: 1 } as const
    if (key === 0) moved.begin()
    moved.byHand.request(key, replicas, command)
  }
  moved.runUntil(100 * DELAY)
  const before = moved.meter.messages.protocol
  moved.byHand.request(1_000, 0, Object.assign({ type: "MoveShard" }, { sequence: 1, shard: 0, to: 2 }))
  moved.runUntil(200 * DELAY)
  return { moved, before, closedFor: installed - heard }
}

test.each([
  ["viewstamped-replication", 1, "3 nodes"],
  ["viewstamped-replication", 2, "3 nodes"],
  ["chain-replication", 1, "2 nodes"],
])("groups of %s that nobody could return to are refused: %i nodes, fewer than %s", (log, replicas, enough) => {
  const resolved = resolveParameters(sharded.parameters, { log, replicas }, DELAY)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  expect(sharded.conflict!(resolved.values, 9)).toEqual({
    parameter: "replicas",
    message: expect.stringContaining(`${log} keeps no disk, and survives a crash from ${enough} on`),
  })
  const more = resolveParameters(sharded.parameters, { log, replicas: 3 }, DELAY)
  expect("values" in more && sharded.conflict!(more.values, 9)).toBeUndefined()
})

describe("where a node takes s for each message that it receives", () => {
  const SERVICE = 100
  const saturated = (changes: Partial<ServiceRunOptions>, parameters: { groups: number; shards: number }): number => {
    const scenario = scenarioOf(sharded, shardedStore, {
      ...quiet("raft", 3, 1, { duration: "350ms", warmup: "150ms", ...changes }),
      latency: "100us",
      workload: {
        mode: "closed",
        clients: 40 * parameters.groups,
        keys: 40_000,
        linearizability: "off",
        retryAfter: "2s",
        deadline: "4s",
      },
      parameters: { ...QUIET, log: "raft", replicas: 3, raftPipeline: 0, ...parameters },
    })
    const run = simulate({ ...scenario, network: { ...scenario.network, serviceTime: SERVICE } }, 1, { pool: POOL })
    if (run.status === "failed") throw new Error(run.reason)
    return run.outcome.figures["throughput"]!
  }

  test("1 to 8 groups of n nodes of their own carry as many times 1/(n s) as there are", () => {
    const carriedBy = (groups: number): number => saturated({ nodes: 3 * (groups + 1) }, { groups, shards: 3 * groups })
    const one = carriedBy(1)
    expect(one).toBeGreaterThan(0.95 * (1_000_000 / (3 * SERVICE)))
    for (const groups of isNight ? [2, 3, 4, 5, 6, 7, 8] : [3, 8]) {
      const all = carriedBy(groups)
      expect(all / one / groups, `${groups} groups`).toBeGreaterThan(0.95)
      expect(all, `${groups} groups`).toBeLessThan(1.01 * (groups * (1_000_000 / (3 * SERVICE))))
    }
  })

  test("three groups that share three nodes carry N/((2n-1) s): each node leads one and follows in two", () => {
    const expected = 3 / ((2 * 3 - 1) * SERVICE * 1e-6)
    const carried = saturated({ nodes: 3, duration: "900ms", warmup: "300ms" }, { groups: 3, shards: 24 })
    expect(carried / expected).toBeGreaterThan(0.95)
    expect(carried / expected).toBeLessThan(1.02)
  })
})
