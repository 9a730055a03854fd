// The clients of a sharded store and its operator, whose nodes are played by hand: whom they ask, and what they learn.
import { describe, expect, test } from "vitest"
import type { KeyValueOperation } from "../../../services/machines/key-value.ts"
import { ShardClients } from "../../../services/sharded-store/clients.ts"
import { workload, type Workload } from "../../../services/sharded-store/description.ts"
import { Operator } from "../../../services/sharded-store/operator.ts"
import { type ShardedStore, shardOf } from "../../../services/sharded-store/shape.ts"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { Random } from "../../../runtime/lib/random.ts"
import { handWorld } from "../replicated-log/world.ts"

const SETTINGS = { deadline: 1_000, retryAfter: 100, backoff: 10 }
/** Two shards; groups 1 and 2 begin with one each. */
const SHARDS = 2

const membersOf = (group: number): number[] => [3 * group, 3 * group + 1, 3 * group + 2]

/** The first key of a shard. */
function keyIn(shard: number): string {
  for (let number = 0; ; number++) if (shardOf(`k${number}`, SHARDS) === shard) return `k${number}`
}

function elsewhere(shard: number, group: number, number: number, sequence = 1): ShardedStore["reply"] {
  return { type: "Elsewhere", sequence, shard, shards: SHARDS, group, number, members: membersOf(group) }
}

const done = (sequence = 1): ShardedStore["reply"] => ({
  type: "Result",
  sequence,
  result: { done: true, value: null },
})

/** Clients of nine nodes: group g is on nodes 3g and after. */
function play() {
  const world = handWorld(9)
  const ended: string[] = []
  const clients = new ShardClients(world, SETTINGS, (client, ending) => void ended.push(`${client} ${ending}`))
  return {
    clients,
    ended,
    put(client: number, ...keys: readonly string[]): void {
      const operations = keys.map((key): KeyValueOperation => ({ op: "put", key, value: "1" }))
      const [first] = operations
      clients.send(client, clients.prepare(client, first!), operations.length > 1 ? operations : null)
    },
    pass: (until: number) => world.pass(until, clients.timeout),
    /** `3 group 1` for each request: the node, and the group that its client takes for the owner. */
    asked: () =>
      world.asked.map(({ node, request }) => {
        if ("groups" in request) return `${node} groups ${JSON.stringify(request.groups)}`
        return "group" in request ? `${node} group ${String(request.group)}` : `${node}`
      }),
  }
}

describe("a client", () => {
  test("asks anybody at first, and then the group that it is sent to", () => {
    const { clients, put, asked, ended } = play()
    const client = clients.open()
    put(client, keyIn(0))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, done())
    put(client, keyIn(0))
    expect([asked(), ended]).toEqual([["0", "3 group 1", "3 group 1"], ["0 ok"]])
    expect([clients.stale, clients.inFlight, clients.size]).toEqual([1, 1, 1])
  })

  test("that is new knows what others have learnt, of the shards that they have asked for", () => {
    const { clients, put, asked } = play()
    const [one, two, three] = [clients.open(), clients.open(), clients.open()]
    put(one, keyIn(0))
    clients.reply(one, 0, elsewhere(0, 2, 5))
    put(two, keyIn(0))
    put(three, keyIn(1))
    expect(asked()).toEqual(["0", "6 group 2", "6 group 2", "0"])
  })

  test("does not go back to where the shard was before", () => {
    const { clients, put, asked } = play()
    const client = clients.open()
    put(client, keyIn(0))
    clients.reply(client, 0, elsewhere(0, 2, 5))
    clients.reply(client, 6, elsewhere(0, 1, 3))
    expect(asked()).toEqual(["0", "6 group 2"])
    // Group 2 was asked already, and does not have it yet: it is asked again after a while.
    expect(clients.stale).toBe(2)
  })

  test("follows the shard when it has moved on", () => {
    const { clients, put, asked } = play()
    const client = clients.open()
    put(client, keyIn(0))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, elsewhere(0, 2, 4))
    clients.reply(client, 6, done())
    const other = clients.open()
    put(other, keyIn(0))
    expect(asked()).toEqual(["0", "3 group 1", "6 group 2", "6 group 2"])
  })

  test("waits where the shard is on its way to the group that it asks", () => {
    const { clients, put, asked, pass } = play()
    const client = clients.open()
    put(client, keyIn(0))
    clients.reply(client, 0, elsewhere(0, 1, 1))
    clients.reply(client, 3, elsewhere(0, 1, 1))
    expect(asked()).toEqual(["0", "3 group 1"])
    pass(50)
    expect(asked().length).toBe(3)
    expect(asked()[2]).toMatch(/^[345] group 1$/)
    expect(clients.retries).toBe(1)
  })

  test("asks again later if it is told so, and answers to other commands than its own are none", () => {
    const { clients, put, asked, pass, ended } = play()
    const client = clients.open()
    put(client, keyIn(0))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, done(7))
    clients.reply(5, 3, done())
    clients.reply(client, 3, { type: "Later", sequence: 1 })
    pass(50)
    expect([asked().length, ended, clients.aborted]).toEqual([3, [], 0])
    clients.reply(client, 3, done())
    clients.reply(client, 3, done())
    expect([ended, clients.inFlight]).toEqual([["0 ok"], 0])
  })

  test("follows a redirect within a group", () => {
    const { clients, put, asked } = play()
    const client = clients.open()
    put(client, keyIn(0))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, { type: "Redirect", sequence: 1, leader: 5 })
    expect([asked(), clients.redirects]).toEqual([["0", "3 group 1", "5 group 1"], 1])
  })

  test("that nobody answers gives up at its deadline: its command may be executed by then, or by a group that it has left", () => {
    const silent = play()
    silent.put(silent.clients.open(), keyIn(0))
    silent.pass(1_000)
    expect(silent.ended).toEqual(["0 unknown"])
    const left = play()
    const client = left.clients.open()
    left.put(client, keyIn(0))
    left.clients.reply(client, 0, elsewhere(0, 1, 0))
    left.clients.reply(client, 3, { type: "Later", sequence: 1 })
    left.pass(2_000)
    expect(left.ended).toEqual(["0 unknown"])
  })
})

