import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import { parseManifest } from "../../../experiments/store/manifest.ts"
import { sharedScenarios, shortCell } from "../../../experiments/store/shared-scenarios.ts"

/** Faults and parameters come and go along the sweep, and the algorithms have different ones. */
const SPEC = `
question: what differs?
service: replicated-log
algorithms: [raft, multi-paxos]
nodes: 5
faults: [{ crash: { count: 0..2, at: 1s } }]
sweep: { latency: [1ms, 5ms], workload.rate: [100/s, 200/s] }
duration: 2s
warmup: 100ms
repeat: 1
`

function cellsOf(text: string) {
  const experiment = parseExperiment("spec.yaml", text, registry)
  if ("problems" in experiment) throw new Error(JSON.stringify(experiment.problems))
  return experiment.cells
}

/** What a manifest holds of cells, written and read. */
function readBack(cells: ReturnType<typeof cellsOf>, change: (manifest: Record<string, unknown>) => void = () => {}) {
  const shared = sharedScenarios(cells)
  const manifest = { seeds: [1], scenarios: shared, cells: cells.map(cell => shortCell(cell, shared)) }
  change(manifest)
  return { shared, manifest: parseManifest(JSON.stringify(manifest)) }
}

test("scenarios are read from a manifest as they were written, though most of them is written once", () => {
  const cells = cellsOf(SPEC)
  const { shared, manifest } = readBack(cells)
  const scenarios = cells.map(({ id, scenario }) => ({ id, scenario }))
  expect(manifest).toMatchObject({ cells: JSON.parse(JSON.stringify(scenarios)) })
  if (typeof manifest === "string") throw new Error(manifest)
  for (const [place, { scenario }] of manifest.cells.entries())
    expect(Object.keys(scenario).toSorted()).toEqual(Object.keys(cells[place]!.scenario).toSorted())
  expect(Object.keys(shared)).toEqual(["raft", "multi-paxos"])
  const whole = JSON.stringify(scenarios).length
  expect(JSON.stringify(cells.map(cell => shortCell(cell, shared))).length).toBeLessThan(whole / 4)
})

test("a scenario that no other cell of its variant shares stays whole", () => {
  const [cell] = cellsOf(SPEC)
  const { shared } = readBack([cell!])
  expect(shared).toEqual({})
  expect(shortCell(cell!, shared).scenario).toEqual(cell!.scenario)
})

test("a cell that shares with a variant that is not there is told of", () => {
  const { manifest } = readBack(cellsOf(SPEC), all => Object.assign(all, { scenarios: {} }))
  expect(manifest).toBe('cells[0].of: found "raft", which is not among the scenarios')
})
