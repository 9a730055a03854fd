// Times drawn between two settings: a range that is empty is refused where the spec writes one of its ends.
import { expect, test } from "vitest"
import * as registry from "../../../algorithms/registry.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"

test.each([
  [
    "{ electionTimeoutMin: 2s, electionTimeoutMax: 1s }",
    "electionTimeoutMin: found 2s, expected at most electionTimeoutMax, which is 1s",
  ],
  [
    "{ electionTimeoutMin: 400ms }",
    "electionTimeoutMin: found 400ms, expected at most electionTimeoutMax, which is 300ms",
  ],
  [
    "{ electionTimeoutMax: 100ms }",
    "electionTimeoutMax: found 100ms, expected at least electionTimeoutMin, which is 150ms",
  ],
  ["{ electionTimeoutMin: 1s, electionTimeoutMax: 1s }", undefined],
  ["{ electionTimeoutMin: 1s, electionTimeoutMax: 2s }", undefined],
])("%s", (parameters, problem) => {
  for (const algorithm of ["raft", "multi-paxos"]) {
    const spec = `question: q\nservice: replicated-log\nalgorithms: [${algorithm}]\nnodes: 3\nparameters: ${parameters}\n`
    const found = parseExperiment("spec.yaml", spec, registry)
    expect("problems" in found ? found.problems.map(({ message }) => message) : []).toEqual(
      problem === undefined ? [] : [`parameters.${problem}`],
    )
  }
})
