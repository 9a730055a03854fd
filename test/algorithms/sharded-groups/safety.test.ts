// Shards move, nodes crash, links break: every command takes effect once, histories are linearizable, and in the end all is served.
import { describe, expect, test } from "vitest"
import { algorithms } from "../../../algorithms/registry.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { shardedStore } from "../../../services/sharded-store/service.ts"
import { POOL } from "../../support/pool.ts"
import { byNight } from "../../support/effort.ts"
import { completeRun, scenarioOf, violations } from "../../support/service-run.ts"
import { Liveness } from "../../support/liveness.ts"
import { STORMS } from "../../support/storms.ts"
import { weather } from "../../support/weather.ts"

test("a shard that is installed once more, as the source has not heard, and handed on at once goes on its way", () => {
  // Group 3 installs shard 0 again and again, while it is to freeze it: steps of one shard do not take each other's answers.
  const [seed, healed, end] = [4180, 250_000, 700_000]
  const { scenario, patience } = STORMS["sharded-groups/storm"]!.draw(seed, end)
  const liveness = new Liveness({ from: healed, operations: "all", patience })
  const run = simulate(scenario, seed, { pool: POOL, observer: event => liveness.observe(event) })
  expect(run.status).toBe("completed")
  expect(liveness.findings()).toEqual([])
})

const sharded = algorithms["sharded-groups"]!

test("in storms it violates nothing and serves again afterwards", () => {
  const { draw } = STORMS["sharded-groups/storm"]!
  for (let seed = 1; seed <= byNight(25, 10); seed++) {
    expect(
      weather(draw, seed),
      `seed ${seed}; again: npm run soak -- --only sharded-groups/storm --replay ${seed}`,
    ).toEqual([])
  }
})

const BUSY = { mode: "closed", clients: 4, writes: "mixed", keys: 12, shards: 6, groups: 3 } as const
const PARAMETERS = { groups: 3, shards: 6, retry: "20ms" }

describe.each(["raft", "multi-paxos", "viewstamped-replication", "chain-replication"])("over %s", log => {
  const parameters = { ...PARAMETERS, log }

  test("shards that move all the time cost clients time, and nothing else", () => {
    const { outcome } = completeRun(sharded, shardedStore, {
      nodes: 12,
      leader: 0,
      parameters,
      workload: { ...BUSY, moveEvery: "20ms" },
      duration: "2s",
    })
    expect(violations(outcome)).toEqual([])
    expect(outcome).toMatchObject({ failed: 0, unknown: 0 })
    expect(outcome.figures).toMatchObject({ lost: 0 })
    expect(outcome.figures["moves"]).toBeGreaterThan(90)
    expect(outcome.figures["stale"]).toBeGreaterThan(50)
  })

  test.each([
    ["the controller", "controller", 12],
    ["a group", "group-1", 12],
    ["a group, all groups being on the same nodes", "group-1", 3],
  ])("the leader of %s may crash in the midst of moves", (_, office, nodes) => {
    for (let seed = 1; seed <= byNight(3, 1); seed++) {
      const scenario = scenarioOf(sharded, shardedStore, {
        nodes,
        leader: 0,
        parameters,
        workload: { ...BUSY, moveEvery: "10ms", changeEvery: "150ms" },
        faults: [{ kind: "crash", target: { office }, at: 300_000, for: 400_000 }],
        duration: "2s",
      })
      const run = simulate(scenario, seed, { pool: POOL })
      if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason}`)
      expect(violations(run.outcome), `seed ${seed}`).toEqual([])
      expect(run.outcome.ok, `seed ${seed}`).toBeGreaterThan(300)
    }
  })
})

test("a group that is down takes its shards with it, and no others", () => {
  const { outcome } = completeRun(sharded, shardedStore, {
    nodes: 12,
    leader: 0,
    parameters: PARAMETERS,
    workload: { rate: "600/s", keys: 600, deadline: "50ms", retryAfter: "50ms" },
    faults: [{ kind: "crash", target: { nodes: [3, 4, 5] }, at: 500_000 }],
    warmup: "500ms",
    duration: "2s",
  })
  expect(violations(outcome)).toEqual([])
  expect(outcome.availability).toBeGreaterThan(0.6)
  expect(outcome.availability).toBeLessThan(0.73)
})

test("without the controller, everything is served where it is, and nothing moves", () => {
  const { outcome, messagesByType } = completeRun(sharded, shardedStore, {
    nodes: 12,
    leader: 0,
    parameters: PARAMETERS,
    workload: { ...BUSY, moveEvery: "50ms" },
    faults: [{ kind: "crash", target: { nodes: [0, 1, 2] }, at: 100_000 }],
    warmup: "200ms",
    duration: "1s",
  })
  expect(violations(outcome)).toEqual([])
  expect(outcome).toMatchObject({ failed: 0, unknown: 0 })
  expect(messagesByType["Move"] ?? 0).toBe(0)
})

test("groups that join and leave end with as many shards each, or one more", () => {
  const map = (changes: object, moves: number): readonly number[] => {
    let owners: readonly number[] = []
    const scenario = scenarioOf(sharded, shardedStore, {
      nodes: 12,
      leader: 0,
      parameters: { ...PARAMETERS, ...changes },
      workload: { ...BUSY, changeEvery: "100ms", moves },
      duration: "1s",
    })
    const run = simulate(scenario, 1, {
      pool: POOL,
      observer(event) {
        if (event.type !== "deliver" || event.message.type !== "Answered" || !("answer" in event.message)) return
        const { answer } = event.message
        if (typeof answer === "object" && answer !== null && "map" in answer)
          owners = Reflect.get(answer.map ?? {}, "owners") ?? owners
      },
    })
    if (run.status === "failed") throw new Error(run.reason)
    expect(violations(run.outcome)).toEqual([])
    return [1, 2, 3].map(group => owners.filter(owner => owner === group).length).toSorted((a, b) => a - b)
  }
  expect(map({}, 1)).toEqual([0, 3, 3])
  expect(map({}, 2)).toEqual([2, 2, 2])
})
