// What is kept of summaries: the same to whoever reads it, without the parts that nobody draws.
import { expect, test } from "vitest"
import { summarize } from "../../analysis/aggregate.ts"
import { KeptSummaries } from "../../analysis/kept.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { experimentOf } from "../experiments/support/experiments.ts"
import { completedRecord, latencies } from "../experiments/support/records.ts"

const plan = planExperiment(experimentOf("question: q\nalgorithms: [parrot, liar]\nsweep: { nodes: [3, 5] }\n"))
const outages = [{ start: 2_000, end: 5_000, cause: "crash" }]

/** Cells that differ, the last one of a single run, which has no intervals. */
const summaries = plan.cells.map((cell, place) => {
  const runs = Array.from({ length: plan.cells.length - place }, (_, run) =>
    completedRecord(
      { availability: 0.5 + run / 10, messages_per_operation: place + run },
      { latencies: latencies([1_000 + run, 2_000]), byType: { Note: 4 + run }, figures: { highest: 7 * run }, outages },
    ),
  )
  return summarize(cell, runs, { messageTypes: ["Note", "Thanks"], figures: ["highest", "none"] })
})

test("estimates are what they were, by name and as a list", () => {
  const kept = new KeptSummaries(plan.cells.length)
  const all = summaries.map((summary, place) => kept.keep(place, summary, new Set()))
  for (const [place, { metrics, figures, byType, counts }] of all.entries()) {
    const own = summaries[place]!
    expect({ ...metrics }).toEqual(own.metrics)
    expect({ ...figures }).toEqual(own.figures)
    expect(Object.entries(byType)).toEqual(Object.entries(own.byType))
    expect(metrics.availability).toEqual(own.metrics.availability)
    expect([Object.hasOwn(figures, "highest"), Object.hasOwn(figures, "other")]).toEqual([true, false])
    expect(figures["other"]).toBeUndefined()
    expect(counts).toEqual(own.counts)
  }
  expect(all.at(-1)!.metrics.availability).toMatchObject({ low: null, high: null, runs: 1 })
})

test("curves and windows are kept for charts that draw them alone", () => {
  const [summary] = summaries
  const none = new KeptSummaries(1).keep(0, summary!, new Set())
  const [drawn, left] = [
    summary!.windows,
    [none.windows, none.recoveryCurve, none.latencyCurve, none.dependability.reliability],
  ]
  expect(drawn.length).toBeGreaterThan(0)
  expect(left).toEqual([[], [], [], []])
  const some = new KeptSummaries(1).keep(0, summary!, new Set(["windows", "recoveryCurve", "reliability"] as const))
  expect(some.windows).toEqual(summary!.windows)
  expect(some.recoveryCurve).toEqual(summary!.recoveryCurve)
  expect(some.dependability.reliability).toEqual(summary!.dependability.reliability)
  expect(some.latencyCurve).toEqual([])
})
