// Nodes that fail and are repaired independently of each other: what algorithms make of it.
import { describe, expect, it } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { faultTimeline } from "../../runtime/faults/fault-timeline.ts"
import type { Scenario } from "../../runtime/scenario/scenario.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"

/** Failures of 200 s every 1,800 s, against which an election of some 200 ms is nothing: p = 0.1. */
function churnOf(algorithm: string, nodes: number): Scenario {
  const text = `
question: q
algorithms: [{ use: ${algorithm}, service: replicated-log }]
nodes: ${nodes}
faults: [{ crash: { mtbf: 1800s, mttr: 200s } }]
workload: { rate: 2/s, linearizability: off }
duration: 9000s`
  const experiment = parseExperiment("churn.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return toScenario(experiment.cells[0]!.scenario, registry)
}

/** The share of the measured time in which no majority is up. */
function shareWithoutMajority(scenario: Scenario, seed: number): number {
  const { nodes, warmup, duration } = scenario
  const changes = faultTimeline(scenario, seed)
    .flatMap(({ at, for: span = Infinity }) => [
      { at, down: 1 },
      { at: Math.min(duration, at + span), down: -1 },
    ])
    .toSorted((a, b) => a.at - b.at)
  let [since, down, without] = [0, 0, 0]
  for (const change of changes) {
    if (down * 2 > nodes) without += Math.max(0, change.at - Math.max(since, warmup))
    since = change.at
    down += change.down
  }
  return without / (duration - warmup)
}

describe("with fast elections an algorithm is unavailable when no majority is up, and hardly ever else", () => {
  it.each([
    ["raft", 3, 3],
    ["multi-paxos", 5, 11],
  ] as const)("%s with %i nodes (seed %i): within a twentieth of that share", (algorithm, nodes, seed) => {
    const scenario = churnOf(algorithm, nodes)
    const without = shareWithoutMajority(scenario, seed)
    expect(without).toBeGreaterThan(0.005)
    const run = simulate(scenario, seed)
    const unavailability = run.status === "completed" ? 1 - run.outcome.availability : Number.NaN
    expect(Math.abs(unavailability / without - 1)).toBeLessThan(0.05)
  })
})
