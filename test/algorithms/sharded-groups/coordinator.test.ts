// The coordinator of transactions: whom it asks, and what it makes of each vote.
import { describe, expect, test } from "vitest"
import type { Refusal } from "../../../services/machines/transaction-types.ts"
import { createCluster } from "../../support/cluster.ts"
import { begun, coordinated, decision, LATER, vote } from "./coordination.ts"
import {
  actions,
  executed,
  type Groups,
  groupsOf,
  groupsOfThree,
  keysIn,
  keysOf,
  leaderAndFollower,
  lose,
  replies,
  shardedGroups,
  steps,
  transact,
} from "./support.ts"

describe("a transaction is not begun", () => {
  function asked(cluster: Groups, node: number, groups: readonly (number | null)[], keys = keysIn([1, 2], 2)): object {
    const operations = keys.map(key => ({ op: "put", key, value: "v" }) as const)
    cluster.request(7, node, { type: "Transact", session: 7, sequence: 1, operations, groups })
    cluster.runFor("2ms")
    expect(steps(cluster)).toEqual([])
    expect(executed(cluster)).toEqual([])
    return replies(cluster)
  }

  const elsewhere = { client: 7, type: "Elsewhere", sequence: 1, shards: 2, number: 0 }

  test.each([
    [[null, 2], 0],
    [[1, null], 1],
    [[null, null], 0],
  ])("if its client knows no group of a shard: groups %j", (groups, shard) => {
    const cluster = groupsOf(2, 2)
    expect(asked(cluster, 1, groups)).toEqual([{ ...elsewhere, shard, group: shard + 1, members: [shard + 1] }])
  })

  test("by a node that is not in the group of its first key", () => {
    const cluster = groupsOf(2, 2)
    expect(asked(cluster, 2, [1, 2])).toEqual([{ ...elsewhere, shard: 0, group: 1, members: [1] }])
  })

  test("by a node that follows: it names the leader", () => {
    const cluster = groupsOfThree()
    const [leader, follower] = leaderAndFollower(cluster, 1)
    expect(asked(cluster, follower, [1, 2])).toEqual([{ client: 7, type: "Redirect", sequence: 1, leader }])
  })

  test("by a node that knows of no leader", () => {
    const cluster = createCluster(shardedGroups, { nodes: 9, parameters: { groups: 2, shards: 2 } })
    expect(asked(cluster, 3, [1, 2])).toEqual([{ client: 7, type: "Redirect", sequence: 1, leader: null }])
  })

  test("a second time while it is under way, unlike later ones and those of other clients", () => {
    const cluster = begun([1, 2], "2pc-replicated")
    const ask = (session: number, sequence: number): number => {
      const operations = keysIn([1, 2], 3).map(key => ({ op: "put", key, value: "v" }) as const)
      cluster.request(session, 1, { type: "Transact", session, sequence, operations, groups: [1, 2] })
      cluster.runFor("2ms")
      return steps(cluster).length
    }
    expect([ask(7, 1), ask(7, 2), ask(8, 1), ask(8, 1)]).toEqual([0, 1, 1, 0])
  })

  test("unless the earlier attempt was given up", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    vote(cluster, 2, { type: "locked" })
    expect(coordinated(cluster).phase).toBe("aborted")
    transact(cluster, [1, 2, 3], 3)
    expect(steps(cluster).map(({ to }) => to)).toEqual([2, 3])
  })
})

describe("phase 1", () => {
  test("asks all other groups to prepare, each for its own operations, shard by shard", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Prepare")
    // Shards 1 and 3 begin on group 2, and shard 2 on group 1.
    const [[a = ""], [b = "", c = ""], [d = ""], [e = ""]] = [0, 1, 2, 3].map(shard => keysOf(shard, 4, 2)) as [
      string[],
      string[],
      string[],
      string[],
    ]
    const put = (key: string) => ({ op: "put", key, value: `of ${key}` }) as const
    const operations = [a, b, d, c, e].map(put)
    // The client takes group 2 for the owner of shard 2.
    const groups = [1, 2, 2, 2, 2]
    cluster.request(7, 1, { type: "Transact", session: 7, sequence: 4, operations, groups })
    cluster.runFor("2ms")
    const { id } = coordinated(cluster)
    expect(id).toEqual({ group: 1, node: 1, number: cluster.now - 1_000 })
    expect(cluster.state(1).sequence).toBe(id.number)
    const parts = [
      { shard: 1, isHome: true, operations: [put(b), put(c)] },
      { shard: 2, isHome: false, operations: [put(d)] },
      { shard: 3, isHome: true, operations: [put(e)] },
    ]
    const message = { type: "Prepare", to: 2, hops: 0, id, session: 7, sequence: 4, parts }
    expect(steps(cluster)).toEqual([{ from: 1, to: 2, purpose: "protocol", message }])
    expect(coordinated(cluster)).toMatchObject({ phase: "preparing", age: 0, client: 7, session: 7, sequence: 4 })
    expect(coordinated(cluster).keys).toEqual([a, b, d, c, e])
    expect(cluster.armed(1)).toContain("transactions")
  })

  test("asks the coordinator's own group as well, where a process decides alone", () => {
    const cluster = begun([1, 2, 3], "2pc", () => [])
    const { id } = coordinated(cluster)
    expect(steps(cluster).map(({ to, message }) => [to, Reflect.get(message, "id")])).toEqual([
      [2, id],
      [3, id],
    ])
    // It has prepared its own group at once.
    expect(executed(cluster)).toMatchObject([{ group: 1, action: { kind: "prepare", id } }])
    expect([...coordinated(cluster).votes.keys()]).toEqual([1])
    expect(coordinated(cluster).id).toMatchObject({ group: null, node: 1 })
  })

  test.each(["2pc", "2pc-replicated"])("asks nobody where only one group takes part: %s", transactions => {
    const cluster = groupsOf(3, 3, { transactions })
    transact(cluster, [1], 3)
    expect(steps(cluster)).toEqual([])
    expect(actions(cluster, "decide")).toMatchObject([{ id: { group: 1, node: 1 }, groups: [], isCommitted: true }])
    expect(replies(cluster)).toMatchObject([{ type: "Result" }])
  })

  test("gives each transaction a number of its own, in one moment, too", () => {
    const cluster = groupsOf(3, 3)
    lose(cluster, "Prepare")
    for (const client of [7, 8]) {
      const operations = keysIn([1, 2], 3).map(key => ({ op: "put", key, value: "v" }) as const)
      cluster.request(client, 1, { type: "Transact", session: client, sequence: 1, operations, groups: [1, 2] })
    }
    cluster.runFor("2ms")
    const [one, other] = [...cluster.state(1).coordinated.values()].map(({ id }) => id.number)
    expect(other).toBe(one! + 1)
  })
})

