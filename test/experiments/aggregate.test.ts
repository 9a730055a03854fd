import { describe, expect, test } from "vitest"
import { differencesOf, summarize } from "../../experiments/aggregate.ts"
import { type CompletedRecord, MEASURES, type MeasureName, type RunRecord } from "../../experiments/measure.ts"
import { planExperiment } from "../../experiments/plan.ts"
import { mean } from "../../experiments/statistics.ts"
import { experimentOf } from "./support/experiments.ts"

function record(values: Partial<Record<MeasureName, number>>, more: Partial<CompletedRecord> = {}): CompletedRecord {
  return {
    status: "completed",
    values: MEASURES.map(({ name }) => values[name] ?? null),
    byType: [],
    figures: [],
    findings: [],
    outages: [],
    digest: "",
    ...more,
  }
}

const failed: RunRecord = { status: "failed", reason: "it threw", at: 5, event: "", state: "" }
const plan = planExperiment(
  experimentOf("question: q\nalgorithms: [parrot, liar]\nsweep: { nodes: [3, 5] }\nrepeat: 4"),
)
const [cell] = plan.cells
const nothing = { messageTypes: [], figures: [] }

describe("a cell's summary", () => {
  test("takes message cost over all runs together, also if a run had no success", () => {
    const runs = [record({ messages_protocol: 80, ok: 10 }), record({ messages_protocol: 20, ok: 0 })]
    expect(summarize(cell!, runs, nothing).metrics.messages_per_operation!.value).toBe(10)
  })

  test("says nothing about the cost of operations that never succeed", () => {
    const { metrics } = summarize(cell!, [record({ messages_protocol: 80, ok: 0 })], nothing)
    expect(metrics.messages_per_operation).toBeNull()
    expect(metrics.latency_p50_ms).toBeNull()
  })

  test("leaves failed runs out, and counts them", () => {
    const summary = summarize(cell!, [record({ availability: 1 }), failed, record({ availability: 0.5 })], nothing)
    expect(summary).toMatchObject({ runs: 3, failed: 1 })
    expect(summary.metrics.availability).toMatchObject({ value: 0.75, runs: 2 })
  })

  test("counts runs with violated and undecided checks, once each", () => {
    const violated = { check: "a", verdict: "violated", at: 1, text: "" } as const
    const undecided = { check: "b", verdict: "undecided", text: "" } as const
    const runs = [
      record({}, { findings: [violated, { ...violated, check: "c" }, undecided] }),
      record({}, { findings: [undecided] }),
      record({}),
    ]
    const summary = summarize(cell!, runs, nothing)
    expect(summary).toMatchObject({ violated: 1, undecided: 2 })
    expect(summary.shareViolated!.value).toBeCloseTo(1 / 3, 12)
  })

  test("has the messages of each type for each successful operation, and the service's figures", () => {
    const runs = [
      record({ ok: 5 }, { byType: [10, 0], figures: [3] }),
      record({ ok: 15 }, { byType: [30, 5], figures: [null] }),
    ]
    const { byType, figures } = summarize(cell!, runs, { messageTypes: ["Note", "Thanks"], figures: ["highest"] })
    expect([byType["Note"]!.value, byType["Thanks"]!.value]).toEqual([2, 0.25])
    expect(figures["highest"]).toEqual({ value: 3, low: null, high: null, runs: 1 })
  })
})

describe("differences", () => {
  test("are paired run by run, so that what both algorithms suffer alike cancels out", () => {
    // Runs differ wildly, but the second algorithm is always 3 to 5 ms faster.
    const hardships = [10, 200, 45, 900]
    const slow = hardships.map(ms => record({ latency_p50_ms: ms }))
    const fast = hardships.map((ms, k) => record({ latency_p50_ms: ms - 3 - (k % 3) }))
    const [parrot, liar] = plan.cells
    const differences = differencesOf([
      { cell: parrot!, records: slow },
      { cell: liar!, records: fast },
    ])
    expect(differences).toHaveLength(1)
    const [{ estimate, first, second, metric }] = [differences[0]!]
    expect([first.id, second.id, metric]).toEqual(["parrot/nodes=3", "liar/nodes=3", "latency_p50_ms"])
    expect(estimate.value).toBeCloseTo(3.75, 12)
    expect(estimate.low!).toBeGreaterThan(0)
    expect(mean(hardships)!.low!).toBeLessThan(0)
  })

  test("are taken at each point, of runs that both completed", () => {
    const records = [record({ availability: 1 }), failed, record({ availability: 0.5 }), record({})]
    const other = [failed, record({ availability: 1 }), record({ availability: 0.25 }), record({ availability: 1 })]
    const differences = differencesOf(
      plan.cells.map((at, index) => ({ cell: at, records: index % 2 === 0 ? records : other })),
    )
    expect(differences.map(({ first, estimate }) => [first.id, estimate.value, estimate.runs])).toEqual([
      ["parrot/nodes=3", 0.25, 1],
      ["parrot/nodes=5", 0.25, 1],
    ])
  })
})
