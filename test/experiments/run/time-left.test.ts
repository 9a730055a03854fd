// The time that a sweep still takes: an estimate that is of use from the first one on.
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import type { Cell } from "../../../scenarios/cell.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { TimeLeft } from "../../../experiments/run/time-left.ts"

function cellsOf(text: string): readonly Cell[] {
  const experiment = parseExperiment("sweep.yaml", `question: q\n${text}`, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells
}

/** Runs one after the other on one worker: each estimate, and how long it took from then on. */
function estimatesOf(cells: readonly Cell[], repeat: number, costMs: (cell: Cell, run: number) => number) {
  const pending = cells.map(cell => ({ cell, repeats: Array.from({ length: repeat }, (_, k) => k) }))
  const batches = pending.flatMap(({ cell, repeats }) => repeats.map(k => ({ cell, repeats: [k] })))
  const costs = batches.map(({ cell }, run) => costMs(cell, run))
  const timeLeft = new TimeLeft(pending, 1)
  return batches.map((batch, run) => {
    timeLeft.finished([batch], costs[run]!)
    return { estimate: timeLeft.remainingMs, truth: costs.slice(run + 1).reduce((sum, cost) => sum + cost, 0) }
  })
}

test("is not told from runs of code that is not optimized yet", () => {
  const cells = cellsOf("algorithms: [raft]\nservice: replicated-log\nnodes: 5")
  const estimates = estimatesOf(cells, 50, (_, run) => (run < 2 ? 400 : 10))
  expect(estimates.slice(0, 2).map(({ estimate }) => estimate)).toEqual([undefined, undefined])
  const first = estimates.find(({ estimate }) => estimate !== undefined)!
  expect(first.estimate! / first.truth).toBeCloseTo(1)
})

test("knows that larger groups, and more rounds, take longer", () => {
  const large = cellsOf("algorithms: [raft]\nservice: replicated-log\nsweep: { nodes: [3, 9, 27] }")
  const raft = estimatesOf(large, 10, ({ scenario }) => scenario.nodes)[2]!
  expect(raft.estimate! / raft.truth).toBeCloseTo(1)
  const oral = cellsOf("algorithms: [oral-messages]\nsweep: { nodes: [4, 7, 10] }")
  const messages: Readonly<Record<number, number>> = { 4: 9, 7: 156, 10: 3_609 }
  const rounds = estimatesOf(oral, 10, ({ scenario }) => messages[scenario.nodes]!)[2]!
  expect(rounds.estimate! / rounds.truth).toBeCloseTo(1)
})

test("takes algorithms of which nothing is known yet for as slow as those before them", () => {
  const cells = cellsOf("algorithms: [raft, multi-paxos]\nservice: replicated-log\nnodes: 5")
  const first = estimatesOf(cells, 20, () => 10)[2]!
  expect(first.estimate! / first.truth).toBeCloseTo(1)
})

test("is not thrown off by the first runs of the next algorithm, which are slow too, nor by one slow batch", () => {
  const cells = cellsOf("algorithms: [raft, multi-paxos]\nservice: replicated-log\nnodes: 5")
  const estimates = estimatesOf(cells, 50, (_, run) => (run % 50 < 2 ? 400 : run === 30 ? 100 : 10))
  for (const { estimate, truth } of estimates.slice(2, 96)) expect(estimate! / (truth + 800)).toBeLessThan(1.6)
})

test("is told of one algorithm alone, once enough of its runs are done", () => {
  const cells = cellsOf("algorithms: [raft, multi-paxos]\nservice: replicated-log\nnodes: 5")
  const [raft, multiPaxos] = cells
  const pending = cells.map(cell => ({ cell, repeats: Array.from({ length: 20 }, (_, k) => k) }))
  const timeLeft = new TimeLeft(pending, 2)
  for (let run = 0; run < 10; run++) timeLeft.finished([{ cell: raft!, repeats: [run] }], 100)
  expect(timeLeft.remainingMsOf(raft!)).toBeCloseTo(500)
  expect(timeLeft.remainingMsOf(multiPaxos!)).toBe(0)
})