describe("a transaction", () => {
  test("names the groups of all its keys, as far as its client knows them", () => {
    const { clients, put, asked } = play()
    const client = clients.open()
    put(client, keyIn(0), keyIn(1))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, elsewhere(1, 2, 0))
    expect(asked()).toEqual(["0 groups [null,null]", "3 groups [1,null]", "3 groups [1,2]"])
    expect(clients.commandOf(client)).toMatchObject({ sequence: 1, operation: { key: keyIn(0) } })
  })

  test("that was given up is asked for again, and counted", () => {
    const { clients, put, asked, pass } = play()
    const client = clients.open()
    put(client, keyIn(0), keyIn(1))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, { type: "Later", sequence: 1 })
    pass(50)
    expect([asked().length, clients.aborted]).toEqual([3, 1])
  })

  test("waits, if it is told nothing new of where a shard is", () => {
    const { clients, put, asked } = play()
    const client = clients.open()
    put(client, keyIn(0), keyIn(1))
    clients.reply(client, 0, elsewhere(0, 1, 0))
    clients.reply(client, 3, elsewhere(1, 2, 0))
    clients.reply(client, 3, elsewhere(1, 2, 0))
    expect(asked().length).toBe(3)
  })
})

describe("the operator", () => {
  const CLIENT = 50

  function operate(given: Readonly<Record<string, unknown>>) {
    const defaults = { shards: 4, groups: 3, retryAfter: "50ms", deadline: "150ms" }
    const resolved = resolveParameters(workload, { ...defaults, ...given }, 0)
    if ("problems" in resolved) throw new Error(JSON.stringify(resolved.problems))
    const settings: Workload = resolved.values
    const world = handWorld(3)
    const operator = new Operator(world, settings, CLIENT, new Random(1))
    operator.start()
    return {
      operator,
      pass: (until: number) => world.pass(until, operator.timeout),
      asked: world.asked,
      told: () => world.asked.map(({ time, node, request }) => [time / 1_000, node, request.type]),
    }
  }

  const result = (sequence: number): ShardedStore["reply"] => done(sequence)

  test("asks for nothing unless told to", () => {
    const { pass, asked, operator } = operate({})
    pass(1_000_000)
    expect([asked, operator.isIdle, operator.done]).toEqual([[], true, 0])
  })

  test("has a shard move at every interval, to a group that there is, until it has asked for as many moves as it may", () => {
    const { pass, asked, operator } = operate({ moveEvery: "100ms", moves: 3 })
    for (let time = 1; time <= 10; time++) {
      pass(time * 100_000)
      if (!operator.isIdle) operator.reply(0, result(time))
    }
    expect(asked.map(({ time, client, request }) => [time, client, request.type])).toEqual(
      [1, 2, 3].map(time => [time * 100_000, CLIENT, "MoveShard"]),
    )
    const moves = asked.map(({ request }) => request as { type: string; shard: number; to: number })
    expect(moves.every(({ shard, to }) => shard >= 0 && shard < 4 && to >= 1 && to <= 3)).toBe(true)
    expect(operator.done).toBe(3)
  })

  test("moves the first shard only, if so set", () => {
    const { pass, asked, operator } = operate({ moveEvery: "10ms", moves: 20, moved: "first" })
    for (let time = 1; time <= 20; time++) {
      pass(time * 10_000)
      operator.reply(0, result(time))
    }
    expect(asked.map(({ request }) => "shard" in request && request.shard)).toEqual(Array(20).fill(0))
  })

  test("has a group leave and the same one come back by turns", () => {
    const { pass, asked, operator } = operate({ changeEvery: "100ms", moves: 4 })
    for (let time = 1; time <= 4; time++) {
      pass(time * 100_000)
      operator.reply(0, result(time))
    }
    expect(asked.map(({ request }) => request.type)).toEqual(["LeaveGroup", "JoinGroup", "LeaveGroup", "JoinGroup"])
    const groups = asked.map(({ request }) => "group" in request && request.group)
    expect([groups[0], groups[2]]).toEqual([groups[1], groups[3]])
  })

  test("asks the next node when one is silent, follows redirects, and gives up after a while", () => {
    const { pass, told, operator } = operate({ moveEvery: "400ms" })
    pass(400_000)
    operator.reply(0, { type: "Redirect", sequence: 1, leader: 2 })
    operator.reply(2, { type: "Redirect", sequence: 1, leader: 2 })
    operator.reply(2, { type: "Redirect", sequence: 1, leader: null })
    operator.reply(2, result(9))
    pass(549_999)
    expect(told()).toEqual([
      [400, 0, "MoveShard"],
      [400, 2, "MoveShard"],
      [450, 0, "MoveShard"],
      [500, 1, "MoveShard"],
    ])
    expect([operator.isIdle, operator.done]).toEqual([false, 0])
    pass(550_000)
    expect([operator.isIdle, told().length]).toEqual([true, 4])
  })

  test("asks for one after the other: what comes due meanwhile waits", () => {
    const { pass, asked, operator } = operate({ moveEvery: "100ms", moves: 2, retryAfter: "1s", deadline: "10s" })
    pass(250_000)
    expect(asked.length).toBe(1)
    operator.reply(0, result(1))
    expect(asked.map(({ request }) => "sequence" in request && request.sequence)).toEqual([1, 2])
  })
})
