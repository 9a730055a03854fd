/** Clients of the lock service on a log, answered by hand: news of a turn may come early, late, twice or never. */
import { describe, expect, test } from "vitest"
import { resolveParameters } from "../../../runtime/contract/parameters.ts"
import { lockService } from "../../../services/adapters/lock-service.ts"
import type { Command } from "../../../services/replicated-log/command.ts"
import type { LockGranted, LogReply } from "../../../services/replicated-log/shape.ts"
import { handWorld } from "../replicated-log/world.ts"

/** Clients that each want the lock once at a time, hold it for 10 ms, and ask again after 250 ms. */
function open(clients: number, workload: Readonly<Record<string, unknown>> = {}) {
  const world = handWorld(3)
  const given = {
    requesters: clients,
    hold: "10ms",
    entries: clients,
    deadline: "900ms",
    retryAfter: "500ms",
    ...workload,
  }
  const settings = resolveParameters(lockService.workload, given, 1_000)
  if ("problems" in settings) throw new Error("wrong settings")
  const run = lockService.open(world, settings.values)
  run.start()
  const pass = (until: number) => world.pass(until, run.timeout)
  pass(0)
  const commands = () => world.asked.map(({ request }) => request).filter(isCommand)
  const last = (client: number) => commands().findLast(({ session }) => session === client)!
  const answer = (client: number, done: boolean, token: number | null) => {
    const { sequence } = last(client)
    const reply: LogReply = { type: "Result", sequence, result: { done, value: token === null ? null : String(token) } }
    run.reply(client, 0, reply)
  }
  const news = (client: number, token: number) => {
    const reply: LockGranted = { type: "LockGranted", key: "lock", token }
    run.reply(client, 0, reply)
  }
  const asked = (client: number) => commands().flatMap(c => (c.session === client ? [c.operation.op] : []))
  const reply = (client: number, result: { readonly done: boolean; readonly value: string | null }) =>
    run.reply(client, 0, { type: "Result", sequence: last(client).sequence, result } satisfies LogReply)
  const entries = () => run.finish().figures["entries"]
  return { run, pass, answer, reply, news, asked, last, entries }
}

function isCommand(request: { readonly type: string }): request is Command {
  return request.type === "Command"
}

test("a client whose answer grants the lock is in at once, and gives it back after its stay", () => {
  const { pass, answer, asked, entries } = open(1)
  answer(0, true, 1)
  expect(asked(0)).toEqual(["acquire"])
  pass(10_000)
  expect(asked(0)).toEqual(["acquire", "release"])
  answer(0, true, null)
  expect(entries()).toBe(1)
})

test("news of its turn that comes before the answer lets a client in with the answer", () => {
  const { answer, news, asked, pass, entries } = open(1)
  news(0, 7)
  pass(5_000)
  answer(0, false, 7)
  pass(15_000)
  expect(asked(0)).toEqual(["acquire", "release"])
  expect(entries()).toBe(1)
})

test("older news that comes after newer ones changes nothing", () => {
  const { answer, news, asked, pass } = open(1)
  news(0, 7)
  news(0, 3)
  answer(0, false, 7)
  pass(10_000)
  expect(asked(0)).toEqual(["acquire", "release"])
})

test("news of another request than the one that waits lets nobody in", () => {
  const { answer, news, asked, pass, entries } = open(1)
  answer(0, false, 7)
  news(0, 6)
  news(0, 8)
  pass(100_000)
  expect(asked(0)).toEqual(["acquire"])
  news(0, 7)
  pass(110_000)
  expect(asked(0)).toEqual(["acquire", "release"])
  expect(entries()).toBe(1)
})

test("a client that has not heard for long asks again, and one that got in meanwhile does not", () => {
  const silent = open(1)
  silent.answer(0, false, 2)
  silent.pass(249_999)
  expect(silent.asked(0)).toEqual(["acquire"])
  silent.pass(250_000)
  expect(silent.asked(0)).toEqual(["acquire", "acquire"])
  const told = open(1)
  told.answer(0, false, 2)
  told.pass(100_000)
  told.news(0, 2)
  told.pass(700_000)
  expect(told.asked(0).slice(0, 2)).toEqual(["acquire", "release"])
  expect(told.asked(0).filter(op => op === "acquire")).toHaveLength(1)
})

test("a client that wants the lock again before it is rid of it asks once it is", () => {
  const { answer, asked, pass } = open(1, { entries: 2 })
  answer(0, true, 1)
  pass(10_000)
  expect(asked(0)).toEqual(["acquire", "release"])
  answer(0, true, null)
  expect(asked(0)).toEqual(["acquire", "release", "acquire"])
})

test("news for a client that there is not is ignored", () => {
  const { news, entries } = open(1)
  news(17, 1)
  expect(entries()).toBe(0)
})

test("a client that polls asks again after its own time", () => {
  const { answer, asked, pass } = open(1, { waiting: "poll", poll: "20ms" })
  answer(0, false, 7)
  pass(19_999)
  expect(asked(0)).toEqual(["acquire"])
  pass(20_000)
  expect(asked(0)).toEqual(["acquire", "acquire"])
})

