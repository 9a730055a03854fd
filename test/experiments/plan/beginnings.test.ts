// Who leads from the beginning, and with which logs, as a spec writes it; and what shrinking makes of it.
import { describe, expect, test } from "vitest"
import { bully } from "../../../algorithms/bully/bully.ts"
import { raft } from "../../../algorithms/raft/raft.ts"
import * as registry from "../../../algorithms/registry.ts"
import { formatLog, parseLog } from "../../../scenarios/logs.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { withoutNode } from "../../../debugger/shrink/fault-list.ts"
import { shrink } from "../../../debugger/shrink/shrink.ts"
import type { Algorithm } from "../../../runtime/contract/algorithm.ts"
import { leaderElection } from "../../../services/leader-election/service.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { scenarioOf } from "../../support/service-run.ts"

const BASE = "question: q\nnodes: 3\nalgorithms: "

function experimentOf(text: string) {
  const experiment = parseExperiment("spec.yaml", text, registry)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  return experiment
}

function problemsIn(text: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", text, registry)
  return "problems" in experiment
    ? experiment.problems.map(problem => formatProblem(problem).replace("spec.yaml:", ""))
    : []
}

describe("a spec", () => {
  const scenarioIn = (text: string) => experimentOf(`${BASE}${text}`).cells[0]!.scenario

  test("says who leads, by number or by formula, and nothing else changes", () => {
    const { leader, ...rest } = scenarioIn("[bully]\nleader: 1")
    expect(leader).toBe(1)
    expect(rest).toEqual(scenarioIn("[bully]"))
    expect(scenarioIn("[bully]\nleader: n-1")).toMatchObject({ leader: 2 })
  })

  test("says what the logs hold: of nodes by number, and of all others", () => {
    expect(scenarioIn("[raft]\ninitial: { 0: [1, 1, 2], 2: [1x3] }").initial).toEqual([[1, 1, 2], [], [1, 1, 1]])
    expect(scenarioIn("[multi-paxos]\ninitial: { all: [1x2, 4], 1: [] }").initial).toEqual([[1, 1, 4], [], [1, 1, 4]])
  })

  test("places the leader in a region, in each of several, and has settings follow it", () => {
    const regions = "network: { regions: { nodes: [eu-west-1, us-east-1] } }"
    expect(scenarioIn(`[bully]\n${regions}\nleader: us-east-1`)).toMatchObject({ leader: 1 })
    const { cells, dimensions } = experimentOf(
      `${BASE}[raft]\n${regions}\nparameters: { preferredLeader: leader }\nsweep: { leader: [eu-west-1, us-east-1, 2] }`,
    )
    expect(dimensions).toEqual([{ name: "leader", title: "Leader at the beginning", unit: "" }])
    expect(
      cells.map(({ id, scenario: { leader, parameters } }) => [id, leader, parameters["preferredLeader"]]),
    ).toEqual([
      ["raft/leader=eu-west-1", 0, 0],
      ["raft/leader=us-east-1", 1, 1],
      ["raft/leader=2", 2, 2],
    ])
    expect(problemsIn(`${BASE}[raft]\n${regions}\nsweep: { leader: [eu-west-2] }`)).toEqual([
      '5:18: sweep.leader: found "eu-west-2", expected a count such as 5, f+1 or n-1, or a region with a node: eu-west-1, us-east-1; did you mean eu-west-1?',
    ])
  })

  test("whose algorithms could all begin so is fit for comparison; one that could not is named", () => {
    expect(experimentOf(`${BASE}[raft, multi-paxos]\nleader: 0\ninitial: { all: [1x9] }`).cells.length).toBe(2)
    expect(problemsIn(`${BASE}[raft, bully]\ninitial: { all: [1] }\nservice: leader-election`)).toEqual([
      "4:10: initial: bully keeps no log",
    ])
  })

  test.each([
    ["[ricart-agrawala]\nleader: 0", "4:9: leader: ricart-agrawala has no leaders, or cannot begin with one"],
    // YAML's way to write 5 with base 16, and no five entries.
    ["[raft]\ninitial: { all: [0x5] }", "4:18: found 0x5: numbers are decimal here"],
    ["[raft]\nleader: 0o1", "4:9: found 0o1: numbers are decimal here"],
    ["[raft]\nleader: 3", "4:9: leader: found node 3, but with n = 3 nodes are 0 to 2"],
    ["[raft]\nleader: f", '4:9: leader: found "f", but f is not given; sweep it or say f: 2'],
    ["[raft]\nleader: me", '4:9: leader: found "me", expected a count such as 5, f+1 or n-1'],
    ["[raft]\ninitial: { 3: [1] }", '4:15: initial.3: found "3", expected a node from 0 to 2, or all'],
    [
      "[raft]\ninitial: { 0: [1, 0] }",
      "4:19: initial.0[1]: found 0, expected the epoch of an entry, an integer from 1 to 999999999, or a run of them such as 1x500",
    ],
    [
      "[raft]\ninitial: { 0: [1x100001] }",
      '4:15: initial.0: found ["1x100001"], expected a list of epochs such as [1, 1, 2] or [1x500, 2], of at most 100000 entries',
    ],
    ["[raft]\ninitial: { 0: [2, 1] }", "4:10: initial: the terms in the log of node 0 fall; they never do"],
    [
      "[raft]\nleader: 0\ninitial: { all: [1], 0: [] }",
      "4:9: leader: the log of node 0 is behind those of a majority, which would not have elected it (§5.4.1)",
    ],
  ])("%j is refused", (text, problem) => {
    expect(problemsIn(`${BASE}${text}`)).toEqual([problem])
  })
})

