/** Closed forms of waiting for a critical section, as charts draw them, beside runs: under full contention, open and closed loops. */
import { describe, expect, it } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { valueOf } from "../../../analysis/metrics.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { predict } from "../../../reports/charts/theory.ts"
import { simulate } from "../../../runtime/simulation/simulation.ts"
import { type Cell, toScenario } from "../../../scenarios/cell.ts"
import { measure, type MeasureName } from "../../../scenarios/measure.ts"

function cellsOf(spec: string): readonly Cell[] {
  const experiment = parseExperiment("load.yaml", `question: q\nservice: mutual-exclusion\n${spec}`, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells
}

function predicted(metric: MeasureName, cell: Cell): number | undefined {
  return predict(metric, cell, registry.algorithms[cell.scenario.algorithm]!)?.value
}

function measured(cell: Cell) {
  const scenario = toScenario(cell.scenario, registry)
  const record = measure(simulate(scenario, 1), scenario)
  if (record.status === "failed") throw new Error(record.reason)
  return (metric: MeasureName) => valueOf(record, metric)!
}

describe("under full contention an entry takes a cycle, and everybody waits for all cycles but the own stay:", () => {
  const cells = cellsOf(`
algorithms: [ricart-agrawala, lamport-mutex, suzuki-kasami, raymond, token-ring, central-server, lease-leadership]
sweep: { nodes: [2, 5] }
workload: { hold: 5ms, deadline: 1h }
network: { latency: 7ms }
warmup: 2s
duration: 62s`)

  it.each(cells.map(cell => [cell.id, cell] as const))("%s", (_, cell) => {
    const of = measured(cell)
    for (const metric of ["throughput_per_s", "latency_mean_ms"] as const) {
      expect(Math.abs(of(metric) / predicted(metric, cell)! - 1), metric).toBeLessThan(0.003)
    }
  })
})

it("a slow server makes the cycle max(S + 2d + s, 2s)", () => {
  const cells = cellsOf(`
algorithms: [central-server]
nodes: 4
workload: { hold: 5ms, deadline: 1h }
network: { latency: 7ms }
faults: [{ slow: { nodes: server, serviceTime: [4ms, 30ms], at: 0s } }]
warmup: 2s
duration: 62s`)
  expect(cells.map(cell => predicted("latency_mean_ms", cell))).toEqual([4 * 23 - 5, 4 * 60 - 5])
  for (const cell of cells) {
    expect(Math.abs(measured(cell)("latency_mean_ms") / predicted("latency_mean_ms", cell)! - 1)).toBeLessThan(0.003)
  }
})

const POISSON = "rate: 20/s, arrivals: poisson"

const OPEN = `
algorithms: [token-ring, central-server]
nodes: 5
workload: { hold: 10ms, arrivals: poisson }
network: { latency: 10ms }`

it("predicts what REFERENCES-2 §1 says of requests that come independently", () => {
  const [ring, server] = cellsOf(`${OPEN}\nsweep: { workload.rate: [20/s] }`)
  expect(predicted("latency_mean_ms", ring!)).toBeCloseTo(45, 9)
  expect(predicted("messages_total_per_operation", ring!)).toBeCloseTo(4, 9)
  expect(predicted("throughput_per_s", ring!)).toBe(20)
  // D = 30 ms, r = 0.6
  expect(predicted("latency_mean_ms", server!)).toBeCloseTo(20 + (0.6 * 30) / 0.8, 9)
})

it("predicts what REFERENCES-2 §1 says of nodes that think in between", () => {
  const cells = cellsOf(`
algorithms: [token-ring]
sweep: { nodes: [3, 5, 7] }
workload: { hold: 10ms, think: 100ms, thinkTimes: exponential }
network: { latency: 10ms }`)
  expect(cells.map(cell => predicted("latency_mean_ms", cell)!.toFixed(3))).toEqual(["19.702", "39.878", "65.452"])
  const totals = cells.map(cell => predicted("messages_total_per_operation", cell)!.toFixed(4))
  expect(totals).toEqual(["3.3234", "1.9976", "1.5065"])
})

it("where more is asked for than can be served, entries are as many as can be, and no wait lasts", () => {
  const cells = cellsOf(`${OPEN}\nsweep: { workload.rate: [60/s] }`)
  expect(cells.map(cell => predicted("throughput_per_s", cell))).toEqual([50, 1_000 / 30])
  expect(cells.map(cell => predicted("latency_mean_ms", cell))).toEqual([undefined, undefined])
})

it.each([
  ["other arrivals", "rate: 20/s, arrivals: constant", ""],
  ["stays that differ", "rate: 20/s, arrivals: poisson, holdTimes: exponential", ""],
  ["times to think that spread otherwise", "think: 100ms, thinkTimes: uniform", ""],
  ["delays that differ", POISSON, "network: { latency: { model: uniform, min: 1ms, max: 2ms } }"],
  ["messages lost", POISSON, "network: { loss: 1% }"],
  ["a crash", POISSON, "faults: [{ crash: { nodes: [0], at: 1s } }]"],
  ["nodes that are slow", POISSON, "faults: [{ slow: { nodes: [0], serviceTime: 1ms, at: 0s } }]"],
  ["a server that becomes slow", POISSON, "faults: [{ slow: { nodes: server, serviceTime: 1ms, at: 9s } }]"],
])("says nothing of %s", (_, workload, more) => {
  const algorithms = more.includes("server") ? "[central-server]" : "[token-ring, central-server]"
  for (const cell of cellsOf(`algorithms: ${algorithms}\nnodes: 6\nworkload: { ${workload} }\n${more}`)) {
    expect(predicted("latency_mean_ms", cell)).toBeUndefined()
  }
})
