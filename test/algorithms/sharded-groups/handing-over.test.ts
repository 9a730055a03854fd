// A move at its source and its destination, message by message: frozen, sent chunk by chunk, installed, deleted.
import { describe, expect, test } from "vitest"
import type { ChunkAck, Move, Owned } from "../../../algorithms/sharded-groups/types.ts"
import type { MovingShard, ShardData } from "../../../services/machines/shard-types.ts"
import {
  actions,
  answer,
  executed,
  type Groups,
  groupsOf,
  groupsOfThree,
  hand,
  keysOf,
  leaderAndFollower,
  lose,
  steps,
} from "./support.ts"

const move = { shard: 0, from: 1, to: 2, number: 1 }
const later = { ...move, number: 5 }
const NOTHING: ShardData = { values: [], sessions: [] }

function moveOf(moving: MovingShard): Move {
  return { type: "Move", to: moving.from, hops: 0, move: moving }
}

/** A chunk of a key, from node 1 to node 2. */
function bring(cluster: Groups, place: number, count: number, moving: MovingShard = move, data: ShardData = NOTHING) {
  hand(cluster, moving.from, moving.to, { type: "Chunk", to: moving.to, hops: 0, move: moving, place, count, data })
}

/** The values that fill a shard: one for each of these keys. */
function fill(cluster: Groups, keys: readonly string[]): void {
  for (const [client, key] of keys.entries()) {
    const operation = { op: "put", key, value: `of ${key}` } as const
    cluster.request(client, 1, { type: "Command", session: client, sequence: 1, operation, group: 1 })
  }
  cluster.runFor("3ms")
  cluster.facts.splice(0)
}

