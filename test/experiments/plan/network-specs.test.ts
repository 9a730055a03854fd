// Networks as a spec writes them: what they mean to the runtime, what a sweep makes of them, and every mistake.
import { describe, expect, test } from "vitest"
import { regionTables } from "../../../scenarios/regions.ts"
import { experimentOf, problemsIn } from "../support/experiments.ts"

const BASE = "question: q\nalgorithms: [parrot]\nnodes: 3\n"

const cellOf = (written: string) => experimentOf(`${BASE}network: { ${written} }`).cells[0]!
const networkOf = (written: string) => cellOf(written).scenario.network

describe("a network", () => {
  test("may be bounded, ordered, and have nodes that take time", () => {
    expect(networkOf("bandwidth: 100Mbit/s, fifo: true, serviceTime: 50us")).toMatchObject({
      bandwidth: 12_500_000,
      fifo: true,
      serviceTime: 50,
    })
    expect(networkOf("bandwidth: 3MB/s, fifo: false")).toMatchObject({ bandwidth: 3_000_000 })
    expect(networkOf("fifo: false")).toEqual({ latency: { model: "constant", delay: 1_000 }, loss: 0, duplication: 0 })
  })

  test("may have measured delays: samples, or quantiles in any order", () => {
    expect(networkOf("latency: { model: empirical, samples: [3ms, 1ms, 2ms] }").latency).toEqual({
      model: "empirical",
      quantiles: [
        [0, 1_000],
        [0.5, 2_000],
        [1, 3_000],
      ],
    })
    expect(networkOf("latency: { model: empirical, quantiles: { 50%: 2ms, 0%: 1ms, 100%: 9ms } }").latency).toEqual({
      model: "empirical",
      quantiles: [
        [0, 1_000],
        [0.5, 2_000],
        [1, 9_000],
      ],
    })
  })

  test("may have normal delays that none falls below", () => {
    const settings = { model: "normal", mean: 10_000, deviation: 2_000 }
    expect(networkOf("latency: { model: normal, mean: 10ms, deviation: 2ms }").latency).toEqual(settings)
    const { latency } = networkOf("latency: { model: normal, mean: 10ms, deviation: 2ms, min: 9ms }")
    expect(latency).toEqual({ ...settings, min: 9_000 })
  })

  test("may have links that differ, which the unit d follows", () => {
    const { linkDelay, scenario } = cellOf(
      "latency: 10ms, links: [{ between: [0, 1], latency: 100ms }, { between: [2, 0], oneWay: true, loss: 5%, bandwidth: 1kB/s }]",
    )
    expect(linkDelay).toBe(100_000)
    expect(scenario.network.links).toEqual([
      { between: [0, 1], latency: { model: "constant", delay: 100_000 } },
      { between: [2, 0], oneWay: true, loss: 0.05, bandwidth: 1_000 },
    ])
  })
})

describe("regions", () => {
  test("give half the measured round trip one way; nodes and clients take them in turn", () => {
    const { scenario, linkDelay } = cellOf(
      "regions: { nodes: [eu-west-1, us-east-1], clients: [sa-east-1], jitter: 10% }",
    )
    const aws = regionTables().find(({ name }) => name === "aws-2020")!
    const half = (from: string, to: string): number =>
      Math.round((aws.roundTrips[aws.regions.indexOf(from)]![aws.regions.indexOf(to)]! * 1_000) / 2)
    const [ireland, virginia, brazil] = ["eu-west-1", "us-east-1", "sa-east-1"] as const
    expect(scenario.network.regions).toMatchObject({ nodes: [0, 1, 0], clients: [2], jitter: 0.1 })
    expect(scenario.network.regions!.delays[0]).toEqual([
      half(ireland, ireland),
      half(ireland, virginia),
      half(ireland, brazil),
    ])
    // Ireland and Virginia are known to be some 70 ms apart, there and back.
    expect(half(ireland, virginia)).toBeGreaterThan(30_000)
    expect(half(ireland, virginia)).toBeLessThan(45_000)
    expect(linkDelay).toBe(Math.round(Math.max(half(ireland, virginia), half(virginia, ireland)) * 1.1))
  })

  test("are found in the table that is named, or in the first that has them all", () => {
    const delay = (written: string): number => networkOf(`regions: { ${written} }`).regions!.delays[0]![1]!
    const nodes = "nodes: [eu-west-1, ca-central-1]"
    expect(delay(nodes)).toBe(delay(`data: aws-2020, ${nodes}`))
    expect(delay(nodes)).not.toBe(delay(`data: aws-2021, ${nodes}`))
    expect(delay("nodes: [europe-west1, us-east1]")).toBeGreaterThan(30_000)
  })

  test.each(regionTables().map(table => [table.name, table] as const))(
    "of %s: a square of round trips, nearly the same both ways, least at home",
    (_, { regions, roundTrips }) => {
      expect(roundTrips.length).toBe(regions.length)
      for (const [from, row] of roundTrips.entries()) {
        expect(row.length).toBe(regions.length)
        expect(row[from]).toBe(Math.min(...row))
        expect(row[from]).toBeLessThan(1)
        for (const [to, time] of row.entries()) expect(Math.abs(time - roundTrips[to]![from]!)).toBeLessThan(5)
      }
    },
  )
})

