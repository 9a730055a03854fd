// Messages between groups: each goes to the leader of a group, as far as its sender knows, and from others to that.
import { describe, expect, test } from "vitest"
import type { Move } from "../../../algorithms/sharded-groups/types.ts"
import { createCluster } from "../../support/cluster.ts"
import { actions, groupsOfThree, hand, keysIn, leaderAndFollower, lose, sent, shardedGroups, steps } from "./support.ts"

const move = { shard: 0, from: 1, to: 2, number: 1 }
const message: Move = { type: "Move", to: 1, hops: 0, move }

describe("a message to a group", () => {
  test("is acted upon by its leader", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 1)
    hand(cluster, 0, leader, message)
    lose(cluster, "Chunk")
    cluster.runFor("3ms")
    expect(actions(cluster, "freeze").length).toBeGreaterThan(0)
    expect(steps(cluster)).toMatchObject([{ from: leader, message: { type: "Chunk", move } }])
  })

  test("is forwarded by its other members to the leader that they know of", () => {
    const cluster = groupsOfThree()
    const [leader, follower] = leaderAndFollower(cluster, 1)
    lose(cluster, "Move")
    hand(cluster, 0, follower, message)
    hand(cluster, 0, follower, { ...message, hops: 1 })
    const forwarded = { from: follower, to: leader, purpose: "retransmission" }
    expect(steps(cluster)).toEqual([
      { ...forwarded, message: { ...message, hops: 1 } },
      { ...forwarded, message: { ...message, hops: 2 } },
    ])
    expect(actions(cluster, "freeze")).toEqual([])
  })

  test("is dropped after two of them, lest those who believe in each other send it for ever", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 1)
    hand(cluster, 0, follower, { ...message, hops: 2 })
    expect(steps(cluster)).toEqual([])
  })

  test("does not go back to whoever forwarded it", () => {
    const cluster = groupsOfThree()
    const [leader, follower] = leaderAndFollower(cluster, 1)
    hand(cluster, leader, follower, message)
    expect(steps(cluster)).toEqual([])
  })

  test("is dropped where nobody is known to lead", () => {
    const cluster = createCluster(shardedGroups, { nodes: 9, parameters: { groups: 2, shards: 2 }, isMute: true })
    hand(cluster, 0, 3, message)
    expect(steps(cluster)).toEqual([])
  })

  test.each(["Move", "Chunk", "ChunkAck", "Installed", "Owned", "Prepare", "Decision", "Outcome"] as const)(
    "is acted upon by nobody else: %s",
    type => {
      const cluster = groupsOfThree()
      const id = { group: 1, node: 3, number: 1 }
      const data = { values: [], sessions: [] }
      const fields = { place: 0, count: 1, data, next: 1, session: 7, sequence: 1, parts: [], isCommitted: true }
      const to = type === "Installed" ? 0 : 1
      const [, follower] = leaderAndFollower(cluster, to)
      const given = { type, to, hops: 2, move, id, ...fields, teller: 4, group: 2 }
      const before = structuredClone(cluster.state(follower).leaders)
      cluster.inject(8, follower, given)
      cluster.runFor("5ms")
      expect(steps(cluster)).toEqual([])
      expect(cluster.facts).toEqual([])
      const { leaders, coming, doubts } = cluster.state(follower)
      expect([leaders, coming.size, doubts.size]).toEqual([before, 0, 0])
    },
  )
})

describe("the leader of another group", () => {
  test("is taken for its first member until one is known", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 0)
    expect(cluster.state(leader).leaders[1]).toBeNull()
    lose(cluster, "Move")
    cluster.request(9, leader, { type: "MoveShard", sequence: 1, shard: 0, to: 2 })
    cluster.runFor("10ms")
    expect(steps(cluster)).toEqual([{ from: leader, to: 3, purpose: "protocol", message: { ...message, move } }])
  })

  test("is whoever sends a message of it, and not whoever forwards one", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 1)
    hand(cluster, 1, leader, { ...message, hops: 1 })
    expect(cluster.state(leader).leaders[0]).toBeNull()
    hand(cluster, 2, leader, message)
    expect(cluster.state(leader).leaders[0]).toBe(2)
  })

  test("is any member once it has not answered", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 0)
    lose(cluster, "Move")
    cluster.request(9, leader, { type: "MoveShard", sequence: 1, shard: 0, to: 2 })
    cluster.runFor("10ms")
    steps(cluster)
    const asked = new Set<number>()
    for (let time = 0; time < 60; time++) {
      cluster.fire(leader, "retry")
      const [step] = steps(cluster)
      expect(step).toMatchObject({ message: { type: "Move" }, purpose: "retransmission" })
      expect(cluster.state(leader).leaders[1]).toBe(step!.to)
      asked.add(step!.to)
    }
    expect(asked).toEqual(new Set([3, 4, 5]))
  })

  test("is known to its own members from their log alone", () => {
    // On five nodes, groups share nodes: group 1 is on 1 to 3, group 2 on 2 to 4.
    const cluster = createCluster(shardedGroups, {
      nodes: 5,
      parameters: { groups: 2, shards: 2, retry: "20ms" },
    })
    cluster.runFor("2s")
    const leader = [2, 3].find(node => cluster.state(node).leads[1] === true)!
    const second = [2, 3, 4].find(node => cluster.state(node).leads[2] === true && node !== leader)!
    lose(cluster, "Prepare")
    const operations = keysIn([1, 2], 2).map(key => ({ op: "put", key, value: "v" }) as const)
    cluster.request(7, leader, { type: "Transact", session: 7, sequence: 1, operations, groups: [1, 2] })
    cluster.runFor("70ms")
    // Asked for again three times, at members drawn at random if the node were not one of them.
    expect(sent(cluster, "Prepare").map(({ to }) => to)).toEqual([second, second, second, second])
    for (const node of [2, 3, 4]) expect(cluster.state(node).leaders[2], `node ${node}`).toBe(second)
  })
})
