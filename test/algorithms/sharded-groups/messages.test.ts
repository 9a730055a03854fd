// What the leaders of sharded groups make of single messages: those that are lost, late, or about a move that is over. Groups are
// of one node each, whose logs take no messages: node 0 is the controller, nodes 1, 2, ... lead the groups of their numbers.
import { describe, expect, test } from "vitest"
import { theory } from "../../../algorithms/sharded-groups/theory.ts"
import type { NodeId } from "../../../runtime/contract/algorithm.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { createCluster } from "../../support/cluster.ts"
import { groupsOf, lose, moveShard, registered, sent, shardedGroups, transact } from "./support.ts"

describe("a move that is under way", () => {
  test("begins once more, to where it was to go, when the controller has not heard for a while", () => {
    const cluster = groupsOf(2, 4, { retry: "50ms" })
    lose(cluster, "Move")
    moveShard(cluster, 0, 2)
    cluster.runFor("60ms")
    const moves = sent(cluster, "Move", "retransmission").map(({ to, message }) => [to, message])
    expect(moves.length).toBeGreaterThan(0)
    for (const move of moves) expect(move).toMatchObject([1, { move: { shard: 0, from: 1, to: 2 } }])
  })

  test("begins once more with the controller's next leader, be it the same node", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Move")
    moveShard(cluster, 0, 2)
    cluster.inject(0, 0, { type: "Leads", group: 0 })
    cluster.runFor("3ms")
    expect(sent(cluster, "Move", "protocol").map(({ to }) => to)).toEqual([1, 1])
  })

  test("has its chunks sent again, in the order of the shards", () => {
    const cluster = groupsOf(2, 4, { retry: "50ms" })
    lose(cluster, "ChunkAck")
    for (const [shard, number] of [
      [2, 1],
      [0, 2],
    ] as const) {
      cluster.inject(0, 1, { type: "Move", to: 1, hops: 0, move: { shard, from: 1, to: 2, number } })
      cluster.runFor("3ms")
    }
    cluster.clearCounts()
    cluster.runFor("51ms")
    const shards = sent(cluster, "Chunk", "retransmission").map(
      ({ message }) => "move" in message && message.move.shard,
    )
    expect(shards).toEqual([0, 2])
  })

  test("keeps its chunks when word comes that an earlier move of the shard is over", () => {
    const cluster = groupsOf(2, 4)
    const move = { shard: 0, from: 1, to: 2 }
    const data = { values: [], sessions: [] }
    cluster.inject(1, 2, { type: "Chunk", to: 2, hops: 0, move: { ...move, number: 5 }, place: 0, count: 2, data })
    cluster.inject(0, 2, { type: "Owned", to: 2, hops: 0, move: { ...move, number: 3 } })
    expect(cluster.state(2).coming.get(0)).toMatchObject({ number: 5, chunks: [data] })
    cluster.inject(0, 2, { type: "Owned", to: 2, hops: 0, move: { ...move, number: 5 } })
    expect(cluster.state(2).coming.size).toBe(0)
  })
})

describe("a transaction", () => {
  test("has its groups asked in the order of their numbers, whatever that of its operations is", () => {
    const cluster = groupsOf(4, 4)
    transact(cluster, [1, 4, 2, 3], 4)
    expect(sent(cluster, "Prepare").map(({ to }) => to)).toEqual([2, 3, 4])
  })

  test("that one group refuses is called off at those that are prepared, and not at the one that is not", () => {
    const cluster = groupsOf(3, 3, { transactions: "2pc" })
    lose(cluster, "Prepare")
    transact(cluster, [1, 2, 3], 3)
    const [name] = cluster.state(1).coordinated.keys()
    const { id } = cluster.state(1).coordinated.get(name!)!
    const vote = (group: NodeId, refusal: { readonly type: "locked" } | null): void =>
      cluster.inject(group, 1, { type: "Vote", id, group, outcomes: [], refusal })
    vote(2, null)
    vote(3, { type: "locked" })
    expect(sent(cluster, "Decision").map(({ to }) => to)).toEqual([2])
    vote(1, { type: "locked" })
    expect([sent(cluster, "Decision").length, cluster.state(1).coordinated.size]).toEqual([1, 0])
  })

  test("whose groups do not answer is asked for three times more, and its client then told to try again", () => {
    const cluster = groupsOf(2, 2, { retry: "50ms" })
    lose(cluster, "Prepare")
    transact(cluster, [1, 2], 2)
    cluster.runFor("160ms")
    expect([sent(cluster, "Prepare", "retransmission").length, cluster.replies.length]).toEqual([3, 0])
    cluster.runFor("50ms")
    expect(cluster.replies.map(({ reply }) => reply)).toEqual([{ type: "Later", sequence: 1 }])
    expect(sent(cluster, "Prepare", "retransmission").length).toBe(3)
  })
})

test("a node that leads a group is above those that lead none", () => {
  expect(groupsOf(2, 2).standing(1)).toMatchObject({ role: "group-1", rank: 2 })
  expect(createCluster(shardedGroups, { nodes: 9 }).standing(0)).toMatchObject({ role: "follower", rank: 0 })
})

test("a group of one node that keeps a disk is no conflict: it returns by itself", () => {
  const resolved = resolveParameters(registered.parameters, { log: "raft", replicas: 1 }, 1_000)
  if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
  expect(registered.conflict!(resolved.values, 9)).toBeUndefined()
})

describe("closed forms hold", () => {
  const closed = { mode: "closed" }
  const holding = (n: number, parameters: object, workload: object): string[] =>
    theory.capacity!.flatMap(({ formula, holds }) =>
      holds?.({ ...parameters }, n, { ...workload }) === true ? [formula] : [],
    )

  test("of capacity: where groups have nodes of their own, or as many nodes as groups share, and clients wait", () => {
    expect(holding(12, { groups: 3, replicas: 3 }, closed)).toEqual(["g/(r s)", "g/(2 s)"])
    expect(holding(11, { groups: 3, replicas: 3 }, closed)).toEqual([])
    expect(holding(3, { groups: 3, replicas: 3 }, closed)).toEqual(["g/((2r-1) s)"])
    expect(holding(12, { groups: 3, replicas: 3 }, { mode: "open" })).toEqual([])
  })

  test("of the messages of moves: where there is a load", () => {
    const moves = theory.messages!.at(-1)!
    expect([0, 100].map(rate => moves.holds!({}, 3, { rate }))).toEqual([false, true])
    expect(moves.holds!({}, 1, { rate: 100 })).toBe(false)
    // 12 nodes: a command takes 4 messages. A move for each ten commands, of 25 keys in chunks of 10: 20 + 2 * 3 + 4, or where the shard
    // is there already, as one in three is, 4.
    const parameters = { groups: 3, replicas: 3, shards: 4, chunkKeys: 10 }
    const workload = { rate: 100, moveEvery: 100_000, keys: 100 }
    expect(moves.messages(12, parameters, workload)).toBeCloseTo(4 + 0.1 * ((2 / 3) * 30 + (1 / 3) * 4))
  })
})
