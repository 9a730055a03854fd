// All that is wrong with a spec is said at once: values that cannot be read keep nothing else from being judged.
import { expect, test } from "vitest"
import * as bundled from "../../../algorithms/registry.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"

function problemsIn(text: string): readonly string[] {
  const experiment = parseExperiment("spec.yaml", text, bundled)
  return "problems" in experiment ? experiment.problems.map(({ line, message }) => `${line}: ${message}`) : []
}

test("nine mistakes of all kinds are nine problems", () => {
  const found = problemsIn(`question: Mistakes
algorithms: [raft]
nodes: 3
workload: { ratee: 3/s }
parameters: { electionTimeoutMn: 1s }
faults:
  - crash: { region: us-east-1, at: 5s }
  - crash: { nodes: [7], at: 5s }
  - crash: { office: tale, at: 5s }
  - crash: { count: 9, at: 5s }
charts: [availability-by-nods]
answer: [the best of all]
warmup: 20s
duration: 10s
`)
  const places = found
    .map(message => message.split(": ").slice(0, 2).join(": "))
    .toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }))
  expect(places).toEqual([
    "4: workload.ratee",
    "5: parameters.electionTimeoutMn",
    "7: faults[0].crash.region",
    "8: faults[1].crash.nodes[0]",
    "9: faults[2].crash.office",
    "10: faults[3].crash.count",
    "11: charts[0]",
    "12: answer[0]",
    "13: warmup",
  ])
})

const SPEC = "question: q\nalgorithms: [raft]\nservice: replicated-log\n"

test.each([
  [
    "a fault that may be swept",
    "nodes: 3\nfaults: [{ crash: { count: 0..1, at: soon } }]\ncharts: [availability-by-crashes]",
  ],
  ["the number of nodes", "nodes: few\nfaults: [{ crash: { nodes: [2], at: 5s } }]\ncharts: [availability-by-nodes]"],
  ["a time beside another that it goes with", "nodes: 3\nwarmup: 20s\nduration: long"],
  [
    "a parameter beside another that it goes with",
    "nodes: 3\nparameters: { electionTimeoutMin: soon, electionTimeoutMax: 10ms }",
  ],
  ["the question", "question: 3\nnodes: 3\nalgorithms: [raft]", ""],
])("what may come from %s, which cannot be read, is not told", (_, rest, before = SPEC) => {
  expect(problemsIn(before + rest)).toHaveLength(1)
})
