// The leader of the controller: the map that it learns, the moves that it begins and ends, and shards that it spreads evenly.
import { describe, expect, test } from "vitest"
import { movesIn } from "../../../algorithms/sharded-groups/moves.ts"
import type { Step } from "../../../algorithms/sharded-groups/types.ts"
import type { ShardMap } from "../../../services/machines/shard-types.ts"
import {
  actions,
  answer,
  executed,
  type Groups,
  groupsOf,
  groupsOfThree,
  hand,
  leaderAndFollower,
  lose,
  moveShard,
  steps,
} from "./support.ts"

const move = { shard: 0, from: 1, to: 2, number: 1 }

function begun(given: object): object {
  return { from: 0, to: 1, purpose: "protocol", message: { type: "Move", to: 1, hops: 0, move: given } }
}

/** Shards 0 and 2 are on group 1, and 1 and 3 on group 2. */
function mapWith(changes: Partial<ShardMap>): ShardMap {
  const moving = [null, null, null, null]
  return { number: 1, owners: [1, 2, 1, 2], moving, groups: [1, 2], isSpread: false, ...changes }
}

/** The controller hears of a map from its log. */
function learn(cluster: Groups, map: ShardMap): void {
  answer(cluster, 0, 0, { type: "map", map })
}

describe("a leader", () => {
  test("asks its log what there is to continue, and has its timer run", () => {
    const cluster = groupsOf(2, 4)
    cluster.inject(1, 1, { type: "Leads", group: 1 })
    expect(executed(cluster)).toMatchObject([{ group: 1, action: { kind: "status" } }])
    expect(cluster.armed(1)).toContain("retry")
  })

  test("does not if it leads no more", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 1)
    expect(cluster.armed(follower)).not.toContain("retry")
    cluster.inject(follower, follower, { type: "Leads", group: 1 })
    cluster.runFor("5ms")
    expect(executed(cluster)).toEqual([])
    expect(cluster.armed(follower)).not.toContain("retry")
  })

  test("of the controller and of a group keeps the map when it leads that group anew", () => {
    // The controller and group 2 are on node 0.
    const cluster = groupsOf(3, 3, {}, 2)
    const { map } = cluster.state(0)
    expect(map).toMatchObject({ number: 0, owners: [1, 2, 3] })
    cluster.inject(0, 0, { type: "Leads", group: 2 })
    expect(cluster.state(0).map).toBe(map)
    cluster.inject(0, 0, { type: "Leads", group: 0 })
    expect(cluster.state(0).map).toEqual(map)
    expect(cluster.state(0).map).not.toBe(map)
  })

  test("of another group learns no map from its status", () => {
    const cluster = groupsOf(2, 4)
    expect(cluster.state(1).map).toBeNull()
    answer(cluster, 1, 1, { type: "status", map: mapWith({}), frozen: [], prepared: [], decisions: [] })
    expect(cluster.state(1).map).toBeNull()
  })

  test("tries again as long as it leads", () => {
    const cluster = groupsOfThree({ retry: "1h" })
    const [leader, follower] = leaderAndFollower(cluster, 1)
    cluster.fire(leader, "retry")
    expect(cluster.armed(leader)).toContain("retry")
    cluster.isolate(leader)
    cluster.runFor("2s")
    expect(cluster.state(follower).leaders[1]).not.toBe(leader)
    cluster.heal()
    cluster.runFor("1s")
    expect(cluster.state(leader).leads[1]).toBe(false)
    cluster.fire(leader, "retry")
    expect(cluster.armed(leader)).not.toContain("retry")
  })
})

describe("the map", () => {
  test("is that of the beginning until the log has another one", () => {
    const cluster = groupsOf(2, 4)
    const first = { number: 0, owners: [1, 2, 1, 2], moving: [null, null, null, null], groups: [1, 2], isSpread: false }
    expect(cluster.state(0).map).toEqual(first)
  })

  test("is replaced by newer ones only", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Move")
    learn(cluster, mapWith({ number: 3, owners: [1, 1, 1, 1] }))
    expect(cluster.state(0).map).toEqual(mapWith({ number: 3, owners: [1, 1, 1, 1] }))
    for (const number of [2, 3]) learn(cluster, mapWith({ number, owners: [2, 2, 2, 2] }))
    expect(cluster.state(0).map).toEqual(mapWith({ number: 3, owners: [1, 1, 1, 1] }))
    learn(cluster, mapWith({ number: 4, owners: [2, 2, 2, 2] }))
    expect(cluster.state(0).map).toEqual(mapWith({ number: 4, owners: [2, 2, 2, 2] }))
  })

  test("that is new has its new moves begin, and those that are under way not once more", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Move")
    const one = mapWith({ moving: [{ to: 2, number: 1 }, null, null, null] })
    learn(cluster, one)
    expect(steps(cluster)).toEqual([begun(move)])
    const two = mapWith({ number: 2, moving: [{ to: 2, number: 1 }, null, { to: 2, number: 2 }, null] })
    learn(cluster, two)
    expect(steps(cluster)).toEqual([begun({ ...move, shard: 2, number: 2 })])
    expect(cluster.state(0).map).toEqual(two)
    const again = mapWith({ number: 5, moving: [{ to: 2, number: 5 }, null, { to: 2, number: 2 }, null] })
    learn(cluster, again)
    expect(steps(cluster)).toEqual([begun({ ...move, number: 5 })])
  })

  test("has those who follow in the controller begin nothing", () => {
    const cluster = groupsOfThree()
    const [, follower] = leaderAndFollower(cluster, 0)
    const map = mapWith({ owners: [1, 2], moving: [{ to: 2, number: 1 }, null] })
    answer(cluster, follower, 0, { type: "map", map })
    expect(steps(cluster)).toEqual([])
    expect(cluster.state(follower).map).toEqual(map)
  })

  test("says which shards move, from where", () => {
    const moving = [null, { to: 1, number: 7 }, { to: 3, number: 8 }, null]
    expect(movesIn(mapWith({ moving }))).toEqual([
      { shard: 1, from: 2, to: 1, number: 7 },
      { shard: 2, from: 1, to: 3, number: 8 },
    ])
  })
})

