// Differences along the sweep: which cells are paired, what a margin is held against, and how many tests are adjusted for.
import { describe, expect, test } from "vitest"
import { type AlongDifference, differencesAlong, minutesAMonth } from "../../analysis/along.ts"
import { summarize } from "../../analysis/aggregate.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import type { Cell } from "../../scenarios/cell.ts"
import type { MeasureName } from "../../scenarios/measure.ts"
import { experimentOf } from "../experiments/support/experiments.ts"
import { completedRecord } from "../experiments/support/records.ts"

/** The differences of an experiment whose runs have the values that `of` gives them. */
function alongIn(
  spec: string,
  of: (cell: Cell, run: number) => Partial<Record<MeasureName, number>>,
): readonly AlongDifference[] {
  const plan = planExperiment(
    experimentOf(`question: Which?\nalgorithms: [parrot, liar]\nrepeat: 6\ncharts: []\n${spec}`),
  )
  const cells = plan.cells.map(cell => {
    const records = plan.seeds.map((_, run) => completedRecord({ ok: 100, ...of(cell, run) }))
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
  return differencesAlong(plan.experiment.compare, plan.experiment.dimensions, cells)
}

/** What one run of a seed suffers, at whatever point of the sweep. */
const LUCK = [0.01, 0.04, 0, 0.02, 0.05, 0.03]

describe("a difference along the sweep", () => {
  test("is taken run by run, so that what both suffer alike cancels out", () => {
    const found = alongIn("sweep: { nodes: [3, 5] }\ncompare: { along: nodes, to: 3 }", ({ scenario }, run) => ({
      availability: 0.9 + (scenario.nodes === 5 ? 0.02 + (run % 2) / 1_000 : 0) - LUCK[run]!,
    })).filter(({ metric }) => metric === "availability")
    expect(found.map(({ first, second }) => [first.id, second.id])).toEqual([
      ["parrot/nodes=5", "parrot/nodes=3"],
      ["liar/nodes=5", "liar/nodes=3"],
    ])
    const [{ estimate }] = [found[0]!]
    expect(estimate.value).toBeCloseTo(0.0205, 9)
    // Student's t with five degrees of freedom, of six differences that scatter by 0.0005 around their mean.
    const half = 2.5705818356 * Math.sqrt((6 * 0.0005 ** 2) / 5 / 6)
    expect(estimate.high! - estimate.value).toBeCloseTo(half, 9)
  })

  test("has all else equal: other axes by their formula where they have one, and no point that only one value has", () => {
    const spec = `
sweep: { nodes: [3, 5], loss: [0, 10%] }
faults: [{ crash: { count: 0..n-3, at: 2s } }]
compare: { along: nodes, to: 3 }`
    const found = alongIn(spec, ({ scenario }, run) => ({ messages_protocol: 100 * scenario.nodes + run }))
    const of = found.filter(
      ({ metric, first }) => metric === "messages_per_operation" && first.variant.key === "parrot",
    )
    expect(of.map(({ first, second }) => `${first.id} ${second.id}`)).toEqual([
      "parrot/nodes=5/loss=0%/crashes=0 parrot/nodes=3/loss=0%/crashes=0",
      "parrot/nodes=5/loss=10%/crashes=0 parrot/nodes=3/loss=10%/crashes=0",
    ])
    const byRule = alongIn(
      "f: 1\nsweep: { f: [1, 2], nodes: [2f+1] }\ncompare: { along: f, to: 1 }",
      ({ scenario }, run) => ({ messages_protocol: 100 * scenario.nodes + run }),
    )
    expect(byRule.find(({ metric }) => metric === "messages_per_operation")?.estimate.value).toBeCloseTo(2, 9)
  })

  test("is adjusted for all of them in the same metric, and leaves those between algorithms alone", () => {
    const found = alongIn("sweep: { nodes: [3, 5, 7] }\ncompare: [{ along: nodes }]", ({ scenario, variant }, run) => ({
      messages_protocol: 100 * (variant.key === "liar" ? 3 : scenario.nodes) + LUCK[run]! * (scenario.nodes - 2),
    })).filter(({ metric }) => metric === "messages_per_operation")
    expect(found.map(({ values }) => `${values.first}-${values.second}`)).toEqual([
      "5-3",
      "5-3",
      "7-3",
      "7-3",
      "7-5",
      "7-5",
    ])
    const least = Math.min(...found.map(({ p }) => p!))
    expect(Math.min(...found.map(({ adjustedP }) => adjustedP!))).toBeCloseTo(6 * least, 9)
  })
})

describe("a margin of non-inferiority", () => {
  /** The verdict on 5 nodes instead of 3, whose availability is lower by this much, give or take a little. */
  const verdictOn = (lower: number, margin: string): string | undefined =>
    alongIn(
      `sweep: { nodes: [3, 5] }\ncompare: { along: nodes, to: 3, margin: { availability: ${margin} } }`,
      (cell, run) => ({
        availability: 0.95 - LUCK[run]! - (cell.scenario.nodes === 5 ? lower + (run % 2 === 0 ? 1 : -1) * 0.002 : 0),
      }),
    ).find(({ metric }) => metric === "availability")?.judged?.verdict

  test("of a share is in points, and the whole interval has to lie on one side of it", () => {
    expect(verdictOn(0.001, "1%")).toBe("no worse")
    expect(verdictOn(-0.2, "0.1%")).toBe("no worse")
    expect(verdictOn(0.009, "1%")).toBe("undecided")
    expect(verdictOn(0.011, "1%")).toBe("undecided")
    expect(verdictOn(0.015, "1%")).toBe("worse")
    // The half-width is 2.57 * 0.002 * sqrt(6/5) / sqrt(6) = 0.0023.
    expect(verdictOn(0.0076, "1%")).toBe("no worse")
    expect(verdictOn(0.0078, "1%")).toBe("undecided")
  })

  test("of a cost is a number, or a share of the cost that it is compared with", () => {
    const verdict = (messages: number, margin: string): string | undefined =>
      alongIn(
        `sweep: { nodes: [3, 5] }\ncompare: { along: nodes, to: 3, margin: { messages: ${margin} } }`,
        (cell, run) => ({
          messages_protocol: (cell.scenario.nodes === 5 ? 100 * messages : 400) + run,
        }),
      ).find(({ metric }) => metric === "messages_per_operation")?.judged?.verdict
    expect(verdict(4.3, "10%")).toBe("no worse")
    expect(verdict(4.5, "10%")).toBe("worse")
    expect(verdict(4.5, "0.4")).toBe("worse")
    expect(verdict(4.5, "0.6")).toBe("no worse")
    expect(verdict(2, "1%")).toBe("no worse")
  })
})

test("what is missing in availability is minutes a month, of twelve in a year of 365.25 days", () => {
  // Three nines: 43.83 minutes a month, 8.766 hours a year.
  expect(minutesAMonth(-0.001)).toBeCloseTo(43.83, 9)
  expect(minutesAMonth(-0.001) * 12).toBeCloseTo(8.766 * 60, 9)
})
