// The algorithms under every kind of fault: safe under those they claim to survive, and not where their disks are lost.
import { describe, expect, it } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { POOL } from "../support/pool.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"

const SEEDS = [1, 2, 3, 4]

/** What runs of an algorithm under faults violated, by seed; and how they fared. */
function runUnder(algorithm: string, faults: readonly string[]) {
  const text = `
question: q
algorithms: [{ use: ${algorithm}, service: replicated-log }]
nodes: 5
network: { latency: { model: uniform, min: 2ms, max: 12ms } }
disk: { syncLatency: 3ms }
duration: 6s
faults:
${faults.map(fault => `  - ${fault}\n`).join("")}`
  const experiment = parseExperiment("faults.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  const scenario = toScenario(experiment.cells[0]!.scenario, registry)
  const runs = SEEDS.map(seed => {
    const run = simulate(scenario, seed, { pool: POOL })
    if (run.status === "failed") throw new Error(`seed ${seed}: ${run.reason} (${run.event})`)
    const verdicts = Object.entries(run.outcome.verdicts)
    return {
      violated: verdicts.flatMap(([name, { verdict }]) => (verdict === "violated" ? [`${name} (seed ${seed})`] : [])),
      availability: run.outcome.availability,
    }
  })
  return {
    violated: runs.flatMap(({ violated }) => violated),
    availability: runs.reduce((sum, { availability }) => sum + availability, 0) / runs.length,
  }
}

const PROCESSES = [
  "crash: { mtbf: 2s, mttr: 400ms }",
  "pause: { leader: true, every: 900ms, for: 500ms }",
  "slow: { serviceTime: 10ms, count: 1, every: 700ms, for: 300ms }",
  "crash: { when: leader elected, after: 400ms, times: 2, for: 300ms }",
]
const DISKS = [
  "tornWrite: { count: 2, every: 600ms, for: 200ms }",
  "failingDisk: { count: 1, every: 700ms, for: 300ms }",
  "slowDisk: { syncLatency: 40ms, count: 2, every: 900ms, for: 400ms }",
]
const LINKS = [
  "reordering: { share: 20%, by: 40ms, at: 1s }",
  "duplication: { share: 20%, at: 1s }",
  "corruption: { share: 5%, at: 1s }",
  "delay: { by: 150ms, count: 1, every: 700ms, for: 300ms }",
  "partition: { sides: [2, 3], random: true, oneWay: true, every: 900ms, for: 300ms }",
  "partition: { sides: [[0, 1], [3, 4]], bridge: [2], every: 1100ms, for: 300ms }",
  "isolate: { count: 1, direction: in, every: 1300ms, for: 300ms }",
  "cut: { mtbf: 3s, mttr: 200ms }",
]
const CLOCKS = [
  "clockDrift: { by: 50%, count: 2, at: 1s }",
  "clockOffset: { by: -300ms, count: 2, every: 1s, for: 500ms }",
]

describe.each(["raft", "multi-paxos"])("%s stays safe, and serves", algorithm => {
  it.each([
    ["processes", PROCESSES],
    ["disks", DISKS],
    ["links", LINKS],
    ["clocks", CLOCKS],
  ])("under faults of %s", (_, faults) => {
    const { violated, availability } = runUnder(algorithm, faults)
    expect(violated).toEqual([])
    expect(availability).toBeGreaterThan(0.2)
    expect(availability).toBeLessThanOrEqual(1)
  })

  it("when a majority crashes at once, but not when it loses its disks as well", () => {
    const span = "nodes: [0, 1, 2], at: 3s, for: 100ms"
    expect(runUnder(algorithm, [`crash: { ${span} }`]).violated).toEqual([])
    // Cut off from the two that remember, the three that forgot elect a leader of their own.
    const cutOff = "partition: { sides: [[0, 1, 2], [3, 4]], at: 3s, for: 2s }"
    expect(runUnder(algorithm, [`amnesia: { ${span} }`, cutOff]).violated).not.toEqual([])
  })
})
