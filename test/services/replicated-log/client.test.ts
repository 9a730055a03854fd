import { describe, expect, test } from "vitest"
import { type ClientSettings, Clients } from "../../../services/replicated-log/client.ts"
import type { Result } from "../../../services/replicated-log/command.ts"
import type { LogReply } from "../../../services/replicated-log/shape.ts"
import { handWorld } from "./world.ts"

const DEADLINE = 1000
const RETRY = 100
const BACKOFF = 10

const result: Result = { done: true, value: null }
const done = (sequence: number): LogReply => ({ type: "Result", sequence, result })
const redirect = (sequence: number, leader: number | null): LogReply => ({ type: "Redirect", sequence, leader })

/** Clients of a group of five, and all that they did. */
function play(settings: Partial<ClientSettings> = {}, contacts = [0, 1, 2, 3, 4]) {
  const world = handWorld(5, contacts)
  const ended: (readonly [client: number, ending: string, time: number])[] = []
  const clients = new Clients(
    world,
    { deadline: DEADLINE, retryAfter: RETRY, backoff: BACKOFF, ask: "leader", node: 0, ...settings },
    (client, ending) => void ended.push([client, ending, world.now()]),
  )
  return {
    clients,
    ended,
    begin: (client: number) => clients.begin(client, { op: "get", key: "x" }),
    pass: (until: number) => world.pass(until, clients.timeout),
    askedNodes: () => world.asked.map(({ node, time }) => `${node}@${time}`),
    world,
  }
}

describe("where a role serves clients", () => {
  test("its processes are asked, by their places, and no member", () => {
    const asked = (settings: Partial<ClientSettings>): string[] => {
      const { clients, begin, pass, askedNodes } = play(settings, [5, 6])
      // A member that leads is nobody to ask.
      clients.introduce(2)
      for (let client = 0; client < 3; client++) begin(clients.open())
      pass(0)
      return askedNodes()
    }
    expect(asked({ ask: "leader" })).toEqual(["5@0", "5@0", "5@0"])
    expect(asked({ ask: "follower" })).toEqual(["6@0", "6@0", "6@0"])
    expect(asked({ ask: "own" })).toEqual(["5@0", "6@0", "5@0"])
    expect(asked({ ask: "fixed", node: 3 })).toEqual(["6@0", "6@0", "6@0"])
  })

  test("one that is silent is given up for the next, and the first comes after the last", () => {
    const { clients, begin, pass, askedNodes } = play({ ask: "fixed", node: 1 }, [5, 6])
    begin(clients.open())
    pass(2 * RETRY)
    expect(askedNodes()).toEqual(["6@0", "5@100", "6@200"])
  })
})

describe("which node is asked first", () => {
  test("the one that answered last", () => {
    const { clients, begin, askedNodes } = play()
    const client = clients.open()
    begin(client)
    clients.reply(client, 3, done(1))
    begin(client)
    expect(askedNodes()).toEqual(["0@0", "3@0"])
  })

  test("a new session begins where the others found the leader", () => {
    const { clients, begin, askedNodes } = play()
    const first = clients.open()
    begin(first)
    clients.reply(first, 2, done(1))
    begin(clients.open())
    expect(askedNodes()).toEqual(["0@0", "2@0"])
  })

  test("the next after the leader, the own node, or a fixed one, if so set", () => {
    for (const [settings, node] of [
      [{ ask: "follower" }, 1],
      [{ ask: "own" }, 3],
      [{ ask: "fixed", node: 4 }, 4],
    ] as const) {
      const { clients, begin, world } = play(settings)
      for (let i = 0; i < 3; i++) clients.open()
      begin(clients.open())
      expect(world.asked[0]!.node).toBe(settings.ask === "follower" ? 1 : node)
    }
  })
})

