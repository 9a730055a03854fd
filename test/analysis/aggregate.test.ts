import { describe, expect, test } from "vitest"
import { summarize } from "../../analysis/aggregate.ts"
import { adjusted, differencesAt, isShown } from "../../analysis/comparisons.ts"
import type { RunRecord } from "../../scenarios/measure.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { meanSample, studentInterval } from "../../analysis/statistics.ts"
import { experimentOf } from "../experiments/support/experiments.ts"
import { ONLY_KIND } from "../../scenarios/measure.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import { completedRecord as record, latencies } from "../experiments/support/records.ts"

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
    expect(summary.metrics.share_violated!.value).toBeCloseTo(1 / 3, 12)
  })

  test("has the messages of each type for each successful operation, and the service's figures", () => {
    const runs = [
      record({ ok: 5 }, { byType: { Note: 10, Thanks: 0 }, figures: { highest: 3 } }),
      record({ ok: 15 }, { byType: { Note: 30, Thanks: 5 }, figures: { highest: null } }),
    ]
    const { byType, figures } = summarize(cell!, runs, { messageTypes: ["Note", "Thanks"], figures: ["highest"] })
    expect([byType["Note"]!.value, byType["Thanks"]!.value]).toEqual([2, 0.25])
    expect(figures["highest"]).toEqual({ value: 3, low: null, high: null, runs: 1 })
  })

  test.each([
    ["what is never below 0 has no interval below it", 1, 0],
    ["what may be below 0 has one", -1, -1],
  ])("of a figure: %s", (_, rare, sign) => {
    const runs = [0, 0, 0, rare, 9].map(lost => record({ ok: 5 }, { figures: { lost } }))
    const { low } = summarize(cell!, runs, { messageTypes: [], figures: ["lost"] }).figures["lost"]!
    expect(Math.sign(low!)).toBe(sign)
  })
})

describe("recovery of a cell", () => {
  const led = record(
    {
      outages: 1,
      repairs: 1,
      outage_total_ms: 900,
      leaderless_spans: 2,
      leaderless_ended: 2,
      leaderless_total_ms: 300,
    },
    {
      leaderless: [
        { start: 0, end: 100_000, cause: "" },
        { start: 200_000, end: 400_000, cause: "" },
      ],
    },
  )
  const still = record({ leaderless_spans: 1, leaderless_ended: 0, leaderless_total_ms: 500 }, { leaderless: [] })

  test("is from time without a leader, noticed by a client or not, with the number of outages behind it", () => {
    const { metrics, recoveryOf, counts } = summarize(cell!, [led, still], nothing)
    expect(recoveryOf).toBe("leader")
    expect(metrics.recovery_ms!.value).toBe((300 + 500) / 2)
    expect(counts).toMatchObject({ outages: 3, recoveries: 2 })
  })

  test("is from outages where it is compared with algorithms that have no leader", () => {
    const { metrics, recoveryOf, counts } = summarize(cell!, [led], { ...nothing, recoveryOf: "service" })
    expect(recoveryOf).toBe("service")
    expect(metrics.recovery_ms!.value).toBe(900)
    expect(counts).toMatchObject({ outages: 1, recoveries: 1 })
  })
})

describe("latencies of a cell", () => {
  test("are percentiles of all operations together, not means over the runs", () => {
    const runs = [
      record({}, { latencies: latencies([1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000]) }),
      record({}, { latencies: latencies([9_000]) }),
    ]
    const { metrics } = summarize(cell!, runs, nothing)
    expect(metrics.latency_p50_ms!.value).toBe(1)
    expect(metrics.latency_p99_ms!.value).toBe(9)
    expect(metrics.latency_mean_ms!.value).toBeCloseTo(1.8, 12)
    expect(metrics.latency_max_ms).toEqual({ value: 9, low: null, high: null, runs: 2 })
  })

  test("have those that failed above all others: longer than the deadline, and nobody knows how long", () => {
    const histogram = new Histogram()
    for (const latency of [100, 200, 300, 400, 500, 600]) histogram.record(latency)
    histogram.recordOver(4)
    const run = record({ deadline_ms: 250 }, { latencies: { [ONLY_KIND]: histogram.encode() } })
    const { metrics, latencies: told, latencyCurve, deadlineMs } = summarize(cell!, [run, run], nothing)
    expect(metrics.latency_p50_ms).toEqual({ value: 0.5, low: 0.5, high: 0.5, runs: 2 })
    expect(metrics.latency_p90_ms).toEqual({ value: 250, low: 250, high: null, runs: 2, isOver: true })
    expect(told[0]).toMatchObject({ operations: 20, ok: 12 })
    expect(latencyCurve.at(-1)).toMatchObject({ x: 0.6, share: 0.6 })
    expect(deadlineMs).toBe(250)
  })

  test("have no upper end where that may lie among those that failed", () => {
    const run = (failures: number) => {
      const histogram = new Histogram()
      for (let k = 0; k < 100 - failures; k++) histogram.record(1_000 + k)
      histogram.recordOver(failures)
      return record({ deadline_ms: 250 }, { latencies: { [ONLY_KIND]: histogram.encode() } })
    }
    const { latency_p90_ms: p90 } = summarize(cell!, [run(0), run(12), run(3), run(9)], nothing).metrics
    expect(p90).toMatchObject({ high: null })
    expect(p90!.isOver).toBeUndefined()
    expect(p90!.low).toBeLessThan(p90!.value)
  })

  test("are told for each kind of operation, where there are several", () => {
    const both = { ...latencies([2_000, 4_000, 4_000], "read"), ...latencies([8_000], "write") }
    const summary = summarize(cell!, [record({}, { latencies: both }), failed], nothing)
    expect(summary.latencies.map(({ kind, operations, max }) => [kind, operations, max])).toEqual([
      ["all", 4, 8],
      ["read", 3, 4],
      ["write", 1, 8],
    ])
    expect(summary.latencies[1]!.percentiles[0]!.value).toBe(4)
    expect(summarize(cell!, [record({}, { latencies: latencies([5_000]) })], nothing).latencies).toHaveLength(1)
  })
})

