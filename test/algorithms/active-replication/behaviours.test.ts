// Active replication, rule by rule: the order, the voter, front ends, take-over and the return of replicas.
import { describe, expect, test } from "vitest"
import { activeGroup, answers, ask, contents, executedBy, get, type Group, put } from "./support.ts"

const TAKE_OVER = "400ms"

/** A group whose sequencer has executed one write. */
function running(options: Parameters<typeof activeGroup>[0] = {}): Group {
  const group = activeGroup(options)
  ask(group, put("1"))
  group.runFor("10ms")
  return group
}

describe("the order (Schneider 1990, §3)", () => {
  test("every replica executes every request, in the order of the sequencer", () => {
    const group = activeGroup({ nodes: 5, latency: { model: "uniform", min: 100, max: 3_000 } })
    for (let client = 1; client <= 20; client++) ask(group, put(String(client)), { client, frontEnd: client % 2 })
    group.runFor("20ms")
    const [first, ...others] = executedBy(group)
    expect(first).toHaveLength(20)
    for (const other of others) expect(other).toEqual(first)
    expect(new Set(contents(group).map(held => held?.[0])).size).toBe(1)
  })

  test("a request that overtakes another one waits for it", () => {
    const group = activeGroup()
    group.intercept((_, to, message) =>
      message.type === "Order" && message.index === 1 && to === 2 ? { delay: 8_000 } : "deliver",
    )
    ask(group, put("1"))
    group.runFor("1ms")
    ask(group, put("2"), { client: 2 })
    group.runFor("6ms")
    expect(contents(group)).toEqual([
      ["2", 2],
      ["2", 2],
      [undefined, 0],
    ])
    group.runFor("5ms")
    expect(executedBy(group)[2]).toEqual(["1: 1.1", "2: 2.1"])
  })

  test("a request that comes again is ordered again, executed once, and answered again", () => {
    const group = running()
    group.intercept((from, _, message) =>
      message.type === "Answer" && from < 3 && group.now < 15_000 ? "drop" : "deliver",
    )
    ask(group, { op: "append", key: "x", value: "2" }, { sequence: 2 })
    group.runFor("10ms")
    ask(group, { op: "append", key: "x", value: "2" }, { sequence: 2, frontEnd: 1 })
    group.runFor("10ms")
    expect(answers(group).map(([value]) => value)).toEqual([null, "1"])
    expect(contents(group)).toEqual(Array.from({ length: 3 }, () => ["12", 3]))
  })

  test("one that comes too late, when its client has gone on, is not ordered", () => {
    const group = running()
    ask(group, put("3"), { sequence: 3 })
    group.runFor("10ms")
    ask(group, put("2"), { sequence: 2, frontEnd: 1 })
    group.runFor("10ms")
    expect(contents(group)).toEqual(Array.from({ length: 3 }, () => ["3", 2]))
  })
})

describe("the front end (Schneider 1990, §4)", () => {
  const lying = (wrong: readonly number[]) => (group: Group) => {
    group.intercept((from, to, message) => {
      if (message.type !== "Answer" || !wrong.includes(from) || message.result.value === "wrong") return "deliver"
      group.inject(from, to, { ...message, result: { ...message.result, value: "wrong" } })
      return "drop"
    })
  }

  test.each([
    ["first", [0], ["wrong"]],
    ["first", [1, 2], [null]],
    ["matching", [0], [null]],
    ["matching", [2], [null]],
    ["matching", [0, 1], ["wrong"]],
    ["matching", [1, 2], ["wrong"]],
  ])("answers: %s, replicas %j compute wrongly: the client is told %j", (rule, wrong, told) => {
    const group = activeGroup({ parameters: { answers: rule } })
    lying(wrong)(group)
    ask(group, put("1"))
    group.runFor("10ms")
    expect(answers(group).map(([value]) => value)).toEqual(told)
  })

  test("counts each replica once for a request", () => {
    const group = activeGroup({ parameters: { answers: "matching" } })
    group.intercept((from, _, { type }) => (type === "Answer" && from !== 0 ? "drop" : "deliver"))
    ask(group, put("1"))
    group.runFor("10ms")
    const answer = group.sent.find(({ message }) => message.type === "Answer")!
    group.inject(0, 3, answer.message)
    expect(group.replies).toEqual([])
    group.inject(1, 3, answer.message)
    group.runFor("2ms")
    expect(answers(group).map(([value]) => value)).toEqual([null])
  })

  test("does not take an answer to an earlier request for one to this", () => {
    const group = running()
    ask(group, put("2"), { sequence: 2 })
    group.runFor("1ms")
    const { message } = group.sent.find(sent => sent.message.type === "Answer")!
    group.inject(2, 3, message)
    expect(group.replies).toHaveLength(1)
    group.runFor("5ms")
    expect(answers(group).map(([value]) => value)).toEqual([null, "1"])
  })

  test("holds nothing once it has answered", () => {
    const group = running()
    expect(group.standing(3)).toEqual({ role: "front end", rank: 0, epoch: null })
    ask(group, get, { sequence: 2 })
    group.runFor("2ms")
    expect(group.standing(3)?.role).toBe("front end, 1 in hand")
  })

  test("that crashes is missed by the request in its hands, whose client asks another one, and by nobody else", () => {
    const group = activeGroup({ nodes: 3 })
    ask(group, put("1"), { client: 1 })
    ask(group, put("2"), { client: 2, frontEnd: 1 })
    group.runFor("2ms")
    group.crash(3)
    group.runFor("10ms")
    expect(group.replies.map(({ client }) => client)).toEqual([2])
    ask(group, put("1"), { client: 1, frontEnd: 1 })
    group.runFor("10ms")
    expect(group.replies.map(({ client }) => client)).toEqual([2, 1])
    expect(new Set(contents(group).map(held => held?.[0]))).toEqual(new Set(["2"]))
    group.restart(3)
    ask(group, get, { client: 3 })
    group.runFor("10ms")
    expect(answers(group).at(-1)![0]).toBe("2")
  })

  test("that crashes while it sends a request to all leaves no replica behind: the order carries the request", () => {
    const group = activeGroup()
    group.intercept((from, to, { type }) => (from === 3 && type === "Request" && to !== 0 ? "drop" : "deliver"))
    ask(group, put("1"))
    group.runFor("2ms")
    group.crash(3)
    group.runFor("10ms")
    expect(contents(group)).toEqual(Array.from({ length: 3 }, () => ["1", 1]))
  })
})