test("bandwidth, service time and jitter can be swept", () => {
  const { cells, dimensions } = experimentOf(`${BASE}network: { regions: { nodes: [eu-west-1, us-east-1] } }
sweep: { bandwidth: [1MB/s, 100Mbit/s], serviceTime: [0ms, 250us], jitter: [0, 20%] }`)
  expect(dimensions.map(({ name, unit }) => [name, unit])).toEqual([
    ["bandwidth", "bytes_per_s"],
    ["serviceTime", "ms"],
    ["jitter", ""],
  ])
  expect(cells.at(-1)!.id).toBe(
    "parrot/bandwidth=12.5mb-s/servicetime=250us/jitter=20%".replace("servicetime", "serviceTime"),
  )
  expect(cells.at(-1)!.scenario.network).toMatchObject({
    bandwidth: 12_500_000,
    serviceTime: 250,
    regions: { jitter: 0.2 },
  })
})

describe("a wrong network says so:", () => {
  const aws = regionTables()
    .find(({ name }) => name === "aws-2021")!
    .regions.join(", ")
  test.each([
    ["bandwidth: 100", "4:23: network.bandwidth: found 100, expected a bandwidth such as 10MB/s or 100Mbit/s"],
    ["fifo: yes please", '4:18: network.fifo: found "yes please", expected true or false'],
    [
      "latency: { model: normal, mean: 5ms, deviation: 1ms, min: 6ms }",
      '4:21: network.latency: found {"model":"normal","mean":"5ms","deviation":"1ms","min":"6..., expected a min that is not above the mean',
    ],
    [
      "latency: { model: uniform, min: 9ms, max: 5ms }",
      '4:21: network.latency: found {"model":"uniform","min":"9ms","max":"5ms"}, expected a min that is not above max',
    ],
    [
      "latency: { model: empirical, quantiles: { 0%: 1ms, 50%: 2ms } }",
      '4:52: network.latency.quantiles: found {"0%":"1ms","50%":"2ms"}, expected shares from 0% to 100%, each with the delay that it does not exceed: { 0%: 1ms, 50%: 2ms, 99%: 20ms, 100%: 80ms }',
    ],
    [
      "links: [{ between: [0, 1], latency: 1ms }, { between: [1, 0], oneWay: true, latency: 2ms }]",
      "4:66: network.links[1].between: found [1, 0], which is listed twice, one way or both",
    ],
    [
      "latency: { model: lognormal, median: 5ms, sigma: 1000 }",
      "4:21: network.latency: found delays of up to forever, expected at most 1000000s",
    ],
    [
      "latency: { model: pareto, scale: 5ms, shape: .inf }",
      "4:57: network.latency.shape: found Infinity, expected a number above 0",
    ],
    [
      "links: [{ between: [0, 3], latency: 1ms }]",
      "4:31: network.links[0].between: found [0, 3], expected two different nodes from 0 to 2",
    ],
    [
      "regions: { data: azure, nodes: [eu-west-1] }",
      '4:29: network.regions.data: found "azure", expected one of aws-2020, aws-2021, gcp',
    ],
    [
      "regions: { data: aws-2021, nodes: [eu-west-1, eu-west-2] }",
      `4:58: network.regions.nodes[1]: found "eu-west-2", expected a region of aws-2021: ${aws}; did you mean eu-west-1?`,
    ],
    [
      "regions: { nodes: [eu-west-1, europe-west1] }",
      "4:30: network.regions.nodes: no table has all of these regions; the tables are aws-2020, aws-2021, gcp",
    ],
    [
      "latency: 1ms, regions: { nodes: [eu-west-1] }",
      "4:35: network.regions: does not go with latency: delays follow from the regions",
    ],
    [
      "latenci: 1ms",
      "4:12: network.latenci: unknown key; allowed here: latency, clientLatency, loss, duplication, bandwidth, fifo, serviceTime, links, regions; did you mean latency?",
    ],
  ])("%s", (written, problem) => {
    expect(problemsIn(`${BASE}network: { ${written} }`)).toEqual([problem])
  })

  test("jitter of nothing", () => {
    expect(problemsIn(`${BASE}sweep: { jitter: [10%] }`)).toEqual([
      "4:18: sweep.jitter: there are no regions for it: say network: { regions: { nodes: [...] } }",
    ])
  })
})
