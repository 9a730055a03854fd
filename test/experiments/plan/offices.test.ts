// Offices in specs and scenario files: faults hit whoever holds one, and a list of them is swept.
import { describe, expect, test } from "vitest"
import * as bundled from "../../../algorithms/registry.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { decodeScenario, encodeScenario } from "../../../scenarios/scenario-file.ts"

const BASE = "question: q\nnodes: 5\nservice: replicated-log\nalgorithms: [chain-replication, raft]\n"

function parsed(faults: string) {
  const experiment = parseExperiment("spec.yaml", `${BASE}faults: [{ ${faults} }]`, bundled)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment
}

function problemsIn(faults: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", `${BASE}faults: [{ ${faults} }]`, bundled)
  return "problems" in experiment ? experiment.problems.map(({ message }) => message) : []
}

test.each([
  ["crash: { office: tail, at: 2s }", [{ target: { office: "tail" } }], []],
  ["isolate: { office: follower, at: 2s }", [], [{ target: { office: "follower" } }]],
  ["loss: { office: head, share: 5%, at: 2s }", [{ target: { office: "head" } }], []],
  // The name of a role stands for its processes.
  ["crash: { office: master, at: 2s }", [{ target: { nodes: [5] } }], []],
])("%s hits nobody where the algorithm has no such office", (faults, ofChain, ofRaft) => {
  const [chain, raft] = parsed(faults).cells
  expect(chain!.scenario.faults).toMatchObject(ofChain)
  expect(raft!.scenario.faults).toMatchObject(ofRaft)
})

describe("a list of offices", () => {
  const faults = "crash: { office: [head, tail, master, leader], at: 2s }"

  test("is swept, and each algorithm run with its own", () => {
    const { cells } = parsed(faults)
    expect(cells.map(({ id }) => id)).toEqual([
      "chain-replication/office=head",
      "chain-replication/office=tail",
      "chain-replication/office=master",
      "raft/office=leader",
    ])
    expect(cells.flatMap(({ scenario }) => scenario.faults)).toMatchObject([
      { target: { office: "head" } },
      { target: { office: "tail" } },
      { target: { nodes: [5] } },
      { target: { office: "leader" } },
    ])
  })

  test("has an algorithm run under the word of its paper, once for each office", () => {
    const offices = (listed: string): readonly string[] => {
      const algorithms = "algorithms: [primary-backup, viewstamped-replication, raft, active-replication]"
      const text = `question: q\nnodes: 5\nservice: replicated-log\n${algorithms}\nfaults: [{ crash: { office: [${listed}], at: 2s } }]`
      const experiment = parseExperiment("spec.yaml", text, bundled)
      if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
      return experiment.cells.map(({ id }) => id)
    }
    expect(offices("primary, backup, leader, sequencer, view-service")).toEqual([
      "primary-backup/office=primary",
      "viewstamped-replication/office=primary",
      "primary-backup/office=backup",
      "viewstamped-replication/office=backup",
      "raft/office=leader",
      "active-replication/office=sequencer",
      "primary-backup/office=view-service",
    ])
    expect(offices("follower, front-end 1")).toContain("active-replication/office=front-end-1")
    expect(offices("leader, view-service")).toEqual([
      "primary-backup/office=leader",
      "viewstamped-replication/office=leader",
      "raft/office=leader",
      "active-replication/office=leader",
      "primary-backup/office=view-service",
    ])
  })
})

test.each([
  ["crash: { office: tale, at: 2s }", 'found "tale", expected one of head, middle, tail, leader, follower, master'],
  ["crash: { office: master 1, at: 2s }", 'found "master 1", expected one of head'],
  ["crash: { office: 3, at: 2s }", "expected the name of an office such as tail, or a list of them"],
  ["crash: { office: tail, leader: true, at: 2s }", "expected one of count (a number of random nodes)"],
  ["cut: { links: [[0, 1]], office: tail, at: 2s }", "does not go with count, nodes, leader, office or region"],
])("%s: %s", (faults, message) => {
  expect(problemsIn(faults).join("\n")).toContain(message)
})

test("a scenario file keeps an office as it is", () => {
  const { scenario } = parsed("crash: { office: tail, at: 2s }").cells[0]!
  const written = encodeScenario({ scenario, seed: 1 }, bundled)
  expect(written).toMatchObject({ faults: [{ kind: "crash", target: { office: "tail" } }] })
  expect(decodeScenario(written, bundled)).toEqual({ scenario, seed: 1 })
})