describe("take-over", () => {
  test("the next replica continues the order, and has the requests that were sent to all", () => {
    const group = running()
    group.crash(0)
    ask(group, put("2"), { client: 2 })
    group.runFor(TAKE_OVER)
    expect(group.leader()).toBe(1)
    expect(answers(group).map(([value]) => value)).toEqual([null, "1"])
    expect(contents(group)).toEqual([null, ["2", 2], ["2", 2]])
  })

  test("the one after it takes over where both have crashed, and the last one serves alone", () => {
    const group = running({ nodes: 4 })
    group.crash(0)
    group.crash(1)
    group.runFor(TAKE_OVER)
    expect(group.leader()).toBe(2)
    group.crash(2)
    group.runFor(TAKE_OVER)
    ask(group, put("2"), { client: 2 })
    group.runFor("10ms")
    expect(contents(group)[3]).toEqual(["2", 2])
    expect(answers(group)).toHaveLength(2)
  })

  test("where only the sequencer is asked, front ends learn who it is now, and one that does not know asks all in the end", () => {
    const group = running({ parameters: { requests: "sequencer" } })
    group.crash(0)
    group.runFor(TAKE_OVER)
    ask(group, get, { sequence: 2 })
    group.runFor("10ms")
    expect(answers(group)).toHaveLength(2)
    group.crash(4)
    group.restart(4)
    ask(group, get, { client: 2, frontEnd: 1 })
    group.runFor("10ms")
    expect(answers(group)).toHaveLength(2)
    ask(group, get, { client: 2, frontEnd: 1 })
    group.runFor("10ms")
    expect(answers(group)).toHaveLength(3)
  })

  test("what one survivor executed, as its sequencer crashed in the middle of a broadcast, all execute", () => {
    const group = running()
    group.intercept((_, to, message) => (message.type === "Order" && to === 1 ? "drop" : "deliver"))
    ask(group, put("2"), { client: 2 })
    group.runFor("2500us")
    group.crash(0)
    group.intercept(() => "deliver")
    group.runFor("10ms")
    expect(contents(group)).toEqual([null, ["1", 1], ["2", 2]])
    group.runFor(TAKE_OVER)
    expect(group.leader()).toBe(1)
    expect(
      contents(group)
        .slice(1)
        .map(held => held?.[0]),
    ).toEqual(["2", "2"])
  })

  test("what the survivor that takes over has executed alone reaches the others", () => {
    const group = running()
    group.intercept((_, to, message) => (message.type === "Order" && to === 2 ? "drop" : "deliver"))
    ask(group, put("2"), { client: 2 })
    group.runFor("2500us")
    group.crash(0)
    group.intercept(() => "deliver")
    group.runFor(TAKE_OVER)
    expect(
      contents(group)
        .slice(1)
        .map(held => held?.[0]),
    ).toEqual(["2", "2"])
  })

  test("a sequencer suspected in error does no harm: it answers, and follows", () => {
    const group = running({ nodes: 4 })
    ask(group, put("2"), { client: 2 })
    group.runFor("1900us")
    group.fire(2, "suspect")
    group.runFor("50ms")
    expect(group.leader()).toBe(2)
    expect(group.standing(0)).toMatchObject({ role: "replica", epoch: 2 })
    ask(group, get, { client: 3 })
    group.runFor("10ms")
    expect(contents(group)).toEqual(Array.from({ length: 4 }, () => ["2", contents(group)[0]![1]]))
    expect(answers(group).at(-1)![0]).toBe("2")
  })

  test("of two that take over at once, the one with the earlier epoch gives way", () => {
    const group = running({ nodes: 5 })
    group.crash(0)
    group.fire(1, "suspect")
    group.fire(2, "suspect")
    group.runFor("100ms")
    expect(group.leader()).toBe(2)
    for (const node of [1, 3, 4]) expect(group.standing(node)).toMatchObject({ role: "replica", epoch: 2 })
  })

  test("one that takes over in an epoch that is over hears of it and gives up", () => {
    const group = running({ nodes: 3 })
    group.fire(2, "suspect")
    group.runFor("50ms")
    expect(group.standing(1)).toMatchObject({ epoch: 2 })
    group.inject(0, 1, { type: "TakeOver", epoch: 1, executed: 1 })
    expect(group.sent.at(-1)).toMatchObject({ to: 0, message: { type: "Survivor", epoch: 2, machine: null } })
  })

  test("who waits for one that takes over executes nothing meanwhile", () => {
    const group = running()
    group.intercept((from, _, { type }) => (from === 1 && type === "NewSequencer" ? { delay: 30_000 } : "deliver"))
    group.crash(0)
    group.runUntil(() => group.standing(2)!.role === "waiting")
    group.inject(0, 2, { type: "Order", epoch: 0, index: 2, frontEnd: 3, command: { type: "Command", session: 9, sequence: 1, operation: put("old") } }) // biome-ignore format: a message
    ask(group, put("2"), { client: 2 })
    group.runFor("20ms")
    expect(contents(group)[2]).toEqual(["1", 1])
    group.runFor("40ms")
    expect(contents(group).slice(1)).toEqual(Array.from({ length: 2 }, () => ["2", 2]))
  })
})

