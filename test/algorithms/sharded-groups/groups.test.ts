// Groups as such: which nodes are in them, what they report, how runs begin, and which settings contradict each other.
import { describe, expect, test } from "vitest"
import { chainReplication } from "../../../algorithms/chain-replication/chain-replication.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import {
  allGroups,
  declared,
  firstMap,
  firstOwner,
  membersOf,
  type ShardedParameters,
} from "../../../algorithms/sharded-groups/parameters.ts"
import { theory } from "../../../algorithms/sharded-groups/theory.ts"
import type { Beginning } from "../../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { shardedStore } from "../../../services/sharded-store/service.ts"
import { createCluster } from "../../support/cluster.ts"
import { scenarioOf } from "../../support/service-run.ts"
import { QUIET } from "./quiet.ts"
import { groupsOf, groupsOfThree, keysIn, leaderAndFollower, registered, replies, shardedGroups } from "./support.ts"

const LOGS = ["raft", "multi-paxos", "viewstamped-replication", "chain-replication"]

function parametersOf(given: object): ShardedParameters {
  const resolved = resolveParameters(registered.parameters, { ...given }, 1_000)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  return resolved.values as ShardedParameters
}

describe("the members of a group", () => {
  const members = (size: number, groups: number, replicas: number): readonly (readonly number[])[] =>
    allGroups({ parameters: { groups, replicas } }).map(group =>
      membersOf({ size, parameters: { groups, replicas } }, group),
    )

  test("are its own where there are enough nodes", () => {
    expect(members(9, 2, 3)).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7, 8],
    ])
  })

  test("are those from its number on where there are not", () => {
    expect(members(8, 2, 3)).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ])
    expect(members(3, 2, 2)).toEqual([
      [0, 1],
      [1, 2],
      [2, 0],
    ])
  })

  test("are all nodes where there are fewer than a group is to have", () => {
    expect(members(2, 1, 3)).toEqual([
      [0, 1],
      [1, 0],
    ])
  })
})

describe("shards begin", () => {
  const firstOf = (given: object) => firstMap(parametersOf(given))

  test("spread over all groups", () => {
    expect(firstOf({ groups: 3, shards: 7 })).toEqual({
      number: 0,
      owners: [1, 2, 3, 1, 2, 3, 1],
      moving: [null, null, null, null, null, null, null],
      groups: [1, 2, 3],
      isSpread: false,
    })
    expect(firstOwner(parametersOf({ groups: 3, shards: 7 }), 5)).toBe(3)
  })

  test("on the first groups, where others may join", () => {
    expect(firstOf({ groups: 3, shards: 4, firstGroups: 2 })).toMatchObject({ owners: [1, 2, 1, 2], groups: [1, 2] })
  })

  test("on all groups where there are fewer than the first ones are to be", () => {
    expect(firstOf({ groups: 2, shards: 4, firstGroups: 3 })).toMatchObject({ owners: [1, 2, 1, 2], groups: [1, 2] })
  })
})

describe("parameters", () => {
  test("of a log without roles are all open to the user", () => {
    expect(Object.keys(declared([raft]))).toContain("raftElectionTimeoutMin")
    expect(Object.keys(declared([raft])).length).toBe(8 + Object.keys(raft.parameters).length)
  })

  test("of chains do not include those that groups settle", () => {
    const names = Object.keys(declared([chainReplication]))
    expect(names).toContain("chainReplicationHeartbeatInterval")
    for (const settled of ["Replies", "Suspicions", "Reads", "Lease"])
      expect(names).not.toContain(`chainReplication${settled}`)
    expect(names.length).toBe(8 + Object.keys(chainReplication.parameters).length - 4)
  })

  test("begin with the first of the logs", () => {
    expect(parametersOf({}).log).toBe("raft")
  })

  test("contradict each other if a group is larger than all nodes", () => {
    expect(registered.conflict!(parametersOf({ replicas: 5 }), 4)).toEqual({
      parameter: "replicas",
      message: "a group of 5 nodes does not fit on 4",
    })
    expect(registered.conflict!(parametersOf({ replicas: 5 }), 5)).toBeUndefined()
  })
})

