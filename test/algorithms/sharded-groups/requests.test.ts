// Requests of clients and operators, one by one: which log they go through, as which command, and who is answered what.
import { describe, expect, test } from "vitest"
import { firstMap, type ShardedParameters } from "../../../algorithms/sharded-groups/parameters.ts"
import { OWN, OWN_INSTALLS, OWN_TRANSACTIONS, SPREAD } from "../../../algorithms/sharded-groups/types.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { createCluster } from "../../support/cluster.ts"
import {
  answer,
  executed,
  type Groups,
  groupsOf,
  groupsOfThree,
  keysIn,
  keysOf,
  leaderAndFollower,
  lose,
  moveShard,
  registered,
  replies,
  shardedGroups,
  transact,
} from "./support.ts"

const [first = "", second = ""] = keysIn([1, 2], 2)

/** The map before anything moves. */
function mapOf(groups: number, shards: number) {
  const resolved = resolveParameters(registered.parameters, { groups, shards }, 1_000)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  return firstMap(resolved.values as ShardedParameters)
}

function put(cluster: Groups, node: number, key: string, group?: number): void {
  const operation = { op: "put", key, value: "v" } as const
  const at = group === undefined ? {} : { group }
  cluster.request(7, node, { type: "Command", session: 7, sequence: 3, operation, ...at })
}

describe("a client's command", () => {
  test("is executed by the group of its shard, as the command of its session, and answered to its client", () => {
    const cluster = groupsOf(2, 2)
    put(cluster, 1, first, 1)
    cluster.runFor("2ms")
    const request = { op: "put", key: first, value: "v" }
    const action = { kind: "serve", shard: 0, isHome: true, request }
    expect(executed(cluster)).toEqual([{ group: 1, session: 7, sequence: 3, action }])
    expect(cluster.facts.find(({ fact }) => fact.type === "executed")).toMatchObject({
      node: 1,
      fact: { command: { type: "Command", operation: { op: "shard", key: first } } },
    })
    expect(replies(cluster)).toEqual([{ client: 7, type: "Result", sequence: 3, result: { done: true, value: null } }])
  })

  test("is answered what its key held", () => {
    const cluster = groupsOf(2, 2)
    put(cluster, 1, first, 1)
    cluster.runFor("2ms")
    replies(cluster)
    const operation = { op: "get", key: first } as const
    cluster.request(8, 1, { type: "Command", session: 8, sequence: 1, operation, group: 1 })
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([{ client: 8, type: "Result", sequence: 1, result: { done: true, value: "v" } }])
  })

  const toOne = { client: 7, type: "Elsewhere", sequence: 3, shard: 0, shards: 2, group: 1, number: 0, members: [1] }

  test("that names no group is sent to where its shard began, though the node is there", () => {
    const cluster = groupsOf(2, 2)
    put(cluster, 1, first)
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([toOne])
    expect(executed(cluster)).toEqual([])
  })

  test("for a group that the node is not in is sent to where its shard began", () => {
    const cluster = groupsOf(2, 2)
    put(cluster, 1, first, 2)
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([toOne])
  })

  test("for a group that never had its shard is to come later", () => {
    const cluster = groupsOf(2, 2)
    put(cluster, 2, first, 2)
    cluster.runFor("2ms")
    expect(executed(cluster)).toMatchObject([{ group: 2, action: { kind: "serve", shard: 0, isHome: false } }])
    expect(replies(cluster)).toEqual([{ client: 7, type: "Later", sequence: 3 }])
  })

  test("is sent to where its shard went, by the number of that move", () => {
    const cluster = groupsOf(2, 2)
    moveShard(cluster, 0, 2)
    cluster.runFor("10ms")
    replies(cluster)
    put(cluster, 1, first, 1)
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([{ ...toOne, group: 2, number: 1, members: [2] }])
  })

  test("is to come later while a transaction has locked its key", () => {
    const cluster = groupsOf(2, 2)
    lose(cluster, "Vote")
    transact(cluster, [1, 2], 2)
    put(cluster, 2, second, 2)
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([{ client: 7, type: "Later", sequence: 3 }])
  })

  test("is redirected to the leader of the group, by its number among all nodes", () => {
    const cluster = groupsOfThree()
    const [leader, follower] = leaderAndFollower(cluster, 2)
    put(cluster, follower, second, 2)
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([{ client: 7, type: "Redirect", sequence: 3, leader }])
  })

  test("is redirected to nobody while the group has no leader", () => {
    const cluster = createCluster(shardedGroups, { nodes: 9, parameters: { groups: 2, shards: 2 } })
    put(cluster, 6, second, 2)
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([{ client: 7, type: "Redirect", sequence: 3, leader: null }])
  })
})

