// Published figures in specs: what they mean, what is wrong with them, and how far off runs are.
import { describe, expect, test } from "vitest"
import { besidePublished } from "../../../analysis/published.ts"
import { OutageLengths } from "../../../analysis/recovery.ts"
import { experimentOf, problemsIn } from "../support/experiments.ts"

const BASE = "question: Which?\nalgorithms: [parrot]\ncharts: []\nsweep: { nodes: [3, 5], syncLatency: [0ms, 5ms] }\n"
const published = (of: string, values: string, tolerance = "10%") =>
  `${BASE}published: { source: Somebody 2014, of: ${of}, tolerance: ${tolerance}, values: [${values}] }\n`

describe("published figures", () => {
  test("are of a metric or of a share of a distribution, in the metric's unit, where the sweep says", () => {
    const { published: series } = experimentOf(
      published("recovery at 99.9%", "{ nodes: 5, syncLatency: 5ms, is: 1.5s }"),
    )
    expect(series).toEqual([
      {
        source: "Somebody 2014",
        of: "recovery",
        share: 0.999,
        tolerance: 0.1,
        values: [{ at: { nodes: "5", syncLatency: "5ms" }, value: 1_500 }],
      },
    ])
    expect(experimentOf(published("availability", "{ is: 99.9% }")).published[0]!.values[0]!.value).toBeCloseTo(
      0.999,
      9,
    )
  })

  test("stand beside each point that they are of, and are met within their tolerance", () => {
    const experiment = experimentOf(published("latency", "{ nodes: 5, is: 100ms }"))
    const summaries = experiment.cells.map((cell, place) => ({
      cell,
      metrics: { latency_p50_ms: { value: 88 + place, low: null, high: null, runs: 1 } },
      figures: {},
      quantiles: [],
    }))
    // Points in order: 3 and 0 ms, 3 and 5 ms, 5 and 0 ms, 5 and 5 ms.
    const beside = besidePublished(experiment, summaries as never)
    expect(beside.map(({ own, isWithin }) => [own, isWithin])).toEqual([
      [90, true],
      [91, true],
    ])
    const strict = experimentOf(published("latency", "{ nodes: 5, is: 100ms }", "9.5%"))
    expect(
      besidePublished(
        strict,
        summaries.map((summary, place) => ({ ...summary, cell: strict.cells[place]! })) as never,
      ).map(({ isWithin }) => isWithin),
    ).toEqual([false, true])
  })

  test.each([
    ["speed", "{ is: 1 }", 'published.of: found "speed", expected a metric of '],
    ["messages at 50%", "{ is: 1 }", 'published.of: found "messages at 50%", expected a share of recovery or latency'],
    ["latency at 100%", "{ is: 1 }", 'published.of: found "latency at 100%", expected a share of recovery or latency'],
    ["latency", "{ nodes: 4, is: 1ms }", "published.values[0].nodes: found 4, expected a value of nodes: 3, 5"],
    ["latency", "{ loss: 1%, is: 1ms }", 'published.values[0].loss: found "loss", expected something swept: '],
    ["latency", "{ nodes: 3 }", "published.values[0]: has no value; expected values with where they are"],
    ["latency", "{ is: 10% }", 'published.values[0].is: found "10%", expected what latency can be'],
  ])("of %s: %s", (of, values, problem) => {
    expect(problemsIn(published(of, values))).toEqual([expect.stringContaining(problem)])
  })

  test("of an algorithm that is not compared", () => {
    const spec = published("latency", "{ is: 1ms }").replace("of: latency", "by: Raft, of: latency")
    expect(problemsIn(spec)).toEqual([expect.stringContaining('published.by: found "Raft", expected one of Parrot')])
  })
})

test("the time by which a share was repaired is exact, and none where the runs' ends cut off too many", () => {
  const outages = new OutageLengths({ duration: 10_000_000 })
  for (let k = 1; k <= 1_000; k++) outages.add([{ start: 0, end: k * 1_000, cause: "" }])
  expect([0.5, 0.001, 0.999].map(share => outages.quantile(share))).toEqual([500, 1, 999])
  const cut = new OutageLengths({ duration: 10_000_000 })
  cut.add([{ start: 0, end: 1_000, cause: "" }])
  cut.add([{ start: 0, end: 10_000_000, cause: "" }])
  expect([cut.quantile(0.5), cut.quantile(0.6)]).toEqual([1, null])
})
