import { describe, expect, test } from "vitest"
import * as registry from "../../algorithms/registry.ts"
import { type CellSummary, summarize } from "../../analysis/aggregate.ts"
import { toScenario } from "../../scenarios/cell.ts"
import { measure } from "../../scenarios/measure.ts"
import { notesOn } from "../../analysis/notes.ts"
import { planExperiment } from "../../experiments/model/plan.ts"
import { formatProblem, parseExperiment } from "../../experiments/plan/spec.ts"
import { simulate } from "../../runtime/simulation/simulation.ts"

function parsed(text: string) {
  return parseExperiment("spec.yaml", `question: q\n${text}`, registry)
}

/** What is noted of the runs of a spec. */
function notesOf(text: string): readonly string[] {
  const experiment = parsed(text)
  if ("problems" in experiment) throw new Error(experiment.problems.map(formatProblem).join("\n"))
  const plan = planExperiment(experiment)
  const cells = plan.cells.map((cell): CellSummary => {
    const scenario = toScenario(cell.scenario, registry)
    const records = plan.seeds.map(seed => measure(simulate(scenario, seed), scenario))
    const figures = Object.keys(scenario.service.figures)
    return summarize(cell, records, { messageTypes: Object.keys(scenario.algorithm.receive), figures })
  })
  return notesOn(plan, cells)
}

function problemsOf(text: string): readonly string[] {
  const experiment = parsed(text)
  return "problems" in experiment ? experiment.problems.map(formatProblem) : []
}

describe("terms that are not equal", () => {
  test("more requesters than nodes that enter by themselves are refused", () => {
    const lock = "service: mutual-exclusion\nnodes: 5\nrepeat: 1\nworkload: { requesters: 20 }\nalgorithms:"
    expect(problemsOf(`${lock} [raft, ricart-agrawala]`)).toEqual([
      "spec.yaml:5:25: workload.requesters: found 20 requesters, but here the nodes enter the critical section themselves, " +
        "and there are 5 of them; expected at most 5 (0: as many as there are nodes) (Ricart-Agrawala)",
    ])
    expect(problemsOf(`${lock} [raft, multi-paxos]`)).toEqual([])
    const swept =
      "service: mutual-exclusion\nnodes: 5\nsweep: { workload.requesters: [5, 6] }\nalgorithms: [ricart-agrawala]"
    expect(problemsOf(swept)).toHaveLength(1)
    expect(problemsOf(swept)[0]).toContain("spec.yaml:4:31: sweep.workload.requesters: found 6 requesters")
  })

  const decisions = `service: agreement
nodes: 5
network: { latency: 10ms }
workload: { instances: 10, gap: 50ms }
repeat: 2
algorithms:`

  test("decisions that the last node learns of with a heartbeat", () => {
    expect(notesOf(`${decisions} [raft, multi-paxos, paxos, oral-messages]`)).toEqual([
      expect.stringMatching(/^Raft: the last node learns of a decision up to 6\.\d link delays after the first/),
      expect.stringMatching(
        /^Multi-Paxos: the last node learns of a decision up to \d\.\d link delays after the first/,
      ),
    ])
    expect(
      notesOf(`${decisions}
  - { use: raft, parameters: { notifyCommit: true } }
  - { use: multi-paxos, parameters: { learning: broadcast } }`),
    ).toEqual([])
  })

  test("elections asked of whoever leads already", () => {
    const elections = (initiators: string) => `service: leader-election
nodes: 5
duration: 20s
repeat: 2
workload: { interval: 1s, initiators: ${initiators} }
algorithms: [bully, raft]`
    expect(notesOf(elections("lowest"))).toEqual([
      expect.stringMatching(/^Raft: \d+ of 38 requests for an election were made of the node that led and stayed/),
    ])
    expect(notesOf(elections("lowestFollower"))).toEqual([])
  })
})

describe("points that are not what they seem", () => {
  test("a load that the leader cannot carry", () => {
    const load = `service: replicated-log
nodes: 5
network: { latency: 1ms, serviceTime: 100us }
workload: { arrivals: poisson }
sweep: { workload.rate: [800/s, 3000/s] }
warmup: 500ms
duration: 1500ms
repeat: 3
algorithms: [multi-paxos]`
    expect(notesOf(load)).toEqual([
      expect.stringContaining("Multi-Paxos: more arrives than it can carry at rate = 3000/s"),
    ])
  })

  test("a deadline that is too short for the links is not called overload", () => {
    const hurried = (deadline: string) => `service: replicated-log
nodes: 3
network: { latency: 5ms }
workload: { deadline: ${deadline} }
sweep: { workload.rate: [5/s, 10/s] }
warmup: 500ms
duration: 1500ms
repeat: 2
algorithms: [multi-paxos]`
    expect(notesOf(hurried("15ms"))).toEqual([
      "Multi-Paxos: operations fail at all 2 points although nothing is faulty: their deadline is shorter than 10 link delays, " +
        "so that this need not be overload.",
    ])
    expect(notesOf(hurried("50ms"))).toEqual([])
  })

  test("a median over runs that differ by who leads", () => {
    const regions = (leader: string) => `service: replicated-log
nodes: 5
${leader}
network:
  regions:
    data: aws-2020
    nodes: [us-east-1, us-west-2, eu-west-1, ap-northeast-1, ap-southeast-2]
    clients: [us-east-1]
workload: { mode: closed, ask: own, think: 100ms, deadline: 10s }
warmup: 10s
duration: 30s
repeat: 8
algorithms: [raft]`
    expect(notesOf(regions(""))).toEqual([
      expect.stringMatching(/^Raft: here the median latency of a run is anything from \d+\.?\d* to \d+\.?\d* ms/),
    ])
    expect(notesOf(regions("leader: 2"))).toEqual([])
  })

  test("agreement with nobody", () => {
    const lonely = `service: agreement
nodes: 4
workload: { instances: 10, gap: 50ms }
faults: [{ crash: { count: 3, at: 0s } }]
repeat: 2
algorithms: [oral-messages, paxos]`
    expect(notesOf(lonely)).toEqual([
      "Oral messages OM(m); Paxos: 20 instances here had fewer than two loyal nodes up, nobody to agree with, and were not begun.",
    ])
  })
})