describe("a run", () => {
  const start = (given: Partial<Beginning>, parameters: object) =>
    registered.begins!.problem!({ leader: null, logs: [[], []], ...given }, parametersOf(parameters))

  test("may begin under the first node of chains only", () => {
    const log = "chain-replication"
    expect(start({ leader: 1 }, { log })).toEqual({
      about: "leader",
      message: "a chain begins in the order of its nodes: the head is number 0",
    })
    expect(start({ leader: 0 }, { log })).toBeUndefined()
    expect(start({ leader: null }, { log })).toBeUndefined()
    expect(start({ leader: 1 }, { log: "raft" })).toBeUndefined()
  })

  test("may not begin under a node that a group has not got", () => {
    expect(start({ leader: 3 }, { replicas: 3 })).toEqual({
      about: "leader",
      message: "each group begins under its node of that number: a group has 3",
    })
    expect(start({ leader: 2 }, { replicas: 3 })).toBeUndefined()
    expect(start({ leader: null }, { replicas: 1 })).toBeUndefined()
  })

  test("may not begin with entries", () => {
    const message = "each group has a log of its own: they begin empty"
    expect(start({ logs: [[], [1]] }, {})).toEqual({ about: "initial", message })
    expect(start({ logs: [[1], []] }, {})).toEqual({ about: "initial", message })
  })

  test.each(LOGS)("begins with a leader that everybody knows, over %s", log => {
    const leader = log === "chain-replication" ? 0 : 1
    const scenario = scenarioOf(registered, shardedStore, {
      nodes: 9,
      leader,
      duration: "1s",
      parameters: { ...QUIET, log, groups: 2, shards: 2 },
      workload: { rate: "0/s" },
    })
    const run = new Simulation(scenario, 1)
    run.begin()
    run.runUntil(0)
    for (const [node, { state }] of run.nodes.slice(0, 9).entries()) {
      const { leaders, leads, logs } = state as ReturnType<ReturnType<typeof groupsOf>["state"]>
      expect(leaders, `node ${node}`).toEqual([leader, 3 + leader, 6 + leader])
      expect(leads, `node ${node}`).toEqual([0, 3, 6].map(first => node === first + leader))
      expect(logs.map(each => each !== null)).toEqual([0, 3, 6].map(first => node >= first && node < first + 3))
    }
  })
})

describe("nodes report", () => {
  test("who leads which group, what each log executes, and of the controller whom they believe to lead", () => {
    const cluster = createCluster(shardedGroups, {
      nodes: 3,
      parameters: {
        replicas: 1,
        groups: 2,
        shards: 2,
        retry: "1h",
        raftElectionTimeoutMin: "1ms",
        raftElectionTimeoutMax: "2ms",
      },
    })
    cluster.runFor("3ms")
    const of = (node: number) => cluster.facts.filter(each => each.node === node).map(({ fact }) => fact)
    const office = (name: string, holder: number | null, epoch = 1) => ({ type: "office", office: name, holder, epoch })
    const executed = (group: number) => [
      { type: "executed", group, index: 1, command: null },
      { type: "executed", group, index: 2, command: { operation: { action: { kind: "status" } } } },
    ]
    for (const group of [1, 2]) {
      const name = `group-${group}`
      const offices = [office(name, null, 0), office(name, null), office(name, group)]
      expect(of(group)).toMatchObject([...offices, ...executed(group)])
    }
    const belief = (leader: number | null, epoch = 1) => ({ type: "believes", leader, epoch })
    expect(of(0)).toMatchObject([
      belief(null, 0),
      office("controller", null, 0),
      belief(null),
      office("controller", null),
      belief(0),
      office("controller", 0),
      ...executed(0),
    ])
  })

  test("the leader of a group by its number among all nodes", () => {
    const cluster = groupsOfThree()
    const [leader, follower] = leaderAndFollower(cluster, 2)
    expect(leader).toBeGreaterThanOrEqual(6)
    expect(cluster.state(follower).leaders[2]).toBe(leader)
    expect(cluster.state(follower).leads).toEqual([false, false, false])
    cluster.crash(leader)
    cluster.runFor("2s")
    const [next] = [6, 7, 8].filter(node => node !== leader && cluster.state(node).leads[2] === true)
    expect(cluster.facts.filter(({ fact }) => fact.type === "office" && fact.holder === next)).not.toEqual([])
    expect(cluster.facts.filter(({ fact }) => fact.type === "believes")).toEqual([])
  })

  test("offices for as many groups as there may be, and the controller's", () => {
    expect(registered.offices!.length).toBe(65)
    expect(registered.offices!.slice(0, 3)).toEqual(["controller", "group-1", "group-2"])
    expect(registered.offices!.at(-1)).toBe("group-64")
  })

  test("all that they lead, as where they stand", () => {
    // The controller and group 2 are on node 0.
    const cluster = groupsOf(3, 3, {}, 2)
    expect(cluster.standing(0)).toEqual({ role: "controller, group-2", rank: 2, epoch: null })
    cluster.state(0).leads.fill(false)
    expect(cluster.standing(0)).toEqual({ role: "follower", rank: 0, epoch: null })
  })
})

