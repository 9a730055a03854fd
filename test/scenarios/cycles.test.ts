// Availability of many nines from biased cycles, of groups whose availability has a closed form.
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { unavailabilityOf } from "../../analysis/k-of-n.ts"
import { meanSample, wilsonInterval } from "../../analysis/statistics.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { seedsOf } from "../../experiments/model/plan.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import type { CellScenario } from "../../scenarios/cell.ts"
import { cycleOf, cyclesPerSecond } from "../../scenarios/cycles.ts"

/** A majority of n nodes, each down for a second of every `mtbfSeconds`. */
function groupOf(nodes: number, mtbfSeconds: number, bias = 0.8, settle = "100ms"): CellScenario {
  const text = `
question: q
service: replicated-log
algorithms: [raft]
nodes: ${nodes}
faults: [{ crash: { mtbf: ${mtbfSeconds}s, mttr: 1s } }]
rare: { settle: ${settle}, bias: ${bias} }`
  const experiment = parseExperiment("cycles.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells[0]!.scenario
}

/** Seconds of a cycle in which fewer than a majority are up. */
function secondsWithoutMajority({ nodes, faults }: CellScenario): number {
  const changes = faults
    .flatMap(({ at, for: span = 0 }) => [
      { at, down: 1 },
      { at: at + span, down: -1 },
    ])
    .toSorted((a, b) => a.at - b.at)
  let [since, down, without] = [0, 0, 0]
  for (const change of changes) {
    if (down * 2 > nodes) without += change.at - since
    since = change.at
    down += change.down
  }
  return without / SECOND
}

/** The share of time without a majority, estimated from so many cycles, as that of a group's service is. */
function estimate(scenario: CellScenario, seed: number, cycles: number) {
  const perSecond = cyclesPerSecond(scenario, scenario.rare!)
  const served = seedsOf(seed, cycles).map(each => {
    const { scenario: run, weight } = cycleOf(scenario, scenario.rare!, each)
    return 1 - weight * secondsWithoutMajority(run) * perSecond
  })
  const { value, low, high } = wilsonInterval(meanSample(served)!)
  return { value: 1 - value, low: 1 - high!, high: 1 - low! }
}

describe("cycles of failure and repair", () => {
  test.each([
    [3, 100],
    [5, 100],
    [7, 100],
    [3, 1_000],
    [5, 1_000],
    [7, 1_000],
    [3, 10_000],
    [5, 10_000],
    [7, 3_000],
  ])(
    "a majority of %i, down for 1 s of every %i: the closed form lies within the interval, which is narrow",
    (nodes, mtbf) => {
      const truth = unavailabilityOf({ parts: nodes, needed: (nodes + 1) / 2, mtbf, mttr: 1 })
      const { value, low, high } = estimate(groupOf(nodes, mtbf), 6, 4_000)
      expect(low <= truth && truth <= high).toBe(true)
      expect((high - low) / 2).toBeLessThan(0.1 * value)
    },
  )

  test("the mean does not depend on the bias, the error does", () => {
    const truth = unavailabilityOf({ parts: 3, needed: 2, mtbf: 100, mttr: 1 })
    const [little, much] = [0.1, 0.8].map(bias => estimate(groupOf(3, 100, bias), 2, 4_000))
    for (const { low, high } of [little!, much!]) expect(low <= truth && truth <= high).toBe(true)
    expect(much!.high - much!.low).toBeLessThan((little!.high - little!.low) / 2)
  })

  test("failures before the group has settled belong to the cycle", () => {
    // One time in ten that all are up a node fails within the second that settling takes.
    const scenario = groupOf(3, 30, 0.8, "1s")
    const truth = unavailabilityOf({ parts: 3, needed: 2, mtbf: 30, mttr: 1 })
    const { value, low, high } = estimate(scenario, 3, 20_000)
    expect(low <= truth && truth <= high).toBe(true)
    expect((high - low) / 2).toBeLessThan(0.04 * value)
  })

  test("intervals of 100 cycles hold in 95 of 100 experiments", () => {
    const scenario = groupOf(5, 1_000)
    const truth = unavailabilityOf({ parts: 5, needed: 3, mtbf: 1_000, mttr: 1 })
    const experiments = 300
    let held = 0
    for (let experiment = 0; experiment < experiments; experiment++) {
      const { low, high } = estimate(scenario, 1_000 + experiment, 100)
      if (low <= truth && truth <= high) held++
    }
    expect(held / experiments).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / experiments))
  })

  test("a cycle is drawn from its seed: the same one again, and for every algorithm that tolerates as many failures", () => {
    const scenario = groupOf(5, 1_000)
    expect(cycleOf(scenario, scenario.rare!, 7)).toEqual(cycleOf(scenario, scenario.rare!, 7))
    expect(cycleOf(scenario, scenario.rare!, 7)).not.toEqual(cycleOf(scenario, scenario.rare!, 8))
    const other = { ...scenario, algorithm: "multi-paxos" }
    expect(cycleOf(other, scenario.rare!, 7).scenario.faults).toEqual(
      cycleOf(scenario, scenario.rare!, 7).scenario.faults,
    )
  })
})
