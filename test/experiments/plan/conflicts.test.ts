// Parameters that do not go with each other, or with the number of nodes, are refused where they are written.
import { describe, expect, test } from "vitest"
import { multiPaxos } from "../../../algorithms/multi-paxos/multi-paxos.ts"
import * as registry from "../../../algorithms/registry.ts"
import { formatProblem, parseExperiment } from "../../../experiments/plan/spec.ts"
import { isBeyondClaims } from "../../../runtime/scenario/claims.ts"
import { decodeScenario } from "../../../scenarios/scenario-file.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { scenarioOf } from "../../support/service-run.ts"

function problemsIn(text: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", `question: q\n${text}`, registry)
  return "problems" in experiment
    ? experiment.problems.map(problem => formatProblem(problem).replace("spec.yaml:", ""))
    : []
}

const DISJOINT =
  "quorums of 2 in phase 1 and 3 in phase 2 need not meet with 5 nodes: two values may be chosen; " +
  "expected q1 + q2 > 5, or allowDisjointQuorums: true"

test("settings that are out of range are refused once, without asking the service whether they go together", () => {
  const section = "service: mutual-exclusion\nalgorithms: [maekawa]\nnodes: 4\nnetwork: { latency: 0ms }"
  expect(problemsIn(`${section}\nworkload: { poll: 0.5d }`)).toEqual([
    '6:19: workload.poll: found "0.5d" (d = 0s here), expected a duration such as 150ms, 2s, 500us or 3d (d = one link delay), at least 1us',
  ])
})

test("links without delay are no problem of workloads: their defaults that follow the delay are at least 1 us", () => {
  for (const { name, serves } of Object.values(registry.algorithms))
    for (const service of serves) {
      const found = problemsIn(`service: ${service.name}\nalgorithms: [${name}]\nnodes: 4\nnetwork: { latency: 0ms }`)
      expect(
        found.filter(problem => problem.includes("workload.")),
        `${name} in ${service.name}`,
      ).toEqual([])
    }
})

describe("quorums of two phases of Paxos that do not meet", () => {
  test("are refused in the parameters of all algorithms, of one, and in a sweep", () => {
    expect(problemsIn("nodes: 5\nalgorithms: [paxos]\nparameters: { phase1Quorum: 2, phase2Quorum: 3 }")).toEqual([
      `4:46: parameters.phase2Quorum: ${DISJOINT} (Paxos)`,
    ])
    const own = "{ use: multi-paxos, parameters: { phase1Quorum: 2, phase2Quorum: 3 } }"
    expect(problemsIn(`nodes: 5\nalgorithms: [raft, ${own}]`)).toEqual([
      `3:85: algorithms[1].parameters.phase2Quorum: ${DISJOINT} (Multi-Paxos)`,
    ])
    const swept = "sweep: { parameters.phase2Quorum: [4, 3] }\nparameters: { phase1Quorum: 2 }"
    expect(problemsIn(`nodes: 5\nalgorithms: [multi-paxos]\n${swept}`)).toEqual([
      `4:35: sweep.parameters.phase2Quorum: ${DISJOINT} (Multi-Paxos)`,
    ])
  })

  test("are refused at the numbers of nodes with which they do not meet", () => {
    const sizes = "algorithms: [multi-paxos]\nparameters: { phase1Quorum: 2, phase2Quorum: 3 }"
    expect(problemsIn(`sweep: { nodes: [3, 4] }\n${sizes}`)).toEqual([])
    expect(problemsIn(`sweep: { nodes: [3, 5] }\n${sizes}`)).toEqual([
      `4:46: parameters.phase2Quorum: ${DISJOINT} (Multi-Paxos)`,
    ])
  })

  test("may be had on purpose", () => {
    const parameters = "{ phase1Quorum: 2, phase2Quorum: 3, allowDisjointQuorums: true }"
    expect(problemsIn(`nodes: 5\nalgorithms: [multi-paxos]\nparameters: ${parameters}`)).toEqual([])
  })

  test("are beyond what the algorithm claims, so that no assertion of its is held against it", () => {
    const isBeyond = (parameters: Readonly<Record<string, unknown>>): boolean =>
      isBeyondClaims(scenarioOf(multiPaxos, replicatedLog, { nodes: 5, parameters }))
    const allowed = { allowDisjointQuorums: true }
    expect(isBeyond({ phase1Quorum: 2, phase2Quorum: 3, ...allowed })).toBe(true)
    expect(isBeyond({ phase1Quorum: 3, phase2Quorum: 3, ...allowed })).toBe(false)
    expect(isBeyond({})).toBe(false)
  })

  test("are refused in a scenario file", () => {
    const file = {
      format: "quorate/scenario/v1",
      algorithm: "multi-paxos",
      service: "replicated-log",
      nodes: 5,
      parameters: { phase1Quorum: 2, phase2Quorum: 3 },
      network: { latency: { model: "constant", delay: "1ms" } },
      duration: "1s",
      seed: 1,
    }
    expect(decodeScenario(file, registry)).toEqual({
      problems: [{ path: ["parameters", "phase2Quorum"], message: DISJOINT }],
    })
    expect(decodeScenario({ ...file, nodes: 4 }, registry)).not.toHaveProperty("problems")
  })
})

test("quorums of more nodes than there are", () => {
  expect(problemsIn("nodes: 3\nalgorithms: [paxos]\nparameters: { phase1Quorum: 4 }")).toEqual([
    "4:29: parameters.phase1Quorum: found 4, expected at most the 3 nodes there are (Paxos)",
  ])
})
