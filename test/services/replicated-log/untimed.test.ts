// The service without time: what its clients do, and what its checks find in what is reported.
import { describe, expect, test } from "vitest"
import type { Tagged } from "../../../runtime/contract/algorithm.ts"
import { CRASHED, type ClientStep, type UntimedClient } from "../../../runtime/contract/untimed.ts"
import { untimedLog } from "../../../services/replicated-log/untimed.ts"

const group = { size: 3, contacts: [0, 1, 2], oneLeaderPerEpoch: true, inRounds: false, traitors: [] }
const log = (operations: number) => untimedLog({ ...group, operations })
/** Client 0 writes, client 1 reads, client 2 writes. */
const put = (client: number) => command(client, { op: "put", key: "k", value: `v${client}` })
const get = (client: number) => command(client, { op: "get", key: "k" })
const command = (session: number, operation: object) => ({ type: "Command", session, sequence: 1, operation })
const done = (value: string | null) => ({ done: true, value })
const result = (value: string | null) => ({ type: "Result", sequence: 1, result: done(value) })
const redirect = (leader: number | null) => ({ type: "Redirect", sequence: 1, leader })

describe("a client", () => {
  const [writer, reader, third] = log(3).clients as [UntimedClient, UntimedClient, UntimedClient]
  const asked = (client = writer, to = 1): ClientStep => client.move(client.initial, `ask ${to}`)
  const namesOf = (client: UntimedClient, { state }: ClientStep) => client.moves(state)

  test("lives outside the group, and writes or reads by turns", () => {
    expect([writer, reader, third].map(({ id, home }) => [id, home])).toEqual([
      [0, null],
      [1, null],
      [2, null],
    ])
    expect(asked(writer).requests).toEqual([{ to: 1, request: put(0) }])
    expect(asked(reader, 2).requests).toEqual([{ to: 2, request: get(1) }])
    expect(asked(third, 0).requests).toEqual([{ to: 0, request: put(2) }])
  })

  test("begins when it first asks, and not again when it loses patience", () => {
    const first = asked()
    expect(first.facts).toEqual([{ type: "begun", client: 0 }])
    expect(namesOf(writer, first)).toEqual([0, 1, 2].map(node => ({ name: `ask ${node} instead`, isRetry: true })))
    const again = writer.move(first.state, "ask 2 instead")
    expect(again.facts).toBeUndefined()
    expect(again.requests).toEqual([{ to: 2, request: put(0) }])
  })

  test("ends with the first result, from whomever it comes, and does nothing more", () => {
    const ended = writer.reply(asked().state, 2, result(null))
    expect(ended.facts).toEqual([{ type: "ended", client: 0, result: done(null) }])
    expect(namesOf(writer, ended)).toEqual([])
    expect(writer.reply(ended.state, 1, result("v2"))).toEqual({ state: ended.state })
    expect(writer.reply(ended.state, 1, redirect(2))).toEqual({ state: ended.state })
  })

  test("follows a redirect of the node that it asked last, and of no other", () => {
    const followed = writer.reply(asked().state, 1, redirect(2))
    expect(followed.requests).toEqual([{ to: 2, request: put(0) }])
    expect(followed.facts).toBeUndefined()
    expect(writer.reply(followed.state, 1, redirect(0))).toEqual({ state: followed.state })
    expect(writer.reply(followed.state, 2, redirect(0)).requests).toEqual([{ to: 0, request: put(0) }])
  })

  test.each([
    ["nobody", null],
    ["itself", 1],
  ])("waits where a node redirects to %s, until it asks again of its own accord", (_, leader) => {
    const waiting = writer.reply(asked().state, 1, redirect(leader))
    expect(waiting.requests).toBeUndefined()
    expect(writer.reply(waiting.state, 1, redirect(2))).toEqual({ state: waiting.state })
    expect(namesOf(writer, waiting)).toContainEqual({ name: "ask 1 instead", isRetry: true })
    expect(writer.move(waiting.state, "ask 1 instead").requests).toEqual([{ to: 1, request: put(0) }])
  })

  test("follows as many redirects as there are nodes, and waits then", () => {
    let step = asked(writer, 0)
    for (let hop = 1; hop <= 3; hop++) {
      step = writer.reply(step.state, (hop - 1) % 3, redirect(hop % 3))
      expect(step.requests, `hop ${hop}`).toEqual([{ to: hop % 3, request: put(0) }])
    }
    expect(writer.reply(step.state, 0, redirect(1)).requests).toBeUndefined()
    // Asking again of its own accord, it follows as many once more.
    const again = writer.move(step.state, "ask 0 instead")
    expect(writer.reply(again.state, 0, redirect(1)).requests).toEqual([{ to: 1, request: put(0) }])
  })

  test("takes no notice of other replies, nor of crashes", () => {
    const { state } = asked()
    expect(writer.reply(state, 1, { type: "LockGranted", key: "k", token: 1 })).toEqual({ state })
    expect(writer.crashed(state)).toEqual({ state })
  })
})