describe("after a while, the controller", () => {
  test("takes up the moves under way once more", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Move")
    moveShard(cluster, 0, 2)
    steps(cluster)
    cluster.fire(0, "retry")
    expect(steps(cluster)).toEqual([{ ...begun(move), purpose: "retransmission" }])
    expect(executed(cluster).map(({ action }) => action.kind)).toEqual(["move"])
  })

  test("asks its log for the map if it does not know it yet", () => {
    const cluster = groupsOf(2, 4)
    cluster.state(0).map = null
    cluster.fire(0, "retry")
    expect(executed(cluster)).toMatchObject([{ group: 0, action: { kind: "status" } }])
    expect(cluster.state(0).map).toMatchObject({ number: 0 })
  })

  test("has the next shard move, if its log has lost that", () => {
    const cluster = groupsOf(2, 4)
    cluster.state(0).map = mapWith({ owners: [1, 1, 1, 2], isSpread: true })
    cluster.fire(0, "retry")
    const first = { number: 0, owners: [1, 2, 1, 2], moving: [null, null, null, null], groups: [1, 2], isSpread: false }
    expect(actions(cluster, "move")).toEqual([{ kind: "move", shard: 0, to: 2, first }])
  })

  test("is not asked by those who lead other groups only", () => {
    const cluster = groupsOf(2, 4)
    cluster.fire(1, "retry")
    expect(executed(cluster)).toEqual([])
    expect(steps(cluster)).toEqual([])
  })
})

describe("shards that are to be spread", () => {
  test("move one at a time, until groups have as many, or one more", () => {
    const cluster = groupsOf(3, 6, { firstGroups: 2 })
    cluster.request(9, 0, { type: "JoinGroup", sequence: 1, group: 3 })
    cluster.runFor("100ms")
    expect(actions(cluster, "move").map(({ shard, to }) => [shard, to])).toEqual([
      [0, 3],
      [1, 3],
    ])
    expect(cluster.state(0).map).toMatchObject({ owners: [3, 3, 1, 2, 1, 2], groups: [1, 2, 3], isSpread: true })
  })

  test("stay where they are if nobody has joined or left", () => {
    const cluster = groupsOf(2, 4)
    learn(cluster, mapWith({ owners: [1, 1, 1, 1] }))
    expect(executed(cluster)).toEqual([])
  })
})

describe("a move that is done", () => {
  const installed: Step = { type: "Installed", to: 0, hops: 0, move }

  test("is committed by the controller, and told to source and destination", () => {
    const cluster = groupsOf(2, 4)
    lose(cluster, "Move")
    moveShard(cluster, 0, 2)
    steps(cluster)
    lose(cluster, "Owned")
    hand(cluster, 2, 0, installed)
    expect(actions(cluster, "own")).toEqual([{ kind: "own", ...move }])
    const owned = { from: 0, purpose: "protocol" }
    expect(steps(cluster)).toEqual([
      { ...owned, to: 1, message: { type: "Owned", to: 1, hops: 0, move } },
      { ...owned, to: 2, message: { type: "Owned", to: 2, hops: 0, move } },
    ])
    expect(cluster.state(0).map).toMatchObject({ number: 2, owners: [2, 2, 1, 2], moving: [null, null, null, null] })
  })

  test("is told by the leader of the destination, who is known from then on", () => {
    const cluster = groupsOfThree()
    const [leader] = leaderAndFollower(cluster, 0)
    lose(cluster, "Owned")
    hand(cluster, 7, leader, { ...installed, hops: 1 })
    expect(cluster.state(leader).leaders).toMatchObject({ 1: null, 2: null })
    hand(cluster, 7, leader, installed)
    expect(cluster.state(leader).leaders).toMatchObject({ 1: null, 2: 7 })
  })

  test("of which the log knows nothing is not told to anybody", () => {
    const cluster = groupsOf(2, 4)
    hand(cluster, 2, 0, installed)
    expect(actions(cluster, "own")).toEqual([{ kind: "own", ...move }])
    expect(steps(cluster)).toEqual([])
    expect(cluster.state(0).map).toMatchObject({ number: 0 })
  })
})