describe("a replica that has crashed", () => {
  test("has lost its state, gets that of the sequencer, and executes what was ordered meanwhile", () => {
    const group = running()
    group.crash(2)
    ask(group, put("2"), { client: 2 })
    group.runFor("10ms")
    group.intercept((_, to, { type }) => (type === "Transfer" && to === 2 ? { delay: 5_000 } : "deliver"))
    group.restart(2)
    group.runFor("2500us")
    expect(group.standing(2)?.role).toBe("joining")
    ask(group, put("3"), { client: 3 })
    group.runFor("3ms")
    expect(contents(group)[2]).toEqual([undefined, 0])
    group.runFor("5ms")
    expect(contents(group)).toEqual(Array.from({ length: 3 }, () => ["3", 3]))
    expect(executedBy(group)[2]).toEqual(["1: 1.1", "3: 3.1"])
  })

  test("does not take an answer to an earlier life", () => {
    const group = running()
    group.crash(2)
    group.runFor("1ms")
    group.restart(2)
    group.intercept((_, __, { type }) => (type === "Transfer" ? "drop" : "deliver"))
    const { machine } = group.state(0)
    group.inject(0, 2, { type: "Transfer", nonce: 5, epoch: 0, executed: 1, machine })
    expect(group.standing(2)?.role).toBe("joining")
    group.inject(0, 2, { type: "Transfer", nonce: group.state(2).nonce, epoch: 0, executed: 1, machine })
    expect(group.standing(2)?.role).toBe("replica")
  })

  test("asks until there is a sequencer: its own return is not missed as its crash is", () => {
    const group = running()
    group.crash(0)
    group.restart(0)
    group.runFor("100ms")
    expect(group.standing(0)?.role).toBe("joining")
    group.runFor(TAKE_OVER)
    expect(group.standing(0)).toMatchObject({ role: "replica", epoch: 1 })
    expect(contents(group)[0]).toEqual(["1", 1])
  })

  test("has nobody to ask if all have crashed, and nobody serves any more", () => {
    const group = running()
    for (const node of [0, 1, 2]) group.crash(node)
    for (const node of [0, 1, 2]) group.restart(node)
    ask(group, get, { client: 2 })
    group.runFor("2s")
    expect([0, 1, 2].map(node => group.standing(node)!.role)).toEqual(Array(3).fill("joining"))
    expect(answers(group)).toHaveLength(1)
  })

  test("that was only cut off follows the others when it hears of their epoch, without what it did alone", () => {
    const group = running()
    const isAlone = (id: number): boolean => id === 0 || id === 3
    group.intercept((from, to) => (isAlone(from) === isAlone(to) ? "deliver" : "drop"))
    group.runFor(TAKE_OVER)
    ask(group, put("alone"), { client: 2 })
    ask(group, put("2"), { client: 3, frontEnd: 1 })
    group.runFor("10ms")
    expect(contents(group)).toEqual([
      ["alone", 2],
      ["2", 2],
      ["2", 2],
    ])
    group.intercept(() => "deliver")
    group.runFor(TAKE_OVER)
    expect(contents(group)).toEqual(Array.from({ length: 3 }, () => ["2", 2]))
  })
})
