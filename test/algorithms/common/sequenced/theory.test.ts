// Closed forms of active and semi-active replication: by a sequencer, and by a log, whose own forms are its client's.
import { describe, expect, test } from "vitest"
import { theoryOn } from "../../../../algorithms/common/sequenced/logged-theory.ts"
import { isBySequencer, theory } from "../../../../algorithms/common/sequenced/theory.ts"
import { raft } from "../../../../algorithms/raft/raft.ts"
import type { Algorithm } from "../../../../runtime/contract/algorithm.ts"
import { messagesOf } from "../../../support/setting.ts"

describe("by a sequencer", () => {
  test("messages: 3n-1 where all are asked, 2n where only the sequencer is; a stay is two requests", () => {
    expect(messagesOf(theory, 5)).toEqual([
      ["3n-1", 14],
      ["2n", 10],
      ["2(3n-1)", 28],
      ["4n", 20],
      ["3n-1", 14],
      ["2n", 10],
    ])
  })

  test("forms hold where a sequencer gives the order, as it does unless something else is said", () => {
    expect([isBySequencer({}), isBySequencer({ order: "sequencer" }), isBySequencer({ order: "raft" })]).toEqual([
      true,
      true,
      false,
    ])
    const [first, matching] = theory.latency!
    expect([first!.holds!({}, 3, {}), first!.holds!({ order: "raft" }, 3, {})]).toEqual([true, false])
    // Of two replicas none may be wrong, and one answer is enough.
    expect([1, 2, 3].map(n => matching!.holds!({}, n, {}))).toEqual([false, false, true])
    expect(matching!.holds!({ order: "raft" }, 3, {})).toBe(false)
  })

  test("serves matching answers while f+1 of n are up", () => {
    const [form] = theory.availability!
    expect([0, 1, 2, 3].map(down => form!.serving(5, down, {}))).toEqual([1, 1, 1, 0])
    expect([0, 1, 2].map(down => form!.serving(3, down, {}))).toEqual([1, 1, 0])
  })
})

describe("by a log", () => {
  const log: Algorithm = {
    ...raft,
    theory: {
      messages: [
        { service: "agreement", formula: "1", messages: () => 1 },
        {
          service: "replicated-log",
          parameters: { preVote: true },
          workload: { reads: 0 },
          holds: (parameters, n) => parameters["preVote"] === true && n > 2,
          formula: "2(n-1)",
          messages: n => 2 * (n - 1),
        },
        { service: "replicated-log", formula: "n", messages: n => n },
      ],
      latency: [
        { service: "agreement", formula: "9d", betweenNodes: 9, withClients: 0 },
        { service: "replicated-log", formula: "4d", betweenNodes: 2, withClients: 2, syncs: 2 },
        {
          service: "replicated-log",
          formula: "3d",
          betweenNodes: (n, parameters) => (parameters["preVote"] === true ? n : 0),
          withClients: 1,
          holds: (_, n) => n > 3,
        },
      ],
    },
  }
  /** All forms, and those that are the log's. */
  function forms() {
    const { messages = [], latency = [], availability = [] } = theoryOn([log])
    const ownMessages = messages.slice(theory.messages!.length)
    const ownLatency = latency.slice(theory.latency!.length)
    return { messages, ownMessages, ownLatency, availability }
  }

  test("messages are the log's, the front end's requests to all or to one, and n answers", () => {
    const { messages, ownMessages } = forms()
    expect(messages.slice(0, theory.messages!.length)).toEqual(theory.messages)
    expect(ownMessages.map(({ formula, messages: of }) => [formula, of(5, {}, {})])).toEqual([
      ["2(n-1) + 2n", 8 + 10],
      ["2(n-1) + n+1", 8 + 6],
      ["n + 2n", 5 + 10],
      ["n + n+1", 5 + 6],
    ])
    expect(ownMessages[0]).toMatchObject({
      service: "replicated-log",
      parameters: { raftPreVote: true, order: "raft", requests: "all" },
      workload: { reads: 0, nondeterministic: 0 },
    })
    expect(ownMessages[1]).toMatchObject({ parameters: { order: "raft", requests: "sequencer" } })
    const holds = (given: object, n: number) => ownMessages[0]!.holds!({ ...given }, n, {})
    expect([
      holds({ raftPreVote: true }, 3),
      holds({ raftPreVote: false }, 3),
      holds({ raftPreVote: true }, 2),
    ]).toEqual([true, false, false])
    expect(ownMessages[2]!.holds!({}, 1, {})).toBe(true)
  })

  test("latency is the log's, two delays more", () => {
    const { ownLatency } = forms()
    const of = (given: object) =>
      ownLatency.map(({ formula, betweenNodes, withClients, syncs }) => [
        formula,
        typeof betweenNodes === "number" ? betweenNodes : betweenNodes(5, { ...given }),
        withClients,
        syncs,
      ])
    expect(of({ raftPreVote: true })).toEqual([
      ["6d", 4, 2, 2],
      ["5d", 7, 1, undefined],
    ])
    expect(ownLatency[0]).toMatchObject({ service: "replicated-log", parameters: { order: "raft", answers: "first" } })
    expect("syncs" in ownLatency[1]!).toBe(false)
    expect([3, 4].map(n => [ownLatency[0]!.holds!({}, n, {}), ownLatency[1]!.holds!({}, n, {})])).toEqual([
      [true, false],
      [true, true],
    ])
  })

  test("serves while a majority is up", () => {
    const { availability } = forms()
    expect(availability).toHaveLength(theory.availability!.length + 1)
    const form = availability.at(-1)!
    expect(form).toMatchObject({ service: "replicated-log", parameters: { order: "raft" } })
    expect([0, 1, 2, 3].map(down => form.serving(5, down, {}))).toEqual([1, 1, 1, 0])
  })

  test("a log without closed forms adds none but that", () => {
    const { theory: _, ...silent } = raft
    const bare = theoryOn([silent])
    expect([bare.messages!.length, bare.latency!.length]).toEqual([theory.messages!.length, theory.latency!.length])
  })
})
