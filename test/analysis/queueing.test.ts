// Load on nodes that take time for each message, held against queueing theory.
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { type CellSummary, summarize } from "../../analysis/aggregate.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { measure } from "../../scenarios/measure.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../../experiments/plan/spec.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { isNight, oneInByDay } from "../support/effort.ts"

/** The cells of a sweep of the load, in operations per second, on nodes that take `serviceTime` for a message. */
function loaded(algorithm: string, settings: string, rates: readonly number[]): readonly CellSummary[] {
  const text = `question: q
service: replicated-log
algorithms: [${algorithm}]
workload: { arrivals: poisson, linearizability: off }
sweep: { workload.rate: [${rates.map(rate => `${rate}/s`).join(", ")}] }
${settings}`
  const experiment = parseExperiment("load.yaml", text, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  const plan = planExperiment(experiment)
  return plan.cells.map(cell => {
    const scenario = toScenario(cell.scenario, registry)
    const records = plan.seeds.map(seed => measure(simulate(scenario, seed), scenario))
    return summarize(cell, records, { messageTypes: [], figures: [] })
  })
}

describe("a node alone is a queue M/D/1: Poisson arrivals, one server, a constant time s for each", () => {
  // Pollaczek and Khinchine: an operation waits rho s / (2 (1 - rho)) on average, is served for s, and travels 2 x 2 ms.
  const s = 1
  // By day one share, at which most of the time is spent in the queue.
  const shares = isNight ? [0.2, 0.5, 0.8, 0.9] : [0.8]
  const settings = `nodes: 1
network: { latency: { model: uniform, min: 1ms, max: 3ms }, serviceTime: ${s}ms }
warmup: 1s
duration: 21s
repeat: 12`
  const expected = shares.map(rho => 4 + s + (rho * s) / (2 * (1 - rho)))

  // A group of one writes and answers, whatever it runs: by day, one algorithm shows it.
  test.each(oneInByDay(2, ["multi-paxos", "raft"]))("%s", algorithm => {
    const cells = loaded(
      algorithm,
      settings,
      shares.map(rho => rho * 1_000),
    )
    for (const [place, { metrics, steadiness }] of cells.entries()) {
      const { low, high } = metrics.latency_mean_ms!
      expect([low! <= expected[place]!, high! >= expected[place]!, steadiness]).toEqual([true, true, "steady"])
      // As narrow as that, or the test could not fail.
      expect(high! - low!).toBeLessThan(0.08 * expected[place]!)
    }
  })
})

describe("a leader gets n messages for each command, a request and n-1 acknowledgements: it carries 1/(n s)", () => {
  // 3 nodes, 250 us: 1,333 a second.
  const capacity = 1 / (3 * 250e-6)
  const shares = [0.3, 0.6, 0.85, 1, 1.05, 1.3, 2]
  const settings = `nodes: 3
network: { latency: { model: uniform, min: 0.5ms, max: 1.5ms }, serviceTime: 250us }
warmup: 500ms
duration: 4500ms
repeat: 6`
  const cells = loaded(
    "multi-paxos",
    settings,
    shares.map(rho => Math.round(rho * capacity)),
  )
  const at = (place: number) => cells[place]!

  test("below, all that is asked for is done, and the state is steady", () => {
    for (const [place, rho] of shares.entries()) {
      if (rho >= 1) continue
      const { metrics, counts, steadiness } = at(place)
      expect([rho, steadiness, counts.lost]).toEqual([rho, "steady", 0])
      const { low, high } = metrics.throughput_per_s!
      const offered = Math.round(rho * capacity)
      expect([low! <= offered, high! >= offered]).toEqual([true, true])
    }
  })

  test("from there on no point passes for steady", () => {
    const overloaded = shares.flatMap((rho, place) => (rho >= 1 ? [at(place).steadiness] : []))
    expect(overloaded).not.toContain("steady")
    expect(at(shares.indexOf(1.3)).steadiness).toBe("growing")
    expect(at(shares.indexOf(2)).steadiness).toBe("growing")
  })

  test("and nothing beyond it is done, however much is asked for", () => {
    for (const { metrics } of cells) expect(metrics.throughput_per_s!.value).toBeLessThan(1.01 * capacity)
  })
})