describe("a vote", () => {
  test("about a transaction that is not known is disregarded", () => {
    const cluster = groupsOf(3, 3)
    vote(cluster, 2)
    vote(cluster, 2, { type: "locked" })
    expect([steps(cluster), replies(cluster), executed(cluster)]).toEqual([[], [], []])
  })

  test("is waited for from every group that takes part", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    vote(cluster, 2)
    vote(cluster, 2)
    expect([steps(cluster), executed(cluster)]).toEqual([[], []])
    expect(coordinated(cluster).phase).toBe("preparing")
    vote(cluster, 3)
    expect(actions(cluster, "decide").length).toBe(1)
  })

  test("is disregarded while the log decides", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 1)
    const [other] = leaderAndFollower(cluster, 2)
    const operations = keysIn([1, 2], 2).map(key => ({ op: "put", key, value: "v" }) as const)
    cluster.intercept((_, __, { type }) => (type === "log/AppendEntries" ? { delay: 500_000 } : "deliver"))
    cluster.request(7, leader, { type: "Transact", session: 7, sequence: 1, operations, groups: [1, 2] })
    cluster.runFor("2ms")
    const [transaction] = cluster.state(leader).coordinated.values()
    const { id } = transaction!
    cluster.inject(other, leader, { type: "Vote", id, group: 2, outcomes: [], refusal: null })
    expect(transaction!.phase).toBe("deciding")
    steps(cluster)
    cluster.inject(other, leader, { type: "Vote", id, group: 2, outcomes: [], refusal: { type: "locked" } })
    expect(transaction!.phase).toBe("deciding")
    expect(steps(cluster)).toEqual([])
    expect(transaction!.votes.get(2)).toEqual({ outcomes: [], isPrepared: true })
    expect(replies(cluster)).toEqual([])
  })

  test.each<Refusal>([{ type: "locked" }, { type: "stale" }, { type: "closed", shard: 1, group: null, number: 0 }])(
    "that refuses has the transaction given up: $type",
    refusal => {
      const cluster = begun([1, 2, 3], "2pc-replicated")
      const { id } = coordinated(cluster)
      vote(cluster, 3)
      vote(cluster, 2, refusal)
      expect(steps(cluster)).toEqual([decision(id, 3, false, null)])
      expect(replies(cluster)).toEqual([LATER])
      expect(cluster.state(1).coordinated.size).toBe(0)
    },
  )

  test("that a shard is elsewhere sends the client there", () => {
    const cluster = begun([1, 2, 3], "2pc-replicated")
    vote(cluster, 2, { type: "closed", shard: 1, group: 3, number: 4 })
    const there = { shard: 1, shards: 3, group: 3, number: 4, members: [3] }
    expect(replies(cluster)).toEqual([{ client: 7, type: "Elsewhere", sequence: 1, ...there }])
  })

  test("that comes after the transaction was given up has the group unlock, if it is prepared", () => {
    const cluster = begun([1, 2, 3], "2pc")
    const { id } = coordinated(cluster)
    vote(cluster, 2, { type: "locked" })
    expect(replies(cluster)).toEqual([LATER])
    vote(cluster, 1, { type: "locked" })
    expect(steps(cluster)).toEqual([])
    expect(coordinated(cluster).phase).toBe("aborted")
    vote(cluster, 3)
    expect(steps(cluster)).toEqual([decision(id, 3, false, null)])
    expect(cluster.state(1).coordinated.size).toBe(0)
    expect(replies(cluster)).toEqual([])
  })
})