test("being overtaken because of a fault is not unfair", () => {
  const overtake = (faultAfter: number) => {
    const { run, answer, pass } = open(2, { entries: 10, starvation: 3 })
    for (let entry = 1; entry <= 4; entry++) {
      answer(1, true, entry)
      pass(entry * 10_000)
      answer(1, true, null)
      if (entry === faultAfter) run.faultOccurred("crash of node 2")
    }
    return run.finish().verdicts["no-starvation"]!.verdict
  }
  expect([overtake(0), overtake(2)]).toEqual(["violated", "holds"])
})

test("who leads the log is watched, with the faults that leave nobody to lead", () => {
  const { run } = open(1)
  const believes = (leader: number | null) => ({ type: "believes", leader, epoch: 1 })
  run.observe(0, believes(null))
  run.faultOccurred("crash of node 2")
  expect(run.finish().leaderless).toMatchObject([{ cause: "crash of node 2" }])
  const led = open(1)
  for (const node of [0, 1, 2]) led.run.observe(node, believes(0))
  expect(led.run.finish().leaderless).toEqual([])
})

describe("with sessions of 300 ms", () => {
  const opened = (clients: number, more: Readonly<Record<string, unknown>> = {}) =>
    open(clients, { sessionTimeout: "300ms", hold: "700ms", retryAfter: "5s", ...more })

  test("the holder renews its claim every 100 ms, and no longer once it has left", () => {
    const { pass, reply, asked } = opened(1)
    reply(0, { done: true, value: "1" })
    for (let at = 100_000; at < 700_000; at += 100_000) {
      pass(at)
      reply(0, { done: true, value: "1" })
    }
    pass(699_999)
    expect(asked(0)).toEqual(["acquire", ...Array.from({ length: 6 }, () => "renew")])
    pass(900_000)
    expect(asked(0).slice(7)).toEqual(["release"])
  })

  test("a holder whose renewals are not answered leaves 300 ms after the last one that was had been sent", () => {
    const { pass, reply, asked } = opened(1)
    pass(20_000)
    reply(0, { done: true, value: "1" })
    pass(120_000)
    pass(170_000)
    reply(0, { done: true, value: "1" })
    // Sent at 120 ms: valid until 420 ms.
    pass(419_999)
    expect(asked(0)).toEqual(["acquire", "renew", "renew"])
    pass(420_000)
    expect(asked(0).at(-1)).toBe("release")
  })

  test("an answer that comes when the claim may have expired lets nobody in, nor does late news", () => {
    const { pass, reply, news, asked } = opened(1, { entries: 1 })
    pass(300_000)
    reply(0, { done: true, value: "1" })
    news(0, 1)
    pass(399_999)
    expect(asked(0)).toEqual(["acquire"])
    pass(400_000)
    expect(asked(0)).toEqual(["acquire", "renew"])
    reply(0, { done: true, value: "1" })
    pass(500_000)
    expect(asked(0)).toEqual(["acquire", "renew", "renew"])
  })

  test("one whose claim has expired asks anew", () => {
    const { pass, reply, asked } = opened(1)
    reply(0, { done: false, value: "4" })
    pass(100_000)
    reply(0, { done: false, value: null })
    expect(asked(0)).toEqual(["acquire", "renew", "acquire"])
  })

  test("one that waits has the claim ahead expire when it has not been renewed for 300 ms, and not when it has", () => {
    const { pass, reply, asked, last } = opened(1)
    reply(0, { done: false, value: "4" })
    for (const [at, renewals] of [
      [100_000, 7],
      [200_000, 7],
      [300_000, 8],
      [400_000, 8],
      [500_000, 8],
      [599_000, 8],
    ] as const) {
      pass(at)
      if (asked(0).at(-1) === "renew") reply(0, { done: false, value: `4 9:3 ${renewals}` })
    }
    expect(asked(0)).not.toContain("expire")
    pass(600_000)
    reply(0, { done: false, value: "4 9:3 8" })
    expect(last(0).operation).toEqual({ op: "expire", key: "lock", owner: "9", token: 3, renewals: 8 })
    reply(0, { done: true, value: "0:4" })
    // Whether it is its turn, it asks; or it is told.
    expect(last(0).operation.op).toBe("renew")
    reply(0, { done: true, value: "4" })
    pass(1_400_000)
    expect(asked(0).at(-1)).toBe("release")
  })

  test("one that is dead asks nothing any more, and is another owner when it is back", () => {
    const { run, pass, answer, asked, last } = opened(1, { retryAfter: "50ms" })
    const died: unknown[] = []
    run.mortals!.kill("waiter", dead => died.push(dead))
    expect(died).toEqual([{ client: 0, node: null }])
    answer(0, true, 1)
    pass(800_000)
    expect(asked(0)).toEqual(["acquire"])
    run.mortals!.revive(0)
    pass(800_000)
    // Its one operation has ended with it.
    expect(asked(0)).toEqual(["acquire"])
    const again = opened(1, { entries: 2 })
    again.run.mortals!.kill("waiter", () => {})
    again.run.mortals!.revive(0)
    again.pass(0)
    expect(again.last(0).operation).toEqual({ op: "acquire", key: "lock", owner: "0/1" })
    expect(last(0).operation).toEqual({ op: "acquire", key: "lock", owner: "0" })
  })
})
