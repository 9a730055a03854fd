// `compare`: which values of the sweep a spec compares, and what is wrong with one that cannot.
import { describe, expect, test } from "vitest"
import { experimentOf, problemsIn } from "../support/experiments.ts"

const BASE = "question: Which?\nalgorithms: [parrot]\ncharts: []\n"
const SWEPT = `${BASE}sweep: { nodes: [3, 5, 7], syncLatency: [0ms, 5ms], parameters.patience: [3d, 9d] }\n`

/** The pairs of values that a spec compares: `5-3`. */
function pairsOf(compare: string, spec = SWEPT): readonly string[] {
  return experimentOf(`${spec}compare: ${compare}`).compare.flatMap(({ along, pairs }) =>
    pairs.map(({ first, second }) => `${along} ${first} ${second}`),
  )
}

describe("compare", () => {
  test("takes all values against one, some against it, or every two of them", () => {
    expect(pairsOf("{ along: nodes, to: 5 }")).toEqual(["nodes 3 5", "nodes 7 5"])
    expect(pairsOf("{ along: nodes, of: 7, to: 3 }")).toEqual(["nodes 7 3"])
    expect(pairsOf("{ along: nodes }")).toEqual(["nodes 5 3", "nodes 7 3", "nodes 7 5"])
    expect(pairsOf("{ along: nodes, of: [3, 7] }")).toEqual(["nodes 7 3"])
    expect(pairsOf("[{ along: nodes, to: 3 }, { along: syncLatency, to: 0ms }]")).toEqual([
      "nodes 5 3",
      "nodes 7 3",
      "syncLatency 5ms 0s",
    ])
  })

  test("names axes as charts do, and values as the sweep does or as ids do", () => {
    expect(pairsOf("{ along: patience, to: 3d }")).toEqual(["parameters.patience 9d 3d"])
    expect(pairsOf("{ along: syncLatency, to: 0s }")).toEqual(["syncLatency 5ms 0s"])
    const faults = `${BASE}nodes: 5\nfaults: [{ crash: { count: 0..2, at: 2s } }]\n`
    expect(pairsOf("{ along: crashes, to: 0 }", faults)).toEqual(["crashes 1 0", "crashes 2 0"])
  })

  test("reads margins in the unit of the metric: points of a share, else per cent of what is compared with", () => {
    const [form] = experimentOf(
      `${SWEPT}compare: { along: nodes, to: 3, margin: { availability: 0.1%, latency: 5ms, messages: 10%, throughput: 20 } }`,
    ).compare
    expect(form!.margins.map(({ metric, size, isRelative, text }) => [metric, size, isRelative, text])).toEqual([
      ["availability", 0.001, false, "0.1 points"],
      ["latency_p50_ms", 5, false, "5 ms"],
      ["messages_per_operation", 0.1, true, "10 %"],
      ["throughput_per_s", 20, false, "20"],
    ])
  })

  test("is nothing where a spec has none", () => {
    expect(experimentOf(SWEPT).compare).toEqual([])
  })
})

describe("is refused, with the place and what is possible there:", () => {
  test.each([
    [
      "{ along: loss, to: 0 }",
      '5:19: compare.along: found "loss", expected something swept: nodes, syncLatency, patience',
    ],
    ["{ along: nodes, to: 4 }", "5:30: compare.to: found 4, expected a value of nodes: 3, 5, 7"],
    ["{ along: nodes, of: [3, 9] }", "5:34: compare.of[1]: found 9, expected a value of nodes: 3, 5, 7"],
    ["{ along: nodes, of: 3, to: 3 }", "5:30: compare.of: leaves nothing to compare: it takes two different values"],
    [
      "[{ along: nodes, to: 3 }, { along: nodes, of: 3 }]",
      "5:56: compare[1].of: leaves nothing to compare: it takes two different values",
    ],
    ["{ along: nodes, margin: { speed: 1% } }", '5:43: compare.margin.speed: found "speed", expected a metric of '],
    [
      "{ along: nodes, margin: { violations: 1% } }",
      '5:48: compare.margin.violations: found "violations", expected a metric of ',
    ],
    [
      "{ along: nodes, margin: { latency: 0ms } }",
      '5:45: compare.margin.latency: found "0ms", expected a share such as 1%, a time such as 5ms or a number, above 0',
    ],
    [
      "{ along: nodes, margin: { availability: 5ms } }",
      '5:50: compare.margin.availability: found "5ms", expected a share such as 1%, a time such as 5ms or a number, above 0',
    ],
    ["{ to: 3 }", "5:10: compare.along: missing"],
  ])("%s", (compare, problem) => {
    expect(problemsIn(`${SWEPT}compare: ${compare}`)).toEqual([expect.stringContaining(problem)])
  })

  test("an answer along an axis that is not compared", () => {
    expect(problemsIn(`${SWEPT}answer: availability along nodes`)).toEqual([
      '5:9: answer: found "availability along nodes", but nothing is compared along nodes; say compare: { along: nodes }',
    ])
  })
})
