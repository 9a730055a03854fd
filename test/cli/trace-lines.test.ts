// Traces as text: how events, values and changes of state are written, and which events a filter lets through.
import { describe, expect, test } from "vitest"
import { describeChanges, describeEvent, isTold } from "../../cli/commands/replay/trace-lines.ts"
import { show, snapshotOf } from "../../debugger/tracing/values.ts"
import type { TraceEvent } from "../../runtime/simulation/trace.ts"

const vote = { type: "Vote", term: 2 } as const
const time = 1_500_000

const events: readonly (readonly [event: TraceEvent, line: string])[] = [
  [{ type: "boot", time, node: 0 }, "node 0   boots"],
  [{ type: "send", time, node: 0, to: 1, message: vote, purpose: "protocol" }, "node 0   -> node 1  Vote {term: 2}"],
  [
    { type: "send", time, node: 0, to: 1, message: vote, purpose: "heartbeat" },
    "node 0   -> node 1  Vote {term: 2} (heartbeat)",
  ],
  [{ type: "deliver", time, node: 1, from: 0, message: vote }, "node 1   <- node 0  Vote {term: 2}"],
  [
    { type: "drop", time, node: 1, from: 0, message: vote, reason: "lost" },
    "node 1   x- node 0  Vote {term: 2} (lost)",
  ],
  [
    { type: "drop", time, node: 1, from: 0, message: vote, reason: "down" },
    "node 1   x- node 0  Vote {term: 2} (the node is down)",
  ],
  [{ type: "timeout", time, node: 2, timer: "election" }, "node 2   timer election runs out"],
  [{ type: "request", time, node: 2, client: 7, request: { type: "Elect" } }, "node 2   <- client 7  Elect"],
  [{ type: "reply", time, node: 2, client: 7, reply: { ok: true } }, "node 2   -> client 7  {ok: true}"],
  [{ type: "ask", time, node: 2, client: 7, request: { type: "Elect" } }, "client 7 -> node 2  Elect"],
  [{ type: "answer", time, node: 2, client: 7, reply: { ok: true } }, "client 7 <- node 2  {ok: true}"],
  [{ type: "operation", time, client: 7, phase: "begun", what: { op: "get" } }, 'client 7 begins {op: "get"}'],
  [{ type: "operation", time, client: 7, phase: "unknown", what: null }, "client 7 ends: unknown"],
  [{ type: "write", time, node: 2 }, "node 2   writes to its disk"],
  [{ type: "fact", time, node: 2, fact: { type: "decided" } }, "node 2   * decided"],
  [
    { type: "fault", time, kind: "crash", phase: "begins", what: "crash of node 2", nodes: [2] },
    "         ! crash of node 2",
  ],
]

test.each(events)("an event of type $type", (event, line) => {
  expect(describeEvent(event)).toBe(`   1.500000 s  ${line}`)
})

test("a process of a role that clients ask goes by its name", () => {
  const roles = [{ name: "clerk", first: 2, count: 2 }]
  const asked: TraceEvent = { type: "ask", time, node: 3, client: 7, request: { type: "Elect" } }
  const answered: TraceEvent = { type: "answer", time, node: 3, client: 7, reply: { ok: true } }
  expect(describeEvent(asked, roles)).toBe("   1.500000 s  client 7 -> clerk 1  Elect")
  expect(describeEvent(answered, roles)).toBe("   1.500000 s  client 7 <- clerk 1  {ok: true}")
})

describe("a filter", () => {
  const told = (filter: Parameters<typeof isTold>[1]): string[] =>
    events.filter(([event]) => isTold(event, filter)).map(([event]) => event.type)

  test("by node lets through what happens at it, and the faults that hit it", () => {
    expect(told({ nodes: new Set([2]) })).toEqual(["timeout", "request", "reply", "write", "fact", "fault"])
  })

  test("by type means messages, requests, facts, timers and kinds of events", () => {
    expect(told({ types: new Set(["Vote"]) })).toEqual(["send", "send", "deliver", "drop", "drop"])
    expect(told({ types: new Set(["election", "decided", "Elect"]) })).toEqual(["timeout", "request", "ask", "fact"])
    expect(told({ types: new Set(["drop", "boot"]) })).toEqual(["boot", "drop", "drop"])
  })

  test("by time includes both ends", () => {
    expect(told({ from: time, to: time })).toHaveLength(events.length)
    expect(told({ from: time + 1 })).toEqual([])
    expect(told({ to: time - 1 })).toEqual([])
  })
})

describe("values", () => {
  test.each([
    [{ term: 3, log: [{ index: 1 }], leader: null }, "{term: 3, log: [{index: 1}], leader: null}"],
    [new Map([[1, new Set(["a", "b"])]]), '{1 => {"a", "b"}}'],
    [{ absent: undefined }, "{absent: nothing}"],
    [[], "[]"],
    [-0.5, "-0.5"],
  ])("%j", (value, text) => {
    expect(show(value)).toBe(text)
  })

  test("long ones are cut, whatever their size", () => {
    const long = Array.from({ length: 1_000_000 }, (_, i) => ({ i }))
    expect(show(long)).toHaveLength(160)
    expect(show({ nested: { long } })).toMatch(/^\{nested: \{long: \[\{i: 0\}, .*\.\.\.$/)
  })
})

describe("changes", () => {
  const before = snapshotOf({ role: "follower", votes: [null, null] }, { term: 1 })

  test("are told field by field, state and disk together", () => {
    const after = snapshotOf({ role: "candidate", votes: [null, null] }, { term: 2 })
    expect(describeChanges(time, 0, before, after)).toBe(
      '   1.500000 s  node 0      role: "follower" -> "candidate", term: 1 -> 2',
    )
  })

  test("are not told where there are none", () => {
    expect(describeChanges(time, 0, before, snapshotOf({ role: "follower", votes: [null, null] }, { term: 1 }))).toBe(
      undefined,
    )
  })

  test("at boot, what is empty is left out", () => {
    const line = describeChanges(time, 0, new Map(), snapshotOf({ leader: null, log: [], term: 4 }))
    expect(line).toBe("   1.500000 s  node 0      term: 4")
  })

  test("long logs are told by their length and last entry", () => {
    const log = Array.from({ length: 20 }, (_, index) => ({ index }))
    expect(snapshotOf({ log }).get("log")).toBe("20 entries, last {index: 19}")
  })
})
