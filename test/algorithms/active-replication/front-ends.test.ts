// The number of front ends is a parameter: what their crashes cost, and how specs and scenario files name them.
import { describe, expect, test } from "vitest"
import { activeReplication } from "../../../algorithms/active-replication/active-replication.ts"
import { algorithms, serviceFor, services } from "../../../algorithms/registry.ts"
import { semiActiveReplication } from "../../../algorithms/semi-active-replication/semi-active-replication.ts"
import { parseExperiment } from "../../../experiments/plan/spec.ts"
import type { Algorithm, Shape } from "../../../runtime/contract/algorithm.ts"
import type { Fault } from "../../../runtime/faults/fault.ts"
import { replicatedLog } from "../../../services/replicated-log/service.ts"
import { completeRun, violations } from "../../support/service-run.ts"

const NODES = 3

/** Runs with so many front ends, of which some crash at 2 s, for good. @returns the share of the requests that are answered */
function served<S extends Shape>(algorithm: Algorithm<S>, frontEnds: number, dead: number): number {
  const nodes = Array.from({ length: dead }, (_, k) => NODES + k)
  const crash: Fault = { kind: "crash", target: { nodes }, at: 2_000_000 }
  const { outcome } = completeRun(algorithm, replicatedLog, {
    nodes: NODES,
    parameters: { frontEnds },
    warmup: "1s",
    duration: "5s",
    faults: dead === 0 ? [] : [crash],
  })
  expect(violations(outcome)).toEqual([])
  return outcome.ok / outcome.attempted
}

describe.each([
  ["active replication", (frontEnds: number, dead: number) => served(activeReplication, frontEnds, dead)],
  ["semi-active replication", (frontEnds: number, dead: number) => served(semiActiveReplication, frontEnds, dead)],
] as const)("%s", (_, servedBy) => {
  test.each([1, 2, 3, 5])("serves through %i front ends, as long as one of them is left", frontEnds => {
    expect(servedBy(frontEnds, 0)).toBe(1)
    expect(frontEnds === 1 || servedBy(frontEnds, frontEnds - 1) > 0.95).toBe(true)
    expect(servedBy(frontEnds, frontEnds)).toBeLessThan(0.3)
  })
})

function problemsOf(parameters: string, fault: string, sweep = ""): readonly string[] {
  const text = `question: q\nalgorithms: [active-replication]\nnodes: 3\n${parameters}\n${sweep}\nfaults: [{ ${fault} }]`
  const found = parseExperiment("spec.yaml", text, { algorithms, services, serviceFor })
  return "problems" in found ? found.problems.map(({ message }) => message) : []
}

describe("a spec", () => {
  test("names as many as there are", () => {
    const third = "crash: { nodes: [front-end 2], at: 2s }"
    expect(problemsOf("parameters: { frontEnds: 3 }", third)).toEqual([])
    expect(problemsOf("parameters: { frontEnds: 2 }", third)).not.toEqual([])
    expect(problemsOf("", third)).not.toEqual([])
    expect(problemsOf("parameters: { frontEnds: 0 }", third)).not.toEqual([])
  })

  test("may sweep their number", () => {
    const sweep = "sweep: { parameters.frontEnds: [1, 2, 3] }"
    expect(problemsOf("", "crash: { nodes: [front-end], at: 2s }", sweep)).toEqual([])
  })
})