describe("the source", () => {
  const keys = keysOf(0, 4, 5).toSorted()
  const valueOf = (key: string | undefined) => [key, `of ${String(key)}`]

  /** Group 1 has five keys in shard 0, which goes to group 2 two at a time; its chunks and what is said of them get lost. */
  function leaving(): Groups {
    const cluster = groupsOf(2, 4, { chunkKeys: 2 })
    fill(cluster, keys)
    lose(cluster, "Chunk")
    hand(cluster, 0, 1, moveOf(move))
    return cluster
  }

  function acknowledge(cluster: Groups, next: number, changes: Partial<ChunkAck> = {}): void {
    hand(cluster, 2, 1, { type: "ChunkAck", to: 1, hops: 0, move, next, ...changes })
  }

  const sessions = [0, 1, 2, 3, 4].map(client => [client, { sequence: 1, done: true, value: null }])

  function chunk(place: number, values: readonly unknown[], purpose = "protocol") {
    const data = { values, sessions: place === 0 ? sessions : [] }
    const message = { type: "Chunk", to: 2, hops: 0, move, place, count: 3, data }
    return { from: 1, to: 2, purpose, message }
  }

  test("freezes the shard in its log, and sends its keys in order, with its sessions first", () => {
    const cluster = leaving()
    expect(actions(cluster, "freeze")).toEqual([{ kind: "freeze", isHome: true, ...move }])
    expect(steps(cluster)).toEqual([chunk(0, [valueOf(keys[0]), valueOf(keys[1])])])
    acknowledge(cluster, 1)
    expect(steps(cluster)).toEqual([chunk(1, [valueOf(keys[2]), valueOf(keys[3])])])
    acknowledge(cluster, 2)
    expect(steps(cluster)).toEqual([chunk(2, [valueOf(keys[4])])])
    acknowledge(cluster, 3)
    expect(steps(cluster)).toEqual([])
    expect(cluster.state(1).leaving.get("1/0")).toMatchObject({ move, next: 3 })
  })

  test("sends a shard without keys as one chunk", () => {
    const cluster = groupsOf(2, 4, { chunkKeys: 2 })
    lose(cluster, "Chunk")
    hand(cluster, 0, 1, moveOf(move))
    const message = { type: "Chunk", to: 2, hops: 0, move, place: 0, count: 1, data: NOTHING }
    expect(steps(cluster)).toEqual([{ from: 1, to: 2, purpose: "protocol", message }])
  })

  test("sends as many chunks as the keys fill", () => {
    const cluster = groupsOf(2, 4, { chunkKeys: 2 })
    fill(cluster, keys.slice(0, 4))
    lose(cluster, "Chunk")
    hand(cluster, 0, 1, moveOf(move))
    expect(steps(cluster)).toMatchObject([{ message: { count: 2 } }])
  })

  test("knows whether the shard was its own in the beginning", () => {
    const cluster = groupsOf(2, 4)
    hand(cluster, 0, 1, moveOf({ ...move, shard: 1 }))
    expect(actions(cluster, "freeze")).toEqual([{ kind: "freeze", isHome: false, ...move, shard: 1 }])
    // It never had that one.
    expect(steps(cluster)).toEqual([])
  })

  test("asks its log once for a move that is under way, and sends nothing a second time", () => {
    const cluster = leaving()
    steps(cluster)
    hand(cluster, 0, 1, moveOf(move))
    answer(cluster, 1, 1, { type: "frozen", ...move, data: NOTHING })
    expect(actions(cluster, "freeze").length).toBe(1)
    expect(steps(cluster)).toEqual([])
    expect(cluster.state(1).leaving.get("1/0")!.chunks.length).toBe(3)
  })

  test("begins a later move of the shard", () => {
    const cluster = leaving()
    steps(cluster)
    answer(cluster, 1, 1, { type: "frozen", ...later, data: NOTHING })
    expect(steps(cluster)).toMatchObject([{ message: { type: "Chunk", move: later, place: 0, count: 1 } }])
  })

  test("sends nothing if it leads no more", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 1)
    answer(cluster, follower, 1, { type: "frozen", ...move, data: NOTHING })
    expect(steps(cluster)).toEqual([])
    expect(cluster.state(follower).leaving.size).toBe(0)
  })

  test("sends a chunk once for each acknowledgement that is new, and none for those of other moves", () => {
    const cluster = leaving()
    steps(cluster)
    acknowledge(cluster, 0)
    acknowledge(cluster, 1, { move: later })
    acknowledge(cluster, 1, { move: { ...move, shard: 2 } })
    expect(steps(cluster)).toEqual([])
    expect(cluster.state(1).leaving.get("1/0")).toMatchObject({ next: 0 })
    acknowledge(cluster, 1)
    acknowledge(cluster, 1)
    expect(steps(cluster)).toMatchObject([{ message: { place: 1 } }])
    acknowledge(cluster, 0)
    expect(steps(cluster)).toMatchObject([{ message: { place: 0 } }])
  })

  test("sends no further chunk once it leads no more", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 1)
    cluster.state(follower).leaving.set("1/0", { move, chunks: [NOTHING, NOTHING], next: 0 })
    hand(cluster, 6, follower, { type: "ChunkAck", to: 1, hops: 2, move, next: 1 })
    expect([steps(cluster), cluster.state(follower).leaving.get("1/0")!.next]).toEqual([[], 0])
  })

  test("learns who leads the destination", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 1)
    lose(cluster, "Chunk")
    hand(cluster, 0, leader, moveOf(move))
    cluster.runFor("3ms")
    const ack: ChunkAck = { type: "ChunkAck", to: 1, hops: 1, move, next: 0 }
    hand(cluster, 8, leader, ack)
    expect(cluster.state(leader).leaders[2]).toBeNull()
    hand(cluster, 8, leader, { ...ack, hops: 0, move: later })
    expect(cluster.state(leader).leaders[2]).toBeNull()
    hand(cluster, 8, leader, { ...ack, hops: 0 })
    expect(cluster.state(leader).leaders[2]).toBe(8)
  })

  test("sends the last chunk again if it does not hear that the shard is owned", () => {
    const cluster = leaving()
    for (const next of [1, 2, 3]) acknowledge(cluster, next)
    steps(cluster)
    cluster.fire(1, "retry")
    expect(steps(cluster)).toEqual([chunk(2, [valueOf(keys[4])], "retransmission")])
    acknowledge(cluster, 1)
    steps(cluster)
    cluster.fire(1, "retry")
    expect(steps(cluster)).toMatchObject([{ message: { place: 1 }, purpose: "retransmission" }])
  })

  test("sends nothing again for a group that it leads no more", () => {
    // Groups 1 and 3 are on node 1.
    const cluster = groupsOf(3, 3, {}, 2)
    lose(cluster, "Chunk")
    hand(cluster, 0, 1, moveOf(move))
    cluster.state(1).leads[1] = false
    steps(cluster)
    cluster.fire(1, "retry")
    expect(steps(cluster)).toEqual([])
    cluster.state(1).leads[1] = true
    cluster.fire(1, "retry")
    expect(steps(cluster)).toMatchObject([{ message: { type: "Chunk" } }])
  })

  test("sends again in the order of the shards, and of the moves of one shard", () => {
    // Groups 1 and 3 are on node 1: shard 0 leaves group 1, and later group 3.
    const cluster = groupsOf(3, 4, {}, 2)
    lose(cluster, "Chunk")
    const third = { shard: 0, from: 2, to: 3, number: 2 }
    hand(cluster, 0, 1, { type: "Chunk", to: 3, hops: 0, move: third, place: 0, count: 1, data: NOTHING })
    hand(cluster, 0, 1, moveOf({ shard: 3, from: 1, to: 2, number: 9 }))
    hand(cluster, 0, 1, moveOf({ shard: 0, from: 3, to: 2, number: 3 }))
    hand(cluster, 0, 1, moveOf(move))
    steps(cluster)
    cluster.fire(1, "retry")
    const sent = steps(cluster).map(({ message }) => Reflect.get(message, "move") as MovingShard)
    expect(sent.map(({ shard, number }) => [shard, number])).toEqual([
      [0, 1],
      [0, 3],
      [3, 9],
    ])
  })

  test("deletes the shard once it hears that the destination owns it, and forgets the move", () => {
    const cluster = leaving()
    steps(cluster)
    const owned: Owned = { type: "Owned", to: 1, hops: 0, move }
    hand(cluster, 0, 1, { ...owned, move: later })
    expect(cluster.state(1).leaving.size).toBe(1)
    hand(cluster, 0, 1, owned)
    expect(cluster.state(1).leaving.size).toBe(0)
    expect(actions(cluster, "delete")).toEqual([{ kind: "delete", ...move }])
    hand(cluster, 0, 1, owned)
    expect(actions(cluster, "delete").length).toBe(1)
  })

  test("continues as a new leader with what its log has frozen", () => {
    const cluster = leaving()
    cluster.state(1).leaving.clear()
    steps(cluster)
    cluster.inject(1, 1, { type: "Leads", group: 1 })
    expect(actions(cluster, "freeze").length).toBe(2)
    expect(steps(cluster)).toMatchObject([{ message: { type: "Chunk", move, place: 0, count: 3 } }])
  })
})

