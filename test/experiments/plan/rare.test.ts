// Specs with `rare`: what the runs of a cell are then, and what is refused.
import { describe, expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { estimateOf, METRICS } from "../../../analysis/metrics.ts"
import { unavailabilityOf } from "../../../analysis/k-of-n.ts"
import { notesOn } from "../../../analysis/notes.ts"
import { summarize } from "../../../analysis/aggregate.ts"
import { findPlannedRun, planExperiment } from "../../../experiments/model/plan.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { runCycle } from "../../../scenarios/cycle-record.ts"
import { RunPool } from "../../../runtime/simulation/pool.ts"

const SPEC: Readonly<Record<string, string>> = {
  question: "q",
  service: "replicated-log",
  algorithms: "[raft]",
  nodes: "3",
  network: "{ latency: 1ms }",
  workload: "{ rate: 2/s, arrivals: poisson, linearizability: off }",
  faults: "[{ crash: { mtbf: 14.4h, mttr: 30s } }]",
  rare: "{ settle: 5s }",
}

function parse(changes: Readonly<Record<string, string | undefined>> = {}) {
  const lines = Object.entries({ ...SPEC, ...changes }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  )
  return parseExperiment("rare.yaml", lines.join("\n"), registry)
}

function planOf(changes: Readonly<Record<string, string | undefined>> = {}) {
  const experiment = parse(changes)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return planExperiment(experiment)
}

test("an unavailability of 1e-6 to 20 %, from 200 cycles of Raft", () => {
  const plan = planOf({ repeat: "200" })
  const cell = plan.cells[0]!
  const pool = new RunPool()
  const records = plan.seeds.map(seed => runCycle(cell.scenario, cell.scenario.rare!, seed, registry, { pool }))
  const estimate = estimateOf(METRICS.find(({ name }) => name === "availability")!, records)
  const { value, low, high } = estimate!
  const truth = unavailabilityOf({ parts: 3, needed: 2, mtbf: 51_840, mttr: 30 })
  expect(truth).toBeCloseTo(1e-6, 7)
  // Without a majority clients wait for a second before they give up, and an election follows: nothing beside 15 s.
  expect(Math.abs((1 - value) / truth - 1)).toBeLessThan(0.2)
  expect(1 - high!).toBeLessThan(truth)
  expect(1 - low!).toBeGreaterThan(truth)
  expect((high! - low!) / 2).toBeLessThan(0.2 * (1 - value))

  const summary = summarize(cell, records, { messageTypes: ["appendEntries"], figures: ["lost"] })
  const empty = [
    "messages_per_operation",
    "latency_p50_ms",
    "throughput_per_s",
    "outage_total_ms",
    "recovery_ms",
  ] as const
  for (const name of empty) expect(summary.metrics[name] ?? null, name).toBeNull()
  expect(summary.byType["appendEntries"]).toBeNull()
  const [note] = notesOn(plan, [summary])
  expect(note).toMatch(
    /^Raft: availability is estimated from 200 cycles .* in a year with failures as frequent as here: \d+\u00a0s\.$/,
  )
})

test("a run by its id is a cycle with failures at definite times, whose end is its own", () => {
  const plan = planOf({ repeat: "20" })
  const runs = plan.seeds.map((_, index) => findPlannedRun(plan, `${plan.cells[0]!.id}/${index + 1}`)!.cell.scenario)
  for (const { faults, duration, rare } of runs) {
    expect(rare).toBeUndefined()
    expect(faults.length).toBeGreaterThan(0)
    for (const { at, for: span, schedule } of faults) {
      expect(schedule).toBeUndefined()
      expect(at + span!).toBeLessThanOrEqual(duration - 5_000_000)
    }
  }
  expect(new Set(runs.map(({ duration }) => duration)).size).toBe(20)
})

describe("is refused where cycles would not give the availability", () => {
  test.each([
    [{ faults: undefined }, "faults: missing; rare expects faults of nodes with mtbf and mttr"],
    [{ faults: "[{ crash: { count: 1, at: 5s } }]" }, "faults[0]: rare expects faults of nodes"],
    [{ faults: "[{ crash: { mtbf: 9h, mttr: 30s, spans: fixed } }]" }, "faults[0]: rare expects faults of nodes"],
    [{ faults: "[{ crash: { mtbf: 9h, mttr: 30s, until: 9s } }]" }, "faults[0]: rare expects faults of nodes"],
    [{ faults: "[{ cut: { mtbf: 9h, mttr: 30s } }]" }, "faults[0]: rare expects faults of nodes"],
    [
      { faults: "[{ crash: { mtbf: 90s, mttr: 30s } }]" },
      "rare: a node fails every 90s: hardly ever are all up for 5s",
    ],
    [{ duration: "60s" }, "duration: does not go with rare"],
    [{ network: "{ latency: 1ms, loss: 1% }" }, "network: loses or doubles messages"],
    [{ workload: "{ mode: closed }" }, "rare: expected leader-election, or replicated-log in open mode"],
    [{ rare: "{ settle: 5s, bias: 1 }" }, "rare.bias: found 1, expected a share between 0 and 1 such as 50%"],
    [{ rare: "{}" }, "rare.settle: missing"],
  ])("%o", (changes, message) => {
    const experiment = parse(changes)
    const told = "problems" in experiment ? experiment.problems.map(problem => problem.message) : []
    expect(told).toEqual([expect.stringContaining(message)])
  })
})
