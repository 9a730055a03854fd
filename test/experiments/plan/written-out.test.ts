// Ranges, zipped lists and lists of regions in a sweep.
import { describe, expect, test } from "vitest"
import { experimentOf, problemsIn } from "../support/experiments.ts"

const BASE = "question: q\nalgorithms: [parrot]\n"
const valuesOf = (sweep: string, name: string, more = "nodes: 3\n") =>
  experimentOf(`${BASE}${more}sweep: ${sweep}`).cells.map(({ point }) => point[name]?.text)

describe("a range", () => {
  test("is as many values at even distances, or by even factors", () => {
    expect(valuesOf("{ syncLatency: { from: 0ms, to: 10ms, steps: 5 } }", "syncLatency")).toEqual([
      "0s",
      "2.5ms",
      "5ms",
      "7.5ms",
      "10ms",
    ])
    expect(valuesOf("{ latency: { from: 1ms, to: 100ms, steps: 5, log: true } }", "latency")).toEqual([
      "1ms",
      "3.16ms",
      "10ms",
      "31.6ms",
      "100ms",
    ])
    expect(valuesOf("{ loss: { from: 0%, to: 20%, steps: 3 } }", "loss")).toEqual(["0%", "10%", "20%"])
    expect(valuesOf("{ nodes: { from: 3, to: 11, steps: 5 } }", "nodes", "")).toEqual(["3", "5", "7", "9", "11"])
    expect(valuesOf("{ nodes: { from: 1, to: 100, steps: 9, log: true } }", "nodes", "")).toEqual([
      "1",
      "2",
      "3",
      "6",
      "10",
      "18",
      "32",
      "56",
      "100",
    ])
    expect(valuesOf("{ bandwidth: { from: 1MB/s, to: 3MB/s, steps: 3 } }", "bandwidth")).toEqual([
      "1MB/s",
      "2MB/s",
      "3MB/s",
    ])
  })

  test("may be that of a fault's setting, while a random time stays one", () => {
    const { cells } = experimentOf(
      `${BASE}nodes: 3\nfaults: [{ crash: { mtbf: { from: 1s, to: 3s, steps: 3 }, mttr: 1s, at: { from: 2s, to: 3s } } }]`,
    )
    expect(cells.map(({ id }) => id)).toEqual(["parrot/mtbf=1s", "parrot/mtbf=2s", "parrot/mtbf=3s"])
    expect(cells[0]!.scenario.faults[0]).toMatchObject({ at: 2_000_000, within: 1_000_000 })
  })
})

describe("zipped lists", () => {
  test("move together: one axis with as many points as each has values", () => {
    const { cells, dimensions } = experimentOf(
      `${BASE}sweep: { loss: [0, 10%], zip: { nodes: [3, 5], syncLatency: { from: 1ms, to: 5ms, steps: 2 }, parameters.copies: [n, 1] } }`,
    )
    expect(cells.map(({ id }) => id)).toEqual([
      "parrot/nodes=3/syncLatency=1ms/parameters.copies=3/loss=0%",
      "parrot/nodes=3/syncLatency=1ms/parameters.copies=3/loss=10%",
      "parrot/nodes=5/syncLatency=5ms/parameters.copies=1/loss=0%",
      "parrot/nodes=5/syncLatency=5ms/parameters.copies=1/loss=10%",
    ])
    expect(dimensions.map(({ name, with: others }) => [name, others?.map(other => other.name)])).toEqual([
      ["nodes", ["syncLatency", "parameters.copies"]],
      ["loss", undefined],
    ])
    expect(cells[2]!.scenario).toMatchObject({ nodes: 5, disk: { syncLatency: 5_000 }, parameters: { copies: 1 } })
  })

  test("may be several groups", () => {
    const { cells } = experimentOf(
      `${BASE}sweep: { zip: [{ nodes: [3, 5], syncLatency: [1ms, 5ms] }, { loss: [0, 1%], duplication: [0, 2%] }] }`,
    )
    expect(cells).toHaveLength(4)
  })
})

test("regions are swept as lists, by name or as they are, in place of those of the network", () => {
  const { cells } = experimentOf(`${BASE}nodes: 2
network: { regions: { clients: [us-east-1], jitter: 1% } }
sweep: { regions: { near: [eu-west-1, eu-west-2], far: [eu-west-1, us-east-1] } }`)
  expect(cells.map(({ id, scenario: { network } }) => [id, network.regions?.names])).toEqual([
    ["parrot/regions=near", ["eu-west-1", "eu-west-2", "us-east-1"]],
    ["parrot/regions=far", ["eu-west-1", "us-east-1"]],
  ])
  expect(valuesOf("{ regions: [[eu-west-1], [eu-west-1, us-east-1]] }", "regions", "nodes: 2\n")).toEqual([
    "eu-west-1",
    "eu-west-1+us-east-1",
  ])
})

describe("is refused, with its place:", () => {
  test.each([
    ["{ loss: { from: 0, to: 5ms, steps: 3 } }", "4:31: sweep.loss.to: found 5ms, expected a quantity like 0"],
    [
      "{ loss: { from: x, to: 1, steps: 3 } }",
      "4:24: sweep.loss.from: found x, expected a number, or a quantity such as 10ms",
    ],
    [
      "{ loss: { from: 0, to: 1, steps: 1 } }",
      "4:41: sweep.loss.steps: found 1, expected how many values, from 2 to 1000",
    ],
    [
      "{ loss: { from: 0, to: 1, steps: 3, log: true } }",
      "4:24: sweep.loss.from: a range by factors (log: true) needs ends above 0",
    ],
    [
      "{ loss: { from: 0, to: 1, steps: 3, lg: true } }",
      "4:48: sweep.loss.lg: unknown key; allowed here: from, to, steps, log; did you mean log?",
    ],
    [
      "{ zip: { loss: [0, 1%], duplication: [0] } }",
      "4:45: sweep.zip.duplication: duplication has 1 values, and loss, with which it is zipped, 2",
    ],
    [
      "{ zip: { loss: [0, 2], duplication: [0, 1%] } }",
      "4:27: sweep.zip.loss[1]: found 2, expected a share such as 10% or 0.1, from 0 to 1",
    ],
    [
      "{ zip: { loss: [0, 1%] } }",
      "4:15: sweep.zip: expected two or more things with as many values each: { nodes: [3, 5], syncLatency: [1ms, 5ms] }",
    ],
    ["{ loss: [0], zip: { loss: [0, 1%], duplication: [0, 1%] } }", "4:34: sweep.zip.loss: loss is swept already"],
  ])("%s", (sweep, problem) => {
    expect(problemsIn(`${BASE}nodes: 3\nsweep: ${sweep}`)).toEqual([problem])
  })
})
