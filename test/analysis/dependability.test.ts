// Dependability from records: groups of parts that fail and are repaired, against their closed forms, and each figure by hand.
import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { DependabilityEstimates } from "../../analysis/dependability.ts"
import {
  availabilityOf,
  type Group,
  meanDownTime,
  meanTimeToFailure,
  outageRate,
  reliabilityAt,
} from "../../analysis/k-of-n.ts"
import { estimateOf, METRICS, type MetricName, runOfCell } from "../../analysis/metrics.ts"
import { OutageLengths } from "../../analysis/recovery.ts"
import { seedsOf } from "../../experiments/model/plan.ts"
import { parseExperiment } from "../../experiments/plan/spec.ts"
import { Histogram } from "../../runtime/lib/histogram.ts"
import type { Outage } from "../../runtime/contract/service.ts"
import { MILLISECOND, SECOND } from "../../runtime/contract/units.ts"
import { faultTimeline } from "../../runtime/faults/fault-timeline.ts"
import type { CellScenario } from "../../scenarios/cell.ts"
import type { RunRecord } from "../../scenarios/measure.ts"
import { completedRecord } from "../experiments/support/records.ts"

const RATES = { mtbf: 100, mttr: 10 }

/** All parts are up when the measured time begins, which is three times the mean time to failure. */
function scenarioOf(group: Group): CellScenario {
  const seconds = Math.round(3 * meanTimeToFailure(group))
  const text = `
question: q
service: replicated-log
algorithms: [raft]
nodes: ${group.parts}
faults: [{ crash: { mtbf: ${RATES.mtbf}s, mttr: ${RATES.mttr}s, at: 1s } }]
warmup: 1s
duration: ${1 + seconds}s`
  const experiment = parseExperiment("group.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells[0]!.scenario
}

/** The record of a run in which the service is out whenever fewer parts are up than it needs. */
function recordOf({ parts, needed }: Group, scenario: CellScenario, seed: number): RunRecord {
  const { warmup, duration } = scenario
  const changes = faultTimeline(scenario, seed)
    .flatMap(({ at, for: span = Infinity }) => [
      { at, down: 1 },
      { at: at + span, down: -1 },
    ])
    .toSorted((a, b) => a.at - b.at)
  const outages: Outage[] = []
  let [down, since] = [0, 0]
  for (const { at, down: change } of changes) {
    const wasOut = parts - down < needed
    down += change
    const isOut = parts - down < needed
    if (isOut && !wasOut) since = at
    else if (wasOut && !isOut && since < duration)
      outages.push({ start: since, end: Math.min(at, duration), cause: "" })
  }
  const total = outages.reduce((sum, { start, end }) => sum + end - start, 0)
  const repairs = outages.filter(({ end }) => end < duration).length
  return completedRecord(
    {
      availability: 1 - total / (duration - warmup),
      outages: outages.length,
      repairs,
      outage_total_ms: total / MILLISECOND,
      uptime_ms: (duration - warmup - total) / MILLISECOND,
    },
    { outages },
  )
}

function dependabilityFrom(scenario: CellScenario, records: readonly RunRecord[]) {
  const estimates = new DependabilityEstimates(scenario)
  const runs = records.flatMap(record => runOfCell(record) ?? [])
  const outages = new OutageLengths(scenario)
  for (const run of runs) estimates.add(run)
  for (const { record } of runs) outages.add(record.outages)
  for (const run of runs) estimates.weigh(run)
  return estimates.summary(outages.curve())
}

function metricOf(name: MetricName, records: readonly RunRecord[]) {
  return estimateOf(METRICS.find(metric => metric.name === name)!, records)!
}

test("R(t), MTTF, MTTR, MTBF and availability of 1 of 1, 1 of 2, 2 of 3, 3 of 5 and 4 of 7 lie within their intervals", () => {
  const groups = [
    [1, 1],
    [1, 2],
    [2, 3],
    [3, 5],
    [4, 7],
  ].map(([needed, parts]): Group => ({ needed: needed!, parts: parts!, ...RATES }))
  const experiments = 8
  const held = new Map<string, number>()
  for (const group of groups) {
    const scenario = scenarioOf(group)
    for (let experiment = 0; experiment < experiments; experiment++) {
      const records = seedsOf(experiment, 40).map(seed => recordOf(group, scenario, seed))
      const { reliability, mttfMs } = dependabilityFrom(scenario, records)
      const [half, whole] = [0.5, 1].map(part => part * meanTimeToFailure(group))
      const shareAt = (seconds: number) => reliability.findLast(({ x }) => x <= seconds * 1_000)!
      const availability = availabilityOf(group)
      const found = {
        "R(MTTF / 2)": [shareAt(half!), reliabilityAt(group, half!)],
        "R(MTTF)": [shareAt(whole!), reliabilityAt(group, whole!)],
        MTTF: [mttfMs!, meanTimeToFailure(group) * 1_000],
        MTTR: [metricOf("mttr_ms", records), meanDownTime(group) * 1_000],
        MTBF: [metricOf("mtbf_ms", records), (availability / outageRate(group)) * 1_000],
        availability: [metricOf("availability", records), availability],
      } as const
      for (const [name, [{ low, high }, truth]] of Object.entries(found)) {
        if (low! <= truth && truth <= high!) held.set(name, (held.get(name) ?? 0) + 1)
      }
    }
  }
  // Of 40 intervals of 95 % fewer than 33 hold in one experiment of 2,000.
  for (const [name, count] of held) expect(count, name).toBeGreaterThanOrEqual(33)
  expect(held.size).toBe(6)
})

describe("of runs of 10 s that are measured from 1 s on", () => {
  const scenario = { ...scenarioOf({ parts: 3, needed: 2, ...RATES }), duration: 11 * SECOND }
  const outage = (fromS: number, toS: number): Outage => ({ start: fromS * SECOND, end: toS * SECOND, cause: "" })

  test("the first outage counts from the beginning of the measured time, and runs without one end censored", () => {
    const records = [[outage(3, 4), outage(5, 7)], [outage(6, 11)], [], []].map(outages =>
      completedRecord({}, { outages }),
    )
    const found = dependabilityFrom(scenario, records)
    expect([found.runs, found.firstOutages]).toEqual([4, 2])
    expect(found.reliability.map(({ x, share }) => [x, share])).toEqual([
      [0, 1],
      [2_000, 0.75],
      [5_000, 0.5],
    ])
    // (2 + 5 + 10 + 10) s / 2
    expect(found.mttfMs?.value).toBe(13_500)
    // (2 + 5 + 10 + 10) s / 4, as none is longer than the run
    expect(found.meanToFirstMs).toBe(6_750)
    // The third outage was cut off: it is longer than 5 s.
    expect(found.maintainability.at(-1)!.share).toBeCloseTo(2 / 3, 12)
  })

  test("writes that were acknowledged, and runs in which one was lost", () => {
    const answered = new Histogram()
    for (let write = 0; write < 50; write++) answered.record(1_000)
    answered.recordOver()
    const record = (lost: number) =>
      completedRecord(
        {},
        {
          figures: { acknowledged_lost: lost },
          latencies: { write: answered.encode(), read: new Histogram().encode() },
        },
      )
    const { writes, served } = dependabilityFrom(scenario, [record(0), record(3)])
    expect(writes).toMatchObject({ ok: 100, lost: 3, runsWithLoss: { value: 0.5 } })
    expect(served["write"]!.value).toBeCloseTo(50 / 51, 12)
    expect(served["read"]).toBeUndefined()
  })

  test("without a violation safety has the exact bound: of 60 runs at most 4.9 % are violated", () => {
    const { violated } = dependabilityFrom(
      scenario,
      Array.from({ length: 60 }, () => completedRecord({})),
    )
    expect(violated!.value).toBe(0)
    expect(violated!.high).toBeCloseTo(1 - 0.05 ** (1 / 60), 9)
  })

  test("runs that failed say nothing", () => {
    const failed: RunRecord = { status: "failed", reason: "r", at: null, event: "", state: "" }
    expect(dependabilityFrom(scenario, [failed])).toMatchObject({
      runs: 0,
      reliability: [],
      mttfMs: null,
      violated: null,
    })
  })
})

test("of cycles the mean times follow from their weights and how often they come", () => {
  const rare = { settle: SECOND, bias: 0.5, enough: 2 }
  const scenario: CellScenario = { ...scenarioOf({ parts: 3, needed: 2, ...RATES }), rare }
  const cycle = (weight: number, outages: number, outSeconds: number) =>
    completedRecord({}, { cycle: { weight, outages, outSeconds } })
  const { cycles, reliability, mttfMs } = dependabilityFrom(scenario, [
    cycle(0.5, 2, 8),
    cycle(2, 0, 0),
    cycle(1, 1, 2),
  ])
  // 2 of 3 cycles, by weight, have an outage; 6 s / 2 outages.
  const perSecond = 0.03 * (10 / 11) ** 3 * Math.exp(-0.03)
  expect(cycles!.mtbfMs!.value).toBeCloseTo(1_000 / (perSecond * (2 / 3)), 3)
  expect(cycles!.mttrMs!.value).toBeCloseTo(3_000, 9)
  expect([reliability, mttfMs]).toEqual([[], null])
})
