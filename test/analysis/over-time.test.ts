// What runs do over time: the same runs as counted, in spans of the measured time.
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { overTimeOf, SPANS } from "../../analysis/over-time.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"
import { toScenario } from "../../scenarios/cell.ts"

function cellOf(spec: string) {
  const experiment = parseExperiment("spec.yaml", `question: q\nnodes: 3\nnetwork: { latency: 5ms }\n${spec}`, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells[0]!
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0)

describe("a replicated log whose leader crashes", () => {
  const cell = cellOf(
    "service: replicated-log\nalgorithms: [raft]\nleader: 0\nworkload: { rate: 100/s }\n" +
      "faults: [{ crash: { nodes: [0], at: 5s, for: 2s } }]\nduration: 9s\n",
  )
  const course = overTimeOf(cell, [1, 2], registry)!
  const definite = toScenario(cell.scenario, registry)
  const results = [1, 2].map(seed => simulate(definite, seed))
  const outcomes = results.flatMap(result => (result.status === "completed" ? [result.outcome] : []))
  const seconds = (cell.scenario.duration - cell.scenario.warmup) / 1e6

  test("has the operations, the time in flight and the time without a leader that the runs count", () => {
    const completed = (outcomes[0]!.completed + outcomes[1]!.completed) / 2
    expect(sum(course.mean.rate) * course.length).toBeCloseTo(completed, 6)
    expect(sum(course.first.rate) * course.length).toBeCloseTo(outcomes[0]!.completed, 6)
    expect(sum(course.mean.inFlight) / SPANS).toBeCloseTo(
      (outcomes[0]!.figures["in_flight"]! + outcomes[1]!.figures["in_flight"]!) / 2,
      6,
    )
    const unled = outcomes[0]!.leaderless!.reduce((total, { start, end }) => total + end - start, 0) / 1e6
    expect(unled).toBeGreaterThan(0.1)
    expect(SPANS - sum(course.first.led)).toBeCloseTo(unled / course.length, 6)
  })

  test("knows who led when, in which term, and which fault lasted", () => {
    expect(course.faults).toEqual([{ start: 5, end: 7, what: expect.stringContaining("0") }])
    const [before, after] = course.leaders
    expect([before!.node, before!.end]).toEqual([0, 5])
    expect(after!.node).not.toBe(0)
    expect(after!.start).toBeGreaterThan(5)
    expect(course.leaders.at(-1)!.end).toBe(1 + seconds)
    expect(course.first.epoch.at(-1)).toBeGreaterThan(course.first.epoch[0]!)
  })

  test("latency is a median of each span, and none where nothing succeeded", () => {
    const usual = course.mean.latency[3]!
    expect(usual).toBeGreaterThan(15)
    expect(usual).toBeLessThan(25)
    const none = course.first.rate.findIndex(rate => rate === 0)
    expect(none).toBeGreaterThan(0)
    expect(course.first.latency[none]).toBeNull()
  })
})

test("locks without leaders have operations alone, and elections leaders alone", () => {
  const locks = overTimeOf(
    cellOf("service: mutual-exclusion\nalgorithms: [ricart-agrawala]\nduration: 5s\n"),
    [1],
    registry,
  )!
  expect(sum(locks.mean.rate)).toBeGreaterThan(0)
  expect([locks.leaders, locks.mean.led.every(value => value === null)]).toEqual([[], true])
  const elections = overTimeOf(cellOf("service: leader-election\nalgorithms: [bully]\nduration: 5s\n"), [1], registry)!
  expect(elections.mean.rate.every(value => value === null)).toBe(true)
  expect(elections.leaders.map(({ node }) => node)).toEqual([2])
})

test("a group that is never led has no share with a leader, not what rounding leaves of one", () => {
  const cell = cellOf(
    "service: replicated-log\nalgorithms: [raft]\nfaults: [{ crash: { nodes: all, at: 0s } }]\nduration: 3s\n",
  )
  expect(new Set(overTimeOf(cell, [1, 2], registry)!.mean.led)).toEqual(new Set([0]))
})