describe("differences", () => {
  /** Differences at the first point: the liar, listed later, less the parrot. */
  function differences(parrot: readonly RunRecord[], liar: readonly RunRecord[]) {
    return differencesAt([summarize(plan.cells[0]!, parrot, nothing), summarize(plan.cells[1]!, liar, nothing)])
  }

  test("are paired run by run, so that what both algorithms suffer alike cancels out", () => {
    // Runs differ wildly, but the second algorithm is out of service 3 to 5 ms longer in each.
    const hardships = [10, 200, 45, 900]
    const short = hardships.map(ms => record({ outage_total_ms: ms }))
    const long = hardships.map((ms, k) => record({ outage_total_ms: ms + 3 + (k % 3) }))
    const found = differences(short, long)
    expect(found).toHaveLength(1)
    const [{ estimate, first, second, metric, p, relative }] = [found[0]!]
    expect([first.id, second.id, metric]).toEqual(["liar/nodes=3", "parrot/nodes=3", "outage_total_ms"])
    // 3, 4, 5, 3: mean 3.75, standard error sqrt(2.75 / 3 / 4), t = 7.83 with 3 degrees of freedom.
    expect(estimate.value).toBeCloseTo(3.75, 12)
    expect(estimate.low!).toBeCloseTo(3.75 - 3.1824463053 * Math.sqrt(2.75 / 12), 9)
    expect(p!).toBeCloseTo(0.004332, 6)
    expect(relative).toBeCloseTo(3.75 / 288.75, 12)
    expect(studentInterval(meanSample(hardships)!).low!).toBeLessThan(0)
  })

  test("of ratios and percentiles are those of the figures shown, to the digit", () => {
    const runs = (extra: number) =>
      [10, 30, 20].map((ok, k) =>
        record(
          { ok, messages_protocol: 4 * ok + (extra + 1) * k },
          { latencies: latencies(Array.from({ length: ok }, (_, i) => 1_000 + (i + k) * 10 + extra * 500)) },
        ),
      )
    const [own, other] = [summarize(cell!, runs(0), nothing), summarize(plan.cells[1]!, runs(1), nothing)]
    for (const { metric, estimate } of differencesAt([own, other])) {
      expect(estimate.value).toBeCloseTo(other.metrics[metric]!.value - own.metrics[metric]!.value, 9)
    }
    const median = differencesAt([own, other]).find(({ metric }) => metric === "latency_p50_ms")!
    expect(median.estimate.low!).toBeGreaterThan(0.3)
    expect(median.estimate.high!).toBeLessThan(0.7)
  })

  test("are shown by the p-value that is adjusted for their number, and not by each interval for itself", () => {
    // Of one metric at 20 points: p = 0.004 alone, 0.087 among 20.
    const short = [10, 200, 45, 900].map(ms => record({ outage_total_ms: ms }))
    const long = [13, 204, 50, 903].map(ms => record({ outage_total_ms: ms }))
    const [found] = differences(short, long)
    expect(found!.estimate.low!).toBeGreaterThan(0)
    expect(adjusted([found!]).map(isShown)).toEqual([true])
    const many = adjusted([found!, ...Array.from({ length: 19 }, () => ({ ...found!, p: 0.5 }))])
    expect(many.map(isShown)).toEqual(Array.from({ length: 20 }, () => false))
  })

  test("that the histogram's buckets alone can make are not shown", () => {
    // Medians of 40.000 and 40.031 ms in buckets of 32 us, and of 40.000 and 40.100 ms.
    const at = (micros: number) => [1, 2, 3].map(() => record({}, { latencies: latencies([micros, micros + 9_000]) }))
    const median = (micros: number) =>
      adjusted(differences(at(40_000), at(micros))).find(({ metric }) => metric === "latency_p50_ms")!
    expect([median(40_033).p, median(40_033).estimate.value > 0, isShown(median(40_033))]).toEqual([0, true, false])
    expect(isShown(median(40_100))).toBe(true)
  })

  test("are taken of runs that both completed", () => {
    const records = [record({ availability: 1 }), failed, record({ availability: 0.5 }), record({})]
    const other = [failed, record({ availability: 1 }), record({ availability: 0.25 }), record({ availability: 1 })]
    const [found] = differences(records, other)
    expect([found!.estimate.value, found!.estimate.runs, found!.p]).toEqual([-0.25, 1, null])
  })
})