test("a node that returns continues all logs that it is in", () => {
  const cluster = groupsOf(3, 3, {}, 2)
  const [key = ""] = keysIn([2], 3)
  const operation = { op: "put", key, value: "v" } as const
  cluster.request(7, 0, { type: "Command", session: 7, sequence: 1, operation, group: 2 })
  cluster.runFor("3ms")
  replies(cluster)
  cluster.crash(0)
  cluster.restart(0)
  cluster.runFor("10ms")
  expect(cluster.state(0).leads).toEqual([true, false, true, false])
  cluster.request(8, 0, { type: "Command", session: 8, sequence: 1, operation: { op: "get", key }, group: 2 })
  cluster.runFor("3ms")
  expect(replies(cluster)).toMatchObject([{ client: 8, result: { done: true, value: "v" } }])
})

test("the master of chains finds in every group who has failed", () => {
  const cluster = createCluster(shardedGroups, {
    nodes: 9,
    parameters: { log: "chain-replication", groups: 2, shards: 2, retry: "1h" },
  })
  expect(cluster.processes).toBe(10)
  cluster.runFor("100ms")
  expect([0, 3, 6].map(node => cluster.state(node).leads)).toEqual([
    [true, false, false],
    [false, true, false],
    [false, false, true],
  ])
  for (const head of [0, 3, 6]) cluster.crash(head)
  cluster.runFor("2s")
  expect([1, 4, 7].map(node => cluster.standing(node)!.role)).toEqual(["controller", "group-1", "group-2"])
})

describe("closed forms are worth", () => {
  const apart = { groups: 3, replicas: 3 }
  const load = (nodes: number, parameters: object, serviceTime?: number) => ({
    nodes,
    delay: 1_000,
    roleServiceTime: 0,
    ...(serviceTime === undefined ? {} : { serviceTime }),
    parameters: { ...parameters },
    workload: {},
  })

  test("of messages, 2(r-1): all nodes are in a group where there are fewer than it is to have", () => {
    const [command] = theory.messages!
    expect([12, 3, 2].map(n => command!.messages(n, apart, {}))).toEqual([4, 4, 2])
  })

  test("of messages with moves, more for each chunk, and no less than one", () => {
    const moves = theory.messages!.at(-1)!
    const workload = { rate: 10, moveEvery: 100_000, keys: 100 }
    const messages = (chunkKeys: number, keys: number) =>
      moves.messages(6, { groups: 2, replicas: 2, shards: 4, chunkKeys }, { ...workload, keys })
    // One move for each command: half of them go elsewhere, 10 + 2k + 4, the others cost 2.
    expect(messages(100, 100)).toBeCloseTo(2 + 0.5 * 16 + 0.5 * 2)
    expect(messages(10, 100)).toBeCloseTo(2 + 0.5 * 20 + 0.5 * 2)
    expect(messages(10, 0)).toBeCloseTo(2 + 0.5 * 16 + 0.5 * 2)
  })

  test("of latency, 2(r-1) between nodes of a chain", () => {
    const [, chains] = theory.latency!
    const between = chains!.betweenNodes
    if (typeof between === "number") throw new Error("it does not depend on replicas")
    expect([12, 2].map(n => between(n, apart))).toEqual([4, 2])
  })

  test("of capacity, g/(r s) under leaders, g/(2 s) in chains", () => {
    const [leaders, chains] = theory.capacity!
    expect(leaders!.perSecond(load(12, apart, 100))).toBeCloseTo(3e6 / 300)
    expect(chains!.perSecond(load(12, { ...apart, groups: 2 }, 100))).toBeCloseTo(2e6 / 200)
    expect(leaders!.perSecond(load(11, apart, 100))).toBeNaN()
    expect(leaders!.perSecond(load(12, apart))).toBe(Infinity)
  })

  test("of capacity, n/((2r-1) s) where groups share nodes", () => {
    const shared = theory.capacity!.at(-1)!
    expect(shared.perSecond(load(3, apart, 100))).toBeCloseTo(3e6 / 500)
    expect(shared.perSecond(load(5, { groups: 5, replicas: 2 }, 100))).toBeCloseTo(5e6 / 300)
    expect(shared.perSecond(load(3, apart))).toBe(Infinity)
    expect(shared.holds!({ groups: 3, replicas: 3 }, 4, { mode: "closed" })).toBe(false)
    expect(shared.holds!({ groups: 3, replicas: 3 }, 3, { mode: "open" })).toBe(false)
  })

  test("of messages with moves nothing where there is no other node", () => {
    const moves = theory.messages!.at(-1)!
    expect([1, 2].map(n => moves.holds!({}, n, { rate: 1 }))).toEqual([false, true])
  })
})
