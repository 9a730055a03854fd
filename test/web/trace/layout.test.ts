// What the diagram shows: which messages are in view, how zooming moves the view, and where clients' operations go.
import { describe, expect, test } from "vitest"
import { algorithms, serviceFor } from "../../../algorithms/registry.ts"
import { recordRun } from "../../../debugger/tracing/recorder.ts"
import { EVERYTHING, showsMessage, toggled } from "../../../web/trace/model/filter.ts"
import { clientRowsOf, firstIndex, ticksOf, tickText, within, zoomed } from "../../../web/trace/paint/layout.ts"
import { MessageIndex } from "../../../web/trace/model/message-index.ts"
import { scenarioOf } from "../../support/service-run.ts"

const raft = algorithms["raft"]!
const { trace } = recordRun(
  scenarioOf(raft, serviceFor(raft, "replicated-log")!, {
    nodes: 3,
    latency: { model: "exponential", floor: 1_000, mean: 9_000 },
    loss: 0.05,
    duplication: 0.05,
    workload: { mode: "open", rate: "200/s" },
    faults: [{ kind: "crash", target: { nodes: [0] }, at: 600_000, for: 200_000 }],
    warmup: "300ms",
    duration: "1500ms",
  }),
  5,
)
const whole = { from: 0, to: trace.end }

test("messages under way in a span are found, all of them and no others", () => {
  const index = new MessageIndex(trace)
  const { sent, ended } = trace.messages
  expect(sent.length).toBeGreaterThan(1_000)
  const filter = { ...EVERYTHING, heartbeats: false, hiddenNodes: new Set([1]) }
  for (const from of [-5_000, 0, 400_000, 612_345, 1_200_000, trace.end]) {
    for (const length of [0, 700, 40_000, 2_000_000]) {
      const to = from + length
      const expected = [...sent.keys()].filter(message => {
        const end = ended[message]! < 0 ? trace.end : ended[message]!
        return sent[message]! <= to && end >= from && showsMessage(trace, filter, message)
      })
      expect([...index.underWay({ from, to }, filter)].toSorted((a, b) => a - b)).toEqual(expected)
      const [first, last] = index.sentWithin({ from, to })
      expect(last - first).toBe(sent.filter(time => time >= from && time <= to).length)
    }
  }
})

describe("the view", () => {
  test("zooms round a time, which stays where it is", () => {
    const span = { from: 400_000, to: 800_000 }
    for (const factor of [0.1, 0.5, 1.5]) {
      const next = zoomed(span, whole, 500_000, factor)
      expect(next.to - next.from).toBeCloseTo(400_000 * factor)
      expect((500_000 - next.from) / (next.to - next.from)).toBeCloseTo(0.25)
    }
  })

  test("never leaves the run", () => {
    expect(zoomed({ from: 10, to: 20 }, whole, 12, 1e9)).toEqual(whole)
    expect(within({ from: -500, to: 500 }, whole)).toEqual({ from: 0, to: 1_000 })
    expect(within({ from: trace.end, to: trace.end + 10 }, whole)).toEqual({ from: trace.end - 10, to: trace.end })
  })

  test.each([
    [{ from: 0, to: 2_000_000 }, ["0.0 s", "0.5 s", "1.0 s", "1.5 s", "2.0 s"]],
    [{ from: 1_234_000, to: 1_240_000 }, ["1.234 s", "1.236 s", "1.238 s", "1.240 s"]],
  ])("has marks at round times (%j)", (span, texts) => {
    const { step, times } = ticksOf(span, 500)
    expect(times.map(time => tickText(time, step))).toEqual(texts)
  })
})

test("operations of many clients share rows, and overlap only in the last", () => {
  const rows = clientRowsOf(trace)
  expect(rows.count).toBe(8)
  const busy = new Map<number, number>()
  for (const [index, { begun, ended }] of trace.operations.entries()) {
    const row = rows.ofOperation[index]!
    expect(row === 7 || (busy.get(row) ?? -1) <= begun).toBe(true)
    busy.set(row, ended < 0 ? Infinity : ended)
    const first = rows.firstAfter(begun)
    expect(first).toBeLessThanOrEqual(index)
  }
})

test("small helpers", () => {
  expect(firstIndex([1, 3, 5], value => value >= 4)).toBe(2)
  expect(firstIndex([1, 3, 5], value => value >= 9)).toBe(3)
  expect(toggled(new Set([1, 2]), 2)).toEqual(new Set([1]))
  expect(toggled(new Set([1]), 2)).toEqual(new Set([1, 2]))
})
