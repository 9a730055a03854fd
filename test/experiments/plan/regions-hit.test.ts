// Regions as targets of faults: so many of the nodes in one, in specs, scenario files and runs.
import { describe, expect, test } from "vitest"
import * as bundled from "../../../algorithms/registry.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { remembered } from "../../../lib/remembered.ts"
import { faultTimeline } from "../../../runtime/faults/fault-timeline.ts"
import { Simulation } from "../../../runtime/simulation/simulation.ts"
import { toScenario } from "../../../scenarios/cell.ts"
import { decodeScenario, encodeScenario } from "../../../scenarios/scenario-file.ts"

// Nodes 0 and 3 are in us-east-1, 1 and 4 in eu-west-1, 2 in ap-northeast-1; clients only in eu-west-2.
const REGIONS = "network: { regions: { nodes: [us-east-1, eu-west-1, ap-northeast-1], clients: [eu-west-2] } }"

function specOf(faults: string, more = `nodes: 5\n${REGIONS}`): string {
  return `question: q\nservice: replicated-log\nalgorithms: [raft]\n${more}\nfaults: [{ ${faults} }]`
}

function parsed(faults: string, more?: string) {
  const experiment = parseExperiment("spec.yaml", specOf(faults, more), bundled)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment
}

function problemsIn(faults: string, more?: string): string {
  const experiment = parseExperiment("spec.yaml", specOf(faults, more), bundled)
  return "problems" in experiment ? experiment.problems.map(({ message }) => message).join("\n") : ""
}

test.each([
  ["crash: { region: us-east-1, at: 2s }", { region: "us-east-1", count: 1 }],
  ["crash: { region: eu-west-1, count: 2, at: 2s }", { region: "eu-west-1", count: 2 }],
  ["crash: { region: eu-west-1, count: f, at: 2s }", { region: "eu-west-1", count: 2 }, `f: 2\nnodes: 5\n${REGIONS}`],
  ["pause: { region: us-east-1, nodes: all, at: 2s }", { region: "us-east-1" }],
  ["isolate: { region: us-east-1, nodes: all, at: 2s }", { region: "us-east-1" }],
  ["loss: { region: us-east-1, share: 5%, at: 2s }", { region: "us-east-1", count: 1 }],
  ["crash: { region: us-east-1, when: leader elected, after: 1s }", { region: "us-east-1", count: 1 }],
])("%s", (faults, target, more?: string) => {
  expect(parsed(faults, more).cells[0]!.scenario.faults).toMatchObject([{ target }])
})

describe("swept:", () => {
  const targets = (faults: string, more?: string) =>
    parsed(faults, more).cells.map(({ id, scenario }) => [
      id,
      ...scenario.faults.map(fault => ("target" in fault ? fault.target : undefined)),
    ])

  test("regions and counts", () => {
    expect(targets("crash: { region: [us-east-1, eu-west-1], at: 2s }")).toEqual([
      ["raft/region=us-east-1", { region: "us-east-1", count: 1 }],
      ["raft/region=eu-west-1", { region: "eu-west-1", count: 1 }],
    ])
    expect(targets("crash: { region: us-east-1, count: 0..2, at: 2s }")).toEqual([
      ["raft/crashes=0"],
      ["raft/crashes=1", { region: "us-east-1", count: 1 }],
      ["raft/crashes=2", { region: "us-east-1", count: 2 }],
    ])
  })

  test("placements and sizes, where no node need be in the region", () => {
    const placements = "nodes: 3\nsweep: { regions: { near: [eu-west-1, eu-west-2], far: [eu-west-1, us-east-1] } }"
    expect(targets("crash: { region: us-east-1, at: 2s }", placements)).toEqual([
      ["raft/regions=near"],
      ["raft/regions=far", { region: "us-east-1", count: 1 }],
    ])
    expect(targets("crash: { region: ap-northeast-1, at: 2s }", `sweep: { nodes: [2, 3] }\n${REGIONS}`)).toEqual([
      ["raft/nodes=2"],
      ["raft/nodes=3", { region: "ap-northeast-1", count: 1 }],
    ])
  })
})

