// Small words of the contract: how many processes a role has, who the peers are, what parameters accept, and hosted nodes.
import { describe, expect, test } from "vitest"
import {
  DiskWindow,
  HostedNode,
  instanceOf,
  ownKeyOf,
  renamed,
} from "../../../runtime/contract/composition/hosted-node.ts"
import { clientAt, clientNamed, endOf } from "../../../runtime/contract/ids.ts"
import { generalOffice } from "../../../runtime/contract/offices.ts"
import {
  choice,
  choiceOr,
  duration,
  expectedOf,
  flag,
  integer,
  isComplete,
  number,
  rate,
  readParameter,
  share,
  size,
} from "../../../runtime/contract/parameters.ts"
import { peersOf } from "../../../runtime/contract/parts.ts"
import { processesOf } from "../../../runtime/contract/roles.ts"
import * as settings from "../../../runtime/contract/settings.ts"
import { timeless } from "../../../runtime/contract/times.ts"
import { formatDuration } from "../../../runtime/contract/units.ts"
import { problemOf } from "../../../runtime/contract/untimed.ts"

describe("roles and peers", () => {
  test("a role has the processes that it says, or a parameter, where it holds", () => {
    expect(processesOf({ count: 3 }, {})).toBe(3)
    expect(processesOf({ count: { parameter: "fronts" } }, { fronts: 4 })).toBe(4)
    expect(processesOf({ count: { parameter: "fronts" } }, { fronts: "many" })).toBe(1)
    const only = { count: { parameter: "mode", is: "central" } }
    expect([processesOf(only, { mode: "central" }), processesOf(only, { mode: "ring" })]).toEqual([1, 0])
    const when = { count: { parameter: "fronts", when: (parameters: object) => "on" in parameters } }
    expect([processesOf(when, { fronts: 4, on: true }), processesOf(when, { fronts: 4 })]).toEqual([4, 1])
  })

  test("peers are all members but oneself", () => {
    expect(peersOf(1, 3)).toEqual([0, 2])
    expect(peersOf(5, 2)).toEqual([0, 1])
  })

  test("clients have ends of their own, and names", () => {
    expect([endOf(0), endOf(4), clientAt(-1), clientAt(-5), clientAt(0)]).toEqual([-1, -5, 0, 4, undefined])
    expect(["client 12", "client", "client 12345678", "a client 1", "client 1x"].map(clientNamed)).toEqual([
      -13,
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(["leader", "sequencer", "backup", "head"].map(generalOffice)).toEqual([
      "leading",
      "leading",
      "following",
      undefined,
    ])
  })

  test("the first check that is violated is the problem of a state", () => {
    const wrong = (witness: string) => ({ verdict: "violated", at: 0, witness }) as const
    expect(problemOf({ one: { verdict: "holds" }, two: { verdict: "undecided", reason: "x" } })).toBe(null)
    expect(problemOf({ one: { verdict: "holds" }, two: wrong("a"), three: wrong("b") })).toBe("two: a")
  })
})

describe("parameters", () => {
  test("say what they accept, by their kind and range", () => {
    const forms = [
      duration("1s", "x"),
      duration("1s", "x", { min: 1_000, max: 2_000 }),
      integer(1, "x"),
      integer(1, "x", { min: 2 }),
      integer(1, "x", { max: 9 }),
      number(1, "x", { min: 2 }),
      share("1%", "x"),
      rate("1/s", "x"),
      size("1B", "x"),
      choice(["a", "b"], "a", "x"),
      choiceOr(["a", "b"], { pattern: String.raw`\d+_\d+`, form: "values such as 1_0" }, "a", "x"),
      flag(true, "x"),
    ].map(expectedOf)
    const quantity = "a duration such as 150ms, 2s, 500us or 3d (d = one link delay)"
    expect(forms).toEqual([
      quantity,
      `${quantity}, from 1ms to 2ms`,
      "an integer",
      "an integer, at least 2",
      "an integer, from 0 to 9",
      "a number, at least 2",
      "a share such as 10% or 0.1, from 0 to 1",
      "a rate such as 100/s",
      "a size such as 64B or 1KiB",
      "one of a, b",
      "one of a, b, or values such as 1_0",
      "true or false",
    ])
    expect([formatDuration(Infinity), formatDuration(1_234_567)]).toEqual(["forever", "1.235s"])
  })

  test("of a choice may be of a form, from beginning to end", () => {
    const parameter = choiceOr(["a"], { pattern: "[0-9]|[0-9]_[0-9]", form: "x" }, "a", "x")
    const read = ["a", "1", "1_0", 5, "b", "1_", "x1"].map(written => readParameter(parameter, written, 0))
    expect(read).toEqual(["a", "1", "1_0", "5", undefined, undefined, undefined])
    expect(readParameter(choice(["a"], "a", "x"), "1", 0)).toBe(undefined)
  })

  test("below 0, or beyond the range, are none", () => {
    const parameter = integer(1, "x", { min: 2, max: 4 })
    expect([1, 2, 4, 5].map(written => readParameter(parameter, written, 0))).toEqual([undefined, 2, 4, undefined])
    expect(readParameter({ kind: "integer", default: 0, doc: "x" }, -1, 0)).toBe(undefined)
    expect(readParameter({ kind: "integer", default: 0, doc: "x" }, 9e15, 0)).toBe(9e15)
  })

  test("are complete if none is missing, and timeless if their durations are 0", () => {
    const declared = { timeout: duration("1s", "x"), batch: integer(1, "x") }
    expect([isComplete(declared, { timeout: 1, batch: 0 }), isComplete(declared, { timeout: 1 })]).toEqual([
      true,
      false,
    ])
    expect(timeless(declared, { timeout: 7, batch: 7, other: 7 })).toEqual({ timeout: 0, batch: 7, other: 7 })
  })

  test("are declared with their defaults, titles and least values", () => {
    expect(duration("1s", "x", { title: "T", zero: "never" })).toEqual({
      kind: "duration",
      default: "1s",
      doc: "x",
      min: 0,
      title: "T",
      zero: "never",
    })
    expect(share("1%", "x")).toEqual({ kind: "share", default: "1%", doc: "x", min: 0, max: 1 })
    expect(rate("1/s", "x")).toEqual({ kind: "rate", default: "1/s", doc: "x", min: 0 })
    expect(size("1B", "x")).toEqual({ kind: "size", default: "1B", doc: "x", min: 0 })
  })
})

test("settings of faults are declared with their kind, phrase and title", () => {
  const { duration: span, offset, share: part, drift, positive, ordinal, flag: only, toggle, receivers } = settings
  const titled = { title: "T" }
  expect([span("x", titled), offset("x"), part("x"), drift("x"), toggle("x", titled)]).toEqual([
    { kind: "duration", doc: "x", title: "T" },
    { kind: "offset", doc: "x" },
    { kind: "share", doc: "x" },
    { kind: "drift", doc: "x" },
    { kind: "toggle", doc: "x", title: "T" },
  ])
  expect([positive("x"), ordinal("x"), only("x"), receivers("x")]).toEqual(
    ["positive", "ordinal", "flag", "receivers"].map(kind => ({ kind, doc: "x" })),
  )
  expect(settings.optional(settings.word(["a", "b"], "x"))).toEqual({
    kind: "word",
    words: ["a", "b"],
    doc: "x",
    isOptional: true,
  })
  expect(settings.drawn(positive("x"))).toEqual({ kind: "positive", doc: "x", isOptional: true, isDrawn: true })
})

/** A host that says what it is asked to do: process 4 of a group of six. */
function hostedBy(instance: number | undefined, processes: readonly number[]) {
  const calls: unknown[][] = []
  const disk: Record<string, unknown> = { term: 1, "log/term": 7, "log/votes": [] }
  const say =
    (name: string, answer?: unknown) =>
    (...given: readonly unknown[]) => {
      calls.push([name, ...given])
      return answer
    }
  const names = ["send", "broadcast", "setTimer", "cancelTimer", "append", "truncate", "discard", "sign"]
  const host = {
    id: 4,
    size: 6,
    peers: [0, 1, 2, 3, 5],
    parameters: {},
    role: () => [],
    state: { whole: true },
    disk,
    now: () => 12,
    isOver: (deadline: number) => deadline < 12,
    random: (low: number, high: number) => low + high,
    verify: say("verify", true),
    save: (registers: object) => Object.assign(disk, registers),
    ...Object.fromEntries(names.map(name => [name, say(name)])),
  }
  const seat = {
    instance,
    id: processes.indexOf(4),
    size: 3,
    processes,
    roles: new Map([["server", [3]]]),
    parameters: { own: 1 },
    prefix: "log/",
    registers: "log/",
  }
  const node = new HostedNode(host as never, seat, {
    state: (state, of) => ({ state, of }),
    reply: say("reply"),
    report: say("report"),
  })
  return { node, calls, disk, host }
}

describe("a hosted node", () => {
  const message = { type: "Vote", term: 3 } as const

  test("has ids, peers, parameters, a state and registers of its own", () => {
    const { node, disk } = hostedBy(undefined, [5, 4, 0, 2])
    expect([node.id, node.size, node.peers, node.parameters]).toEqual([1, 3, [0, 2], { own: 1 }])
    expect(node.state).toEqual({ state: { whole: true }, of: 0 })
    expect(hostedBy(2, [5, 4, 0]).node.state).toEqual({ state: { whole: true }, of: 2 })
    expect(node.disk).toEqual({ term: 7, votes: [] })
    const first = node.disk
    node.save({ term: 8 })
    expect([node.disk === first, node.disk]).toEqual([true, { term: 8, votes: [] }])
    node.save({ snapshot: "s" })
    expect([disk["log/snapshot"], node.disk]).toEqual(["s", { term: 8, votes: [], snapshot: "s" }])
    expect([node.role("server"), node.now(), node.isOver(11), node.isOver(12), node.random(1, 5)]).toEqual([
      [3],
      12,
      true,
      false,
      6,
    ])
    expect(() => node.role("witness")).toThrow('log: node.role("witness"): there is no such role')
  })

  test("sends its messages under its names to the processes that play its peers", () => {
    const one = hostedBy(undefined, [5, 4, 0, 2])
    one.node.send(0, message, "heartbeat", "volatile" as never)
    one.node.broadcast(message, "protocol")
    const carried = { type: "log/Vote", term: 3 }
    expect(one.calls).toEqual([
      ["send", 5, carried, "heartbeat", "volatile"],
      ["send", 5, carried, "protocol"],
      ["send", 0, carried, "protocol"],
    ])
    expect(() => one.node.send(4, message)).toThrow("log: there is no process 4")
    const several = hostedBy(2, [5, 4, 0])
    several.node.send(2, message)
    expect(several.calls).toEqual([["send", 0, { ...carried, in: 2 }, undefined, undefined]])
  })

  test("has the host broadcast where it fills the group", () => {
    const { node, calls, host } = hostedBy(undefined, [5, 4, 0])
    host.peers.splice(0, 5, 0, 5)
    const whole = hostedBy(undefined, [5, 4, 0])
    whole.host.peers.splice(0, 5, 0, 5)
    const inner = new HostedNode(whole.host as never, { ...seatOf([5, 4, 0]) }, {} as never)
    inner.broadcast(message)
    expect(whole.calls).toEqual([["broadcast", { type: "log/Vote", term: 3 }, undefined]])
    // Those that it was made with count.
    node.broadcast(message)
    expect(calls.map(([name]) => name)).toEqual(["send", "send"])
    const strangers = hostedBy(undefined, [5, 4, 0])
    strangers.host.peers.splice(0, 5, 1, 2)
    new HostedNode(strangers.host as never, { ...seatOf([5, 4, 0]) }, {} as never).broadcast(message)
    expect(strangers.calls.map(([name]) => name)).toEqual(["send", "send"])
  })

  const seatOf = (processes: readonly number[]) => ({
    instance: undefined,
    id: 1,
    size: 3,
    processes,
    roles: new Map(),
    parameters: {},
    prefix: "log/",
    registers: "log/",
  })

  test("has timers, logs and signatures under its names, and its host's answers", () => {
    const { node, calls } = hostedBy(undefined, [5, 4, 0])
    node.setTimer("election", 9, 5)
    node.cancelTimer("election")
    node.append("entries", 1)
    node.truncate("entries", 2)
    node.discard("entries", 3)
    node.sign("x")
    expect(node.verify("s", 2, "x")).toBe(true)
    node.reply(6, message, "durable")
    node.report(message, "volatile" as never)
    expect(calls.map(([name, ...given]) => [name, ...given.filter(one => !(one instanceof Object))])).toEqual([
      ["setTimer", "log/election", 9, 5],
      ["cancelTimer", "log/election", undefined],
      ["append", "log/entries", 1],
      ["truncate", "log/entries", 2],
      ["discard", "log/entries", 3],
      ["sign", "x"],
      ["verify", "s", 0, "x"],
      ["reply", 6, 0, "durable"],
      ["report", 0, "volatile"],
    ])
  })

  test("of several instances, has keys that say which", () => {
    const { node, calls } = hostedBy(3, [5, 4, 0])
    node.setTimer("election", 9)
    node.setTimer("election", 9, 0)
    node.setTimer("election", 9, 7)
    const keys = calls.map(call => call[3] as number)
    expect(keys.map(instanceOf)).toEqual([3, 3, 3])
    expect(keys.map(ownKeyOf)).toEqual([undefined, 0, 7])
    expect(new Set(keys).size).toBe(3)
  })
})

test("a window on a disk shows the registers with its prefix, as they are, and those of another disk once there is one", () => {
  const of = { disk: { "a/x": 1, "b/x": 2, x: 3 } as Record<string, unknown> }
  const window = new DiskWindow(of, "a/")
  expect(window.contents).toEqual({ x: 1 })
  of.disk["a/x"] = 5
  of.disk["a/y"] = 6
  expect(window.contents).toEqual({ x: 5 })
  window.written({ x: 5 })
  expect(window.contents).toEqual({ x: 5 })
  window.written({ y: 6, x: 5 })
  expect(window.contents).toEqual({ x: 5, y: 6 })
  of.disk = { "a/z": 1 }
  expect(window.contents).toEqual({ z: 1 })
  expect(renamed({ x: 1, y: 2 }, "c/")).toEqual({ "c/x": 1, "c/y": 2 })
})