describe("where nodes answer one kind of operation only", () => {
  const put = { op: "put", key: "x", value: "v" } as const
  const ask = { updates: 1, queries: [3, 4] }

  test("each kind goes to a node that answers it, whichever answered last", () => {
    const { clients, begin, askedNodes } = play()
    const client = clients.open()
    begin(client)
    clients.reply(client, 0, { ...done(1), ask })
    clients.begin(client, put)
    clients.reply(client, 4, { ...done(2), ask })
    begin(client)
    expect(askedNodes()).toEqual(["0@0", "1@0", "3@0"])
  })

  test("sessions spread over the nodes that answer queries; new ones know what others learnt", () => {
    const { clients, begin, askedNodes } = play()
    const first = clients.open()
    begin(first)
    clients.reply(first, 0, { ...done(1), ask })
    for (const client of [clients.open(), clients.open()]) begin(client)
    clients.begin(clients.open(), put)
    expect(askedNodes()).toEqual(["0@0", "4@0", "3@0", "1@0"])
  })

  test("a redirect says whom to ask as well", () => {
    const { clients, begin, askedNodes } = play()
    const client = clients.open()
    clients.begin(client, put)
    clients.reply(client, 0, { ...redirect(1, 1), ask })
    clients.reply(client, 4, { ...done(1), ask })
    begin(client)
    expect(askedNodes()).toEqual(["0@0", "1@0", "3@0"])
  })

  test("one that is silent is not asked again, until a node says so; without any, the leader is", () => {
    const { clients, begin, pass, askedNodes, world } = play()
    clients.introduce(2, 4)
    const client = clients.open()
    begin(client)
    pass(RETRY)
    clients.reply(client, 0, { ...redirect(1, 3), ask })
    clients.reply(client, 3, done(1))
    expect(askedNodes()).toEqual(["4@0", "0@100", "3@100"])
    clients.introduce(2, 4)
    const other = clients.open()
    begin(other)
    pass(2 * RETRY)
    clients.abandon(other)
    begin(other)
    expect(world.asked.map(({ node }) => node).slice(3)).toEqual([4, 0, 2])
  })
})

describe("a redirect", () => {
  test("is followed at once", () => {
    const { clients, begin, askedNodes, ended } = play()
    const client = clients.open()
    begin(client)
    clients.reply(client, 0, redirect(1, 4))
    clients.reply(client, 4, done(1))
    expect(askedNodes()).toEqual(["0@0", "4@0"])
    expect(ended).toEqual([[client, "ok", 0]])
  })

  test("to nobody lets the client try the next node after a pause", () => {
    const { clients, begin, pass, askedNodes } = play()
    const client = clients.open()
    begin(client)
    clients.reply(client, 0, redirect(1, null))
    pass(BACKOFF)
    expect(askedNodes()).toEqual(["0@0", `1@${BACKOFF}`])
  })

  test("to a node that has just been silent is not followed", () => {
    const { clients, begin, pass, askedNodes } = play()
    const client = clients.open()
    begin(client)
    pass(RETRY)
    clients.reply(client, 1, redirect(1, 0))
    pass(RETRY + BACKOFF)
    expect(askedNodes()).toEqual(["0@0", `1@${RETRY}`, `2@${RETRY + BACKOFF}`])
  })

  test("does not keep a client from any node: the turn goes on after the last one asked in its turn", () => {
    const { clients, begin, pass, askedNodes } = play()
    const client = clients.open()
    begin(client)
    // Node 0 is silent. Of the others, 1 and 2 know that it leads, and the rest name node 1.
    pass(RETRY)
    clients.reply(client, 1, redirect(1, 0))
    for (const [turn, leader] of [2, 3, 4].entries()) {
      pass(RETRY + (turn + 1) * BACKOFF)
      clients.reply(client, leader, redirect(1, 1))
      clients.reply(client, 1, redirect(1, 0))
    }
    pass(RETRY + 4 * BACKOFF)
    expect(
      askedNodes()
        .map(asked => asked[0])
        .join(""),
    ).toBe("012131410")
  })

  test("does not keep a client running between nodes that name each other", () => {
    const { clients, begin, world } = play()
    const client = clients.open()
    begin(client)
    for (let i = 0; i < 100; i++) clients.reply(client, i % 2, redirect(1, 1 - (i % 2)))
    expect(world.asked.length).toBeLessThanOrEqual(1 + 5)
  })

  test("from a node asked before the last one is ignored", () => {
    const { clients, begin, pass, askedNodes } = play()
    const client = clients.open()
    begin(client)
    pass(RETRY)
    clients.reply(client, 0, redirect(1, 4))
    expect(askedNodes()).toEqual(["0@0", `1@${RETRY}`])
  })
})

describe("a retry", () => {
  test("goes to the next node with the same command, so that it is applied once", () => {
    const { clients, begin, pass, askedNodes, world } = play()
    const command = begin(clients.open())
    pass(3 * RETRY)
    expect(askedNodes()).toEqual(["0@0", `1@${RETRY}`, `2@${2 * RETRY}`, `3@${3 * RETRY}`])
    for (const { request } of world.asked) expect(request).toBe(command)
  })

  test("does not disturb the answer of a slow node", () => {
    const { clients, begin, pass, ended } = play()
    const client = clients.open()
    begin(client)
    pass(RETRY + 1)
    clients.reply(client, 0, done(1))
    pass(2 * DEADLINE)
    expect(ended).toEqual([[client, "ok", RETRY + 1]])
  })
})