test.each([
  [
    "crash: { region: us-east-2, at: 2s }",
    'found "us-east-2", expected one with nodes: us-east-1, eu-west-1, ap-northeast-1; did you mean us-east-1?',
  ],
  // Clients are there, but no node.
  ["crash: { region: eu-west-2, at: 2s }", 'found "eu-west-2", expected one with nodes'],
  ["crash: { region: us-east-1, count: 3, at: 2s }", "3 of 2 nodes in us-east-1 with n = 5; expected 0 to 2"],
  [
    "crash: { region: us-east-1, leader: true, at: 2s }",
    "can be combined with count (a number of its nodes) or nodes: all only",
  ],
  [
    "crash: { region: us-east-1, nodes: [0], at: 2s }",
    "can be combined with count (a number of its nodes) or nodes: all only",
  ],
  ["cut: { links: [[0, 1]], region: us-east-1, at: 2s }", "does not go with count, nodes, leader, office or region"],
  ["crash: { region: 3, at: 2s }", "expected the name of a region such as us-east-1, or a list of them"],
  ["crash: { region: us-east-1, at: 2s }", "expected no region: the nodes are in none", "nodes: 5"],
])("%s: %s", (faults, message, more?: string) => {
  expect(problemsIn(faults, more)).toContain(message)
})

test("a scenario file keeps a region, and nodes drawn from one", () => {
  const { scenario } = parsed("crash: { region: us-east-1, at: 2s }").cells[0]!
  const written = encodeScenario({ scenario, seed: 1 }, bundled)
  expect(written).toMatchObject({ faults: [{ kind: "crash", target: { region: "us-east-1", count: 1 } }] })
  expect(decodeScenario(written, bundled)).toEqual({ scenario, seed: 1 })
  const drawn = { scenario: { ...scenario, faults: faultTimeline(scenario, 1) }, seed: 1 }
  expect(decodeScenario(encodeScenario(drawn, bundled), bundled)).toEqual(drawn)
})

describe("the nodes that are hit", () => {
  const scenarioOf = remembered((faults: string) => parsed(faults).cells[0]!.scenario)
  const hit = (faults: string, seed: number): readonly number[] =>
    faultTimeline(scenarioOf(faults), seed).flatMap(fault =>
      "target" in fault && fault.target !== undefined && "nodes" in fault.target ? fault.target.nodes : [],
    )

  test("are drawn from the region's, each as often", () => {
    const drawn = Array.from({ length: 400 }, (_, seed) => hit("crash: { region: us-east-1, at: 2s }", seed))
    expect(new Set(drawn.map(String))).toEqual(new Set(["0", "3"]))
    // Ten standard deviations would be 100.
    expect(Math.abs(drawn.filter(([node]) => node === 0).length - 200)).toBeLessThan(60)
    expect(hit("crash: { region: eu-west-1, count: 2, at: 2s }", 1).toSorted((a, b) => a - b)).toEqual([1, 4])
    expect(hit("crash: { region: eu-west-1, nodes: all, at: 2s }", 1)).toEqual([1, 4])
  })

  test("are drawn anew at each strike, and renewed each by itself", () => {
    const again = hit("crash: { region: us-east-1, every: 200ms, for: 100ms, at: 2s }", 1)
    expect(new Set(again)).toEqual(new Set([0, 3]))
    const renewed = hit("crash: { region: eu-west-1, nodes: all, mtbf: 1s, mttr: 1s }", 1)
    expect(new Set(renewed)).toEqual(new Set([1, 4]))
  })

  test.each([
    ["crash: { region: us-east-1, at: 2s, for: 1s }", /^crash of node [03] \(us-east-1\)$/],
    ["isolate: { region: eu-west-1, nodes: all, at: 2s, for: 1s }", /^isolation of nodes 1, 4 \(eu-west-1\)$/],
    ["crash: { region: us-east-1, when: leader elected, after: 1s }", /^crash of node [03] \(us-east-1\)$/],
  ])("%s is told in traces with the region", (faults, words) => {
    const told: string[] = []
    const { scenario } = parsed(faults).cells[0]!
    const simulation = new Simulation(toScenario(scenario, bundled), 1, {
      observer(event) {
        if (event.type === "fault" && event.phase === "begins") told.push(event.what)
      },
    })
    simulation.run()
    expect(told[0]).toMatch(words)
  })
})