describe("an operator", () => {
  test("has the controller's log execute a move, and is answered", () => {
    const cluster = groupsOf(2, 2)
    lose(cluster, "Move")
    moveShard(cluster, 0, 2)
    const action = { kind: "move", shard: 0, to: 2, first: mapOf(2, 2) }
    expect(executed(cluster)).toEqual([{ group: 0, session: 9, sequence: 1, action }])
    expect(cluster.state(0).map).toEqual({
      number: 1,
      owners: [1, 2],
      moving: [{ to: 2, number: 1 }, null],
      groups: [1, 2],
      isSpread: false,
    })
    expect(replies(cluster)).toEqual([{ client: 9, type: "Result", sequence: 1, result: { done: true, value: null } }])
  })

  test.each([
    ["JoinGroup", { kind: "join", group: 2, first: { ...mapOf(2, 2), owners: [1, 1], groups: [1] } }],
    ["LeaveGroup", { kind: "leave", group: 2, first: { ...mapOf(2, 2), owners: [1, 1], groups: [1] } }],
  ] as const)("has it execute %s", (type, action) => {
    const cluster = groupsOf(2, 2, { firstGroups: 1 })
    lose(cluster, "Move")
    cluster.request(9, 0, { type, sequence: 4, group: 2 })
    cluster.runFor("2ms")
    expect(executed(cluster)[0]).toEqual({ group: 0, session: 9, sequence: 4, action })
  })

  test("is sent to the controller by all others", () => {
    const cluster = groupsOf(2, 2)
    cluster.request(9, 1, { type: "MoveShard", sequence: 1, shard: 0, to: 2 })
    cluster.request(8, 2, { type: "JoinGroup", sequence: 2, group: 2 })
    expect(replies(cluster)).toEqual([])
    expect(replies(cluster)).toEqual([
      { client: 9, type: "Redirect", sequence: 1, leader: 0 },
      { client: 8, type: "Redirect", sequence: 2, leader: 0 },
    ])
    expect(executed(cluster)).toEqual([])
  })
})

describe("steps of the groups' own", () => {
  test("are commands of a session for each shard, and another one of those that install it; they are answered to no client", () => {
    const cluster = groupsOf(2, 4)
    moveShard(cluster, 2, 2)
    cluster.runFor("10ms")
    expect(executed(cluster).map(({ group, session, action: { kind } }) => [group, kind, session])).toEqual([
      [0, "move", 9],
      [1, "freeze", OWN + 3],
      [2, "install", OWN_INSTALLS + 3],
      [0, "own", OWN + 3],
      [1, "delete", OWN + 3],
    ])
    expect(replies(cluster).length).toBe(1)
  })

  test("of one shard are no commands of the session of another one", () => {
    const sessions = [OWN, OWN_INSTALLS, OWN_TRANSACTIONS, 2 ** 31]
    // As many shards as there may be at most, and what concerns all of them.
    for (const [i, from] of sessions.slice(0, -1).entries()) expect(sessions[i + 1]! - from).toBeGreaterThan(1_024)
    // As many nodes as there may be in a run.
    expect(2 ** 31 - OWN_TRANSACTIONS).toBeGreaterThan(1_000 * SPREAD)
  })

  test("are numbered by the time, and upwards where several are due at once", () => {
    const cluster = groupsOf(2, 4)
    const before = cluster.state(1).sequence
    const moves = [0, 2].map(shard => ({ shard, from: 1, to: 2, number: 1 }))
    cluster.runFor("5ms")
    answer(cluster, 1, 1, { type: "status", map: null, frozen: moves, prepared: [], decisions: [] })
    const sequences = executed(cluster).map(({ sequence }) => sequence)
    expect(sequences).toEqual([cluster.now, cluster.now + 1])
    expect(cluster.state(1).sequence).toBe(cluster.now + 1)
    expect(before).toBeLessThan(cluster.now)
  })

  test("of transactions have a session each, of those of their node", () => {
    const cluster = groupsOf(2, 2)
    for (const sequence of [1, 2]) {
      const operations = [{ op: "put", key: keysOf(1, 2, sequence)[sequence - 1]!, value: "v" }] as const
      cluster.request(7, 2, { type: "Transact", session: sequence, sequence, operations, groups: [2] })
    }
    cluster.runFor("2ms")
    const sessions = executed(cluster).map(({ session }) => session)
    const ofNode = OWN_TRANSACTIONS + 2 * SPREAD
    // They are due in the same microsecond.
    expect(sessions).toEqual([ofNode + (cluster.now - 1_000), ofNode + (cluster.now - 1_000 + 2)])
  })

  test("that a log does not take from a node that leads no more are dropped", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 1)
    const frozen = [{ shard: 0, from: 1, to: 2, number: 1 }]
    answer(cluster, follower, 1, { type: "status", map: null, frozen, prepared: [], decisions: [] })
    cluster.runFor("20ms")
    expect(executed(cluster)).toEqual([])
    expect(replies(cluster)).toEqual([])
  })

  test("that find their shard closed are answered to no client", () => {
    const cluster = groupsOf(2, 2)
    const move = { shard: 1, from: 1, to: 2, number: 1 }
    cluster.inject(0, 1, { type: "Move", to: 1, hops: 0, move })
    expect(executed(cluster)).toMatchObject([{ group: 1, action: { kind: "freeze", shard: 1, isHome: false } }])
    cluster.runFor("2ms")
    expect(replies(cluster)).toEqual([])
  })
})