test.each([[[]], [[1]], [[1, 1, 2, 1]], [[3, 3, 3, 3]]])("a log is read as it is written: %j", log => {
  expect(parseLog(formatLog(log))).toEqual(log)
})

describe("shrinking", () => {
  test("moves the leader and the logs with the nodes, and drops a leader that is left out", () => {
    const scenario = scenarioOf(raft, replicatedLog, { nodes: 4, leader: 2, initial: [[1], [2], [3], [4]] })
    expect(withoutNode(scenario, 1)).toMatchObject({ nodes: 3, leader: 1, initial: [[1], [3], [4]] })
    expect(withoutNode(scenario, 3)).toMatchObject({ nodes: 3, leader: 2, initial: [[1], [2], [3]] })
    expect(withoutNode(scenario, 2)).not.toHaveProperty("leader")
  })

  test("keeps a beginning that matters, and leaves out one that does not", () => {
    // Nodes that begin under a leader believe in the next one, which never led.
    const misled: Algorithm = {
      ...bully,
      begins: {
        start: (node, leader) => node.report({ type: "believes", leader: (leader + 1) % node.size, epoch: 1 } as never),
      },
    }
    const kept = shrink(scenarioOf(misled, leaderElection, { nodes: 5, leader: 3, duration: "2s", warmup: "1s" }), 1)!
    expect(kept.symptom.name).toBe("leader-claimed")
    expect(kept.scenario.leader).toBeDefined()
    // Whoever returns from a crash breaks.
    const broken: Algorithm = {
      ...bully,
      start(node) {
        if ((node.disk as { election: unknown }).election !== null) throw new Error("broken")
        bully.start(node as never)
      },
    }
    const crash = { kind: "crash", target: { nodes: [2] }, at: 500_000, for: 1_000 } as const
    const options = { nodes: 5, leader: 3, faults: [crash], duration: "2s" }
    const dropped = shrink(scenarioOf(broken, leaderElection, options), 1, "broken")!
    expect(dropped.scenario).not.toHaveProperty("leader")
  })

  test("shortens logs as far as the run can still begin", () => {
    const log = Array.from({ length: 64 }, () => 1)
    const needy: Algorithm = {
      ...raft,
      timeout: { ...raft.timeout, heartbeat: node => { if ((node.disk as { log: unknown[] }).log.length > 10) throw new Error("too long") } }, // biome-ignore format: one line
    }
    const options = { nodes: 3, leader: 0, initial: [log, log, []], duration: "1s", workload: { operations: 1 } }
    const { scenario } = shrink(scenarioOf(needy, replicatedLog, options), 1, "too long")!
    expect(scenario.initial!.every(({ length }) => length <= 20)).toBe(true)
  })
})