describe("the deadline", () => {
  test("ends an operation that a node may have taken up as unknown", () => {
    const { clients, begin, pass, ended } = play()
    const client = clients.open()
    begin(client)
    pass(2 * DEADLINE)
    expect(ended).toEqual([[client, "unknown", DEADLINE]])
    expect(clients.inFlight).toBe(0)
  })

  test("ends an operation that every node asked has turned away as failed", () => {
    const { clients, begin, pass, ended, world } = play({ backoff: 300 })
    const client = clients.open()
    begin(client)
    for (const time of [300, 600, 900, 1200]) {
      const last = world.asked.at(-1)!
      clients.reply(client, last.node, redirect(1, null))
      pass(time)
    }
    expect(world.asked).toHaveLength(4)
    expect(ended).toEqual([[client, "failed", DEADLINE]])
  })

  test("one request without an answer is enough for not knowing", () => {
    const { clients, begin, pass, ended } = play({ retryAfter: 600 })
    const client = clients.open()
    begin(client)
    pass(600)
    clients.reply(client, 1, redirect(1, null))
    pass(BACKOFF + 600)
    clients.reply(client, 2, redirect(1, null))
    pass(2 * DEADLINE)
    expect(ended).toEqual([[client, "unknown", DEADLINE]])
  })
})

describe("what sessions learn for those opened later", () => {
  test("a node that was silent is not asked first again, by its own session or by a new one", () => {
    const { clients, begin, pass, askedNodes } = play()
    const first = clients.open()
    begin(first)
    pass(RETRY)
    begin(clients.open())
    clients.reply(first, 1, done(1))
    begin(first)
    expect(askedNodes()).toEqual(["0@0", `1@${RETRY}`, `1@${RETRY}`, `1@${RETRY}`])
  })

  test("a session is told on request, and otherwise keeps to what it knows", () => {
    const { clients, begin, askedNodes } = play()
    const [own, told, other] = [clients.open(), clients.open(), clients.open()]
    begin(other)
    clients.reply(other, 3, done(1))
    clients.refresh(told)
    begin(own)
    begin(told)
    expect(askedNodes()).toEqual(["0@0", "0@0", "3@0"])
  })
})

test("retries and redirects are counted, each request that is sent again and each answer that names somebody once", () => {
  const { clients, begin, pass, world } = play()
  const client = clients.open()
  begin(client)
  expect([clients.retries, clients.redirects]).toEqual([0, 0])
  pass(RETRY)
  expect([clients.retries, clients.redirects]).toEqual([1, 0])
  // From a node that was given up: not what this session waits for.
  clients.reply(client, 0, redirect(1, 4))
  clients.reply(client, 1, redirect(1, 4))
  expect([clients.retries, clients.redirects]).toEqual([1, 1])
  clients.reply(client, 4, redirect(1, null))
  pass(RETRY + BACKOFF)
  expect([clients.retries, clients.redirects]).toEqual([2, 2])
  // First, retry, followed redirect, retry.
  expect(world.asked).toHaveLength(4)
})

test("a chain of redirects is followed as often as there are nodes, and goes on after a pause", () => {
  const { clients, begin, pass, world } = play()
  const client = clients.open()
  begin(client)
  for (let i = 0; i < 9; i++) clients.reply(client, i % 5, redirect(1, (i + 1) % 5))
  expect(world.asked.map(({ node }) => node)).toEqual([0, 1, 2, 3, 4, 0])
  pass(BACKOFF)
  expect(world.asked.at(-1)).toMatchObject({ node: 1, time: BACKOFF })
})

test("answers to an operation that has ended are ignored", () => {
  const { clients, begin, pass, ended } = play()
  const client = clients.open()
  begin(client)
  pass(DEADLINE)
  begin(client)
  clients.reply(client, 0, done(1))
  expect(ended).toEqual([[client, "unknown", DEADLINE]])
  clients.reply(client, 0, done(2))
  clients.reply(client, 0, done(2))
  expect(ended).toEqual([
    [client, "unknown", DEADLINE],
    [client, "ok", DEADLINE],
  ])
})

test("a busy session keeps one wake-up, however many operations it does before that comes due", () => {
  const { clients, begin, pass, world } = play()
  const client = clients.open()
  for (let i = 1; i <= 1000; i++) {
    begin(client)
    pass(i)
    clients.reply(client, 0, done(i))
  }
  // One comes due and is set again every RETRY.
  expect(world.wakeUps()).toBeLessThanOrEqual(1000 / RETRY + 2)
})