describe("the destination", () => {
  const one: ShardData = { values: [["a", "1"]], sessions: [[7, { sequence: 1, done: true, value: null }]] }
  const two: ShardData = { values: [["b", "2"]], sessions: [] }

  function acknowledged(next: number, given: MovingShard = move) {
    return { from: 2, to: 1, purpose: "protocol", message: { type: "ChunkAck", to: 1, hops: 0, move: given, next } }
  }

  test("acknowledges each chunk with the number of the next one, and installs the shard once it has all", () => {
    const cluster = groupsOf(2, 4)
    bring(cluster, 0, 2, move, one)
    expect(steps(cluster)).toEqual([acknowledged(1)])
    expect(executed(cluster)).toEqual([])
    lose(cluster, "Installed")
    bring(cluster, 1, 2, move, two)
    const data = { values: [...one.values, ...two.values], sessions: one.sessions }
    expect(actions(cluster, "install")).toEqual([{ kind: "install", ...move, data }])
    const installed = { from: 2, to: 0, purpose: "protocol", message: { type: "Installed", to: 0, hops: 0, move } }
    expect(steps(cluster)).toEqual([acknowledged(2), installed])
    expect(cluster.state(2).coming.get(0)).toMatchObject({ number: 1, isInstalled: true })
  })

  test("takes no chunk twice, and none out of order", () => {
    const cluster = groupsOf(2, 4)
    bring(cluster, 1, 3, move, two)
    expect(steps(cluster)).toEqual([acknowledged(0)])
    bring(cluster, 0, 3, move, one)
    bring(cluster, 0, 3, move, one)
    expect(steps(cluster)).toEqual([acknowledged(1), acknowledged(1)])
    expect(cluster.state(2).coming.get(0)).toEqual({ number: 1, chunks: [one], isInstalled: false })
  })

  test("begins anew with a later move of the shard, and disregards earlier ones", () => {
    const cluster = groupsOf(2, 4)
    bring(cluster, 0, 2, move, one)
    bring(cluster, 0, 2, later, two)
    expect(cluster.state(2).coming.get(0)).toEqual({ number: 5, chunks: [two], isInstalled: false })
    steps(cluster)
    bring(cluster, 0, 2, move, one)
    bring(cluster, 0, 1, move, one)
    expect(steps(cluster)).toEqual([])
    expect(executed(cluster)).toEqual([])
    expect(cluster.state(2).coming.get(0)).toEqual({ number: 5, chunks: [two], isInstalled: false })
  })

  test("learns who leads the source", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 2)
    const chunk = { type: "Chunk", to: 2, move, place: 0, count: 2, data: NOTHING } as const
    hand(cluster, 5, leader, { ...chunk, hops: 1 })
    expect(cluster.state(leader).leaders[1]).toBeNull()
    hand(cluster, 5, leader, { ...chunk, hops: 0 })
    expect(cluster.state(leader).leaders[1]).toBe(5)
  })

  test("says once more that the shard is served when its last chunk comes again, and to any member of the controller", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 2)
    lose(cluster, "Installed")
    const chunk = { type: "Chunk", to: 2, hops: 0, move, place: 0, count: 1, data: NOTHING } as const
    const told: number[] = []
    for (let time = 0; time < 40; time++) {
      hand(cluster, 5, leader, chunk)
      cluster.runFor("3ms")
      for (const { to, message } of steps(cluster)) if (Reflect.get(message, "type") === "Installed") told.push(to)
    }
    expect(told.length).toBe(40)
    // The first time to the first member, as no other is known to lead.
    expect(told[0]).toBe(0)
    expect(new Set(told)).toEqual(new Set([0, 1, 2]))
  })

  test("sends word to the first member of the controller though it has forgotten the move", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Installed")
    answer(cluster, 2, 2, { type: "installed", ...move })
    expect(cluster.state(2).coming.size).toBe(0)
    expect(steps(cluster)).toMatchObject([{ to: 0, message: { type: "Installed", move } }])
  })

  test("forgets the chunks of a move that is over, as the destination of it and not as the source of the next", () => {
    const cluster = groupsOf(2, 4)
    bring(cluster, 0, 2, move, one)
    // The shard leaves group 2 by a move of the same number to another group: word of that is none of this one's.
    hand(cluster, 0, 2, { type: "Owned", to: 2, hops: 0, move: { ...move, from: 2, to: 1 } })
    expect(cluster.state(2).coming.size).toBe(1)
    hand(cluster, 0, 2, { type: "Owned", to: 2, hops: 0, move: { ...move, shard: 2 } })
    expect(cluster.state(2).coming.size).toBe(1)
    hand(cluster, 0, 2, { type: "Owned", to: 2, hops: 0, move })
    expect(cluster.state(2).coming.size).toBe(0)
    expect(executed(cluster)).toEqual([])
  })
})

test("a process that is the source and the destination of a move deletes it as the source only", () => {
  // Groups 1 and 3 are on node 1.
  const cluster = groupsOf(3, 3, {}, 2)
  lose(cluster, "Chunk")
  const within = { shard: 0, from: 1, to: 3, number: 1 }
  cluster.inject(0, 1, { type: "Chunk", to: 3, hops: 0, move: within, place: 0, count: 2, data: NOTHING })
  cluster.state(1).leaving.set("1/0", { move: within, chunks: [NOTHING], next: 0 })
  hand(cluster, 0, 1, { type: "Owned", to: 3, hops: 0, move: within })
  expect([cluster.state(1).coming.size, cluster.state(1).leaving.size]).toEqual([0, 1])
  expect(actions(cluster, "delete")).toEqual([])
})