/** What is reported, in order: by a client (after all nodes), or by a node. */
type Report = readonly [node: number, fact: Tagged]

const begins = (client: number): Report => [3 + client, { type: "begun", client } as Tagged]
const ends = (client: number, value: string | null): Report => [
  3 + client,
  { type: "ended", client, result: done(value) } as Tagged,
]
const applies = (node: number, index: number, what: object | null, chosen?: string): Report => [
  node,
  { type: "applied", index, command: what, ...(chosen === undefined ? {} : { chosen }) } as Tagged,
]
const restores = (node: number, index: number): Report => [node, { type: "restored", index } as Tagged]
const believes = (node: number, leader: number | null, epoch: number): Report => [
  node,
  { type: "believes", leader, epoch } as Tagged,
]
const crashes = (node: number): Report => [node, { type: CRASHED }]

function watched(reports: readonly Report[], operations = 3) {
  const { watch } = log(operations)
  const state = reports.reduce((before, [node, fact]) => watch.observe(before, { node, fact }), watch.initial)
  return { watch, state, problem: watch.problem(state), verdicts: watch.verdicts(state) }
}

/** Client 0 writes, which node 0 executes first. */
const written = [begins(0), applies(0, 1, put(0)), ends(0, null)]

describe("the watch", () => {
  test("finds nothing wrong with a log that all execute, after a crash and from a snapshot, too", () => {
    const whole = [
      ...written,
      applies(1, 1, put(0)),
      crashes(1),
      applies(1, 1, put(0)),
      restores(2, 1),
      begins(1),
      applies(2, 2, get(1)),
      ends(1, "v0"),
    ]
    const { problem, verdicts } = watched(whole)
    expect(problem).toBeNull()
    expect(Object.values(verdicts).map(({ verdict }) => verdict)).toEqual(Array(7).fill("holds"))
    expect(Object.keys(verdicts)[0]).toBe("linearizable")
  })

  test.each<[string, readonly Report[], RegExp]>([
    ["two entries at one index", [...written, begins(2), applies(1, 1, put(2))], /^log-agreement: node 1 executed/],
    ["an entry in the place of a hole", [...written, applies(1, 1, null)], /^log-agreement: .* without a command/],
    ["an entry left out", [begins(0), applies(0, 2, put(0))], /^applied-once: node 0 executed index 2, but skipped 1/],
    ["an entry executed twice", [...written, applies(0, 1, put(0))], /^applied-once: .* had executed up to 1/],
    ["a snapshot, and then not the next entry", [restores(2, 4), applies(2, 6, null)], /^applied-once: .* skipped 5/],
    ["a command that nobody sent", [applies(0, 1, put(0))], /^asked-for: .* no client sent/],
    [
      "an altered command",
      [begins(0), applies(0, 1, { ...put(0), operation: put(2).operation })],
      /^asked-for: .*alter/,
    ],
    ["a wrong answer", [begins(0), applies(0, 1, put(0)), ends(0, "v2")], /^(linearizable|applied-once): /],
    ["two leaders of a term", [believes(0, 0, 3), believes(2, 2, 3)], /^one-leader-per-term: nodes 0 and 2 .* term 3/],
    [
      "two choices where the command leaves one to chance",
      [begins(0), applies(0, 1, put(0), "a"), applies(1, 1, put(0), "b")],
      /^same-choices: node 1 /,
    ],
    [
      "a write that was acknowledged and replaced",
      [...written, applies(1, 1, null)],
      /acknowledged to its client|log-agr/,
    ],
  ])("finds %s", (_, reports, problem) => {
    expect(watched(reports).problem).toMatch(problem)
  })

  test("knows whom nodes believe in for their own leadership alone", () => {
    expect(watched([believes(0, 0, 3), believes(1, 0, 3), believes(2, null, 3), believes(2, 2, 4)]).problem).toBeNull()
  })

  test("is not changed by what it does not know", () => {
    const { watch, state } = watched(written)
    expect(watch.observe(state, { node: 0, fact: { type: "office" } })).toBe(state)
  })

  test("goes on where gaps are filled late: a node that was behind reports what others had from a snapshot", () => {
    const late = [begins(0), begins(2), restores(1, 1), applies(1, 2, put(2)), ends(2, "v0"), applies(0, 1, put(0))]
    expect(watched(late).problem).toBeNull()
    const wrong = [begins(0), begins(2), restores(1, 1), applies(1, 2, put(2)), ends(2, null), applies(0, 1, put(0))]
    expect(watched(wrong).problem).toMatch(/^applied-once: client 2 was answered done, null/)
    expect(watched(wrong.slice(0, -1)).verdicts["applied-once"]).toMatchObject({ verdict: "undecided" })
  })
})

