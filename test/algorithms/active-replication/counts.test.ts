// Exact counts and delays: what a request costs between the front end and n replicas, and among these.
import { describe, expect, test } from "vitest"
import type { Message } from "./counting.ts"
import { costOf } from "./counting.ts"
import { activeGroup, semiActiveGroup } from "./support.ts"

const SIZES = [2, 3, 5, 7, 9]
const ofType = (messages: readonly Message[], type: string): number =>
  messages.filter(message => message.type === type).length

describe.each([
  ["active", activeGroup],
  ["semi-active", semiActiveGroup],
])("%s replication, nothing left to chance", (_, group) => {
  test.each(SIZES)(
    "to the sequencer only, n = %i: n-1 among replicas, 1+n with the front end, first answer 2d, others 3d",
    n => {
      const { among, withFrontEnd, arrivals } = costOf(group({ nodes: n, parameters: { requests: "sequencer" } }))
      expect(among.length).toBe(n - 1)
      expect(ofType(withFrontEnd, "Request")).toBe(1)
      expect(withFrontEnd.length).toBe(1 + n)
      expect(arrivals).toEqual([2, ...Array<number>(n - 1).fill(3)])
    },
  )

  test.each(SIZES)("to all, n = %i: n-1 among replicas, 2n with the front end, first answer 2d, others 3d", n => {
    const { among, withFrontEnd, arrivals } = costOf(group({ nodes: n, parameters: { requests: "all" } }))
    expect(among.length).toBe(n - 1)
    expect(withFrontEnd.length).toBe(2 * n)
    expect(arrivals).toEqual([2, ...Array<number>(n - 1).fill(3)])
  })

  test.each(SIZES)("the client has its answer 4d after it asked, n = %i, or 5d where f+1 > 1 have to match", n => {
    expect(costOf(group({ nodes: n, parameters: { answers: "first" } })).answered).toBe(4)
    expect(costOf(group({ nodes: n, parameters: { answers: "matching" } })).answered).toBe(n < 3 ? 4 : 5)
  })
})

describe("a step that is not deterministic", () => {
  test.each(SIZES)("costs semi-active replication n-1 messages more and no delay, n = %i", n => {
    const draw = { op: "draw", key: "x" } as const
    const { among, withFrontEnd, arrivals, answered } = costOf(semiActiveGroup({ nodes: n }), draw)
    expect(ofType(among, "Order")).toBe(n - 1)
    expect(ofType(among, "Decision")).toBe(n - 1)
    expect(among.length).toBe(2 * (n - 1))
    expect(withFrontEnd.length).toBe(2 * n)
    expect(arrivals).toEqual([2, ...Array<number>(n - 1).fill(3)])
    expect(answered).toBe(4)
  })

  test("costs active replication nothing: nobody asks anybody", () => {
    expect(costOf(activeGroup({ nodes: 5 }), { op: "draw", key: "x" }).among.length).toBe(4)
  })
})

describe("a take-over", () => {
  test.each(SIZES)("n = %i: n-1 questions, an answer of each survivor, n-1 announcements", n => {
    const group = activeGroup({ nodes: n })
    group.runFor("10ms")
    group.crash(0)
    group.clearCounts()
    group.runUntil(() => group.leader() === 1)
    group.runFor("1ms")
    expect(group.count("TakeOver")).toBe(n - 1)
    expect(group.count("Survivor")).toBe(n - 2)
    expect(group.count("NewSequencer")).toBe(n - 1)
    expect(group.count("Transfer")).toBe(0)
  })

  test("takes the detection timeout from the last sign of life, and the time for answers", () => {
    const group = activeGroup({
      nodes: 3,
      parameters: { detectionTimeout: "100ms", heartbeatInterval: "30ms", collectTime: "5ms" },
    })
    group.runFor("40ms")
    group.crash(0)
    group.runUntil(() => group.leader() === 1)
    // The heartbeat of 30 ms arrived at 31 ms.
    expect(group.now / 1_000).toBeCloseTo(31 + 100 + 5, 0)
  })
})

test("an idle sequencer says that it is there, n-1 heartbeats an interval, and a busy one does not", () => {
  const group = activeGroup({ nodes: 5, parameters: { heartbeatInterval: "50ms" } })
  group.runFor("500ms")
  expect(group.count("Alive", "heartbeat")).toBe(4 * 10)
})

test("the state that a replica gets on its return is an answer: it counts with the question, sent once or again", () => {
  const group = activeGroup({ nodes: 3 })
  group.runFor("1ms")
  group.crash(2)
  group.isolate(2)
  group.restart(2)
  group.runFor("200ms")
  group.heal()
  group.runUntil(() => group.standing(2)?.role === "replica")
  expect([group.count("Transfer", "protocol"), group.count("Transfer", "retransmission")]).toEqual([0, 1])
})
