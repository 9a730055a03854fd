import { describe, expect, test } from "vitest"
import { BatchQueue, runsIn } from "../../../experiments/run/batches.ts"
import { findPlannedRun, planExperiment, runId, seedsOf } from "../../../experiments/model/plan.ts"
import type { PendingRuns } from "../../../experiments/store/store.ts"
import { experimentOf } from "../support/experiments.ts"

const plan = planExperiment(
  experimentOf(`
    question: q
    algorithms: [parrot, liar]
    sweep: { nodes: [3, 5, 7] }
    repeat: 20
    seed: 7`),
)

describe("a plan", () => {
  test("has every run of every cell, with an id that finds it again", () => {
    const ids = plan.cells.flatMap(cell => plan.seeds.map((_, k) => runId(cell, k + 1)))
    expect(new Set(ids).size).toBe(plan.runs)
    expect(plan.runs).toBe(2 * 3 * 20)
    const run = findPlannedRun(plan, "liar/nodes=5/20")!
    expect(run.cell.scenario).toMatchObject({ algorithm: "liar", nodes: 5 })
    expect(run.seed).toBe(plan.seeds[19])
  })

  test.each(["liar/nodes=5/21", "liar/nodes=5/0", "liar/nodes=5", "liar/nodes=4/1", "", "/"])("has no run %j", id => {
    expect(findPlannedRun(plan, id)).toBeUndefined()
  })

  test("gives other algorithms and points the same seeds: common random numbers", () => {
    const other = planExperiment(experimentOf("question: q\nalgorithms: [choleric]\nnodes: 9\nrepeat: 20\nseed: 7"))
    expect(other.seeds).toEqual(plan.seeds)
  })

  test("keeps its first seeds when there are more repeats", () => {
    expect(seedsOf(7, 50).slice(0, 20)).toEqual(plan.seeds)
  })

  test("draws different seeds for all repeats, and others for another experiment seed", () => {
    expect(new Set(seedsOf(1, 100_000)).size).toBe(100_000)
    const first = new Set(seedsOf(1, 1_000))
    expect(seedsOf(2, 1_000).filter(seed => first.has(seed))).toEqual([])
    expect(seedsOf(2 ** 32 + 1, 10)).not.toEqual(seedsOf(1, 10))
  })
})

describe("batches", () => {
  /** All runs of the plan for which `isDone` is false. */
  function pendingRuns(isDone: (repeat: number) => boolean = () => false): readonly PendingRuns[] {
    const repeats = Array.from({ length: plan.repeat }, (_, k) => k).filter(repeat => !isDone(repeat))
    return repeats.length === 0 ? [] : plan.cells.map((cell, place) => ({ cell, places: [place], repeats }))
  }

  /** Takes all batches, each run of which takes so many milliseconds. */
  function takeAll(queue: BatchQueue<PendingRuns>, perRunMs: number) {
    const batches: (readonly PendingRuns[])[] = []
    const last: (readonly PendingRuns[])[] = []
    for (let batch = queue.next(); batch !== undefined; batch = queue.next()) {
      batches.push(batch)
      if (queue.finished(batch, perRunMs * runsIn(batch))) last.push(batch)
    }
    return { batches, last }
  }

  const runsOf = (parts: readonly PendingRuns[]): readonly string[] =>
    parts.flatMap(({ cell, repeats }) => repeats.map(repeat => `${cell.id}/${repeat}`)).toSorted()

  test("hold every run once, and leave out what is done", () => {
    for (const pending of [pendingRuns(), pendingRuns(repeat => repeat % 2 === 0), []]) {
      expect(runsOf(takeAll(new BatchQueue(pending), 3).batches.flat())).toEqual(runsOf(pending))
    }
  })

  test("come one algorithm after the other, and tell when each is done", () => {
    const { batches, last } = takeAll(new BatchQueue(pendingRuns()), 3)
    const order = batches.map(([part]) => part!.cell.scenario.algorithm)
    expect(order).toEqual(order.toSorted((a, b) => (a === b ? 0 : a === "parrot" ? -1 : 1)))
    expect(last.map(parts => parts.at(-1)!.cell.id)).toEqual(["parrot/nodes=7", "liar/nodes=7"])
  })

  test("grow until they take tens of milliseconds", () => {
    const sizes = (perRunMs: number): number[] =>
      takeAll(new BatchQueue(pendingRuns()), perRunMs).batches.slice(0, 3).map(runsIn)
    expect(sizes(5)).toEqual([1, 8, 8])
    expect(sizes(0.01)).toEqual([1, 59, 1])
    expect(sizes(500)).toEqual([1, 1, 1])
  })
})