describe("operations in time", () => {
  test("a read sees what was written before it", () => {
    expect(watched([begins(0), ends(0, null), begins(1), ends(1, null)]).problem).toMatch(/^linearizable: /)
    expect(watched([begins(0), ends(0, null), begins(1), ends(1, "v0")]).problem).toBeNull()
  })

  test.each(["v0", null])("a read beside a write sees either: %j", value => {
    expect(watched([begins(0), begins(1), ends(0, null), ends(1, value)]).problem).toBeNull()
    expect(watched([begins(1), begins(0), ends(1, value), ends(0, null)]).problem).toBeNull()
  })

  test("a write without an answer may have taken effect, or not, or does later", () => {
    expect(watched([begins(0), begins(1), ends(1, "v0")]).problem).toBeNull()
    expect(watched([begins(0), begins(1), ends(1, null)]).problem).toBeNull()
    expect(watched([begins(1), ends(1, "v0"), begins(0)]).problem).toMatch(/^linearizable: /)
  })

  test("calls or returns next to each other are one history in any order, and a call and a return are not", () => {
    const history = (...reports: readonly Report[]): string => {
      const { watch, state } = watched(reports, 4)
      return JSON.stringify(watch.essence!(state))
    }
    const calls = history(begins(0), begins(1), begins(2))
    expect(history(begins(2), begins(1), begins(0))).toBe(calls)
    expect(history(begins(2), begins(0), begins(1))).toBe(calls)
    const one = history(begins(0), ends(0, null), begins(1))
    expect(history(begins(0), begins(1), ends(0, null))).not.toBe(one)
    const returns = [ends(0, "v2"), ends(2, null)] as const
    expect(history(begins(0), begins(2), ...returns)).toBe(history(begins(0), begins(2), ...returns.toReversed()))
  })
})

describe("what matters of a state", () => {
  const essenceOf = (...reports: readonly Report[]) => {
    const { watch, state } = watched(reports)
    const { asked: _, ...rest } = watch.essence!(state) as Record<string, unknown>
    return JSON.stringify(rest, (_key, value) => (value instanceof Map ? [...value] : value))
  }

  test("is not who executed an entry first", () => {
    const both = [applies(0, 1, put(0), "a"), applies(1, 1, put(0), "a")] as const
    expect(essenceOf(begins(0), ...both.toReversed())).toBe(essenceOf(begins(0), ...both))
    expect(essenceOf(begins(0), both[0])).not.toBe(essenceOf(begins(0), both[1]))
  })

  test("is not who led last, but in which terms somebody did", () => {
    expect(essenceOf(believes(0, 0, 1), believes(1, 1, 2))).toBe(
      essenceOf(believes(0, 0, 1), believes(1, 1, 2), believes(0, 0, 1)),
    )
    expect(essenceOf(believes(0, 0, 1))).not.toBe(essenceOf(believes(0, 0, 2)))
    expect(essenceOf(believes(0, 0, 1))).not.toBe(essenceOf(believes(1, 1, 1)))
  })

  test("is what was executed, by whom, and with which choice", () => {
    const states = [[], [applies(0, 1, null)], [applies(0, 1, put(0))], [applies(0, 1, put(0), "a")], [restores(0, 1)]]
    const essences = states.map(reports => essenceOf(begins(0), ...reports))
    expect(new Set(essences).size).toBe(states.length)
  })
})

test("it is done when every operation has ended; on the way there are goals", () => {
  const reachedBy = (...reports: readonly Report[]): readonly string[] => {
    const { watch, state } = watched(reports, 2)
    expect(watch.isDone!(state)).toBe(watch.ended(state) === 2)
    return Object.entries(watch.goals!).flatMap(([goal, isReached]) => (isReached(state) ? [goal] : []))
  }
  expect(reachedBy(begins(0))).toEqual([])
  expect(reachedBy(begins(0), applies(0, 1, null))).toEqual([])
  expect(reachedBy(begins(0), applies(0, 1, put(0)))).toEqual(["a node executes a command"])
  expect(reachedBy(...written)).toEqual(["a node executes a command", "an operation succeeds"])
  expect(reachedBy(...written, begins(1), ends(1, "v0"))).toEqual([
    "a node executes a command",
    "an operation succeeds",
    "every operation succeeds",
  ])
})
