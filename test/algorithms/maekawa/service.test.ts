/** Maekawa's algorithm under the workload of the `mutual-exclusion` service: cost, safety, liveness, deadlock. */
import { describe, expect, it } from "vitest"
import { maekawa } from "../../../algorithms/maekawa/maekawa.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) => completeRun(maekawa, mutualExclusion, options, seed)

const SIZES = [
  ["plane", 3, 2],
  ["plane", 7, 3],
  ["plane", 13, 4],
  ["plane", 21, 5],
  ["grid", 4, 3],
  ["grid", 9, 5],
  ["grid", 16, 7],
  ["grid", 25, 9],
] as const

it.each(SIZES)("costs one requester 3(K-1) messages an entry, %s of %i nodes, K = %i", (quorums, nodes, k) => {
  const { messages, outcome } = run({ nodes, parameters: { quorums }, workload: { entries: 50, requesters: 1 } })
  expect(outcome.ok).toBe(50)
  expect(messages.protocol).toBe(50 * 3 * (k - 1))
})

it.each(SIZES)("costs at most 5(K-1) under full contention, %s of %i nodes, K = %i", (quorums, nodes, k) => {
  const { messages, outcome } = run({
    nodes,
    parameters: { quorums },
    workload: { entries: 20 * nodes, deadline: "1h" },
    duration: "10s",
  })
  expect(outcome.ok).toBe(20 * nodes)
  expect(messages.protocol).toBeGreaterThanOrEqual(20 * nodes * 3 * (k - 1))
  expect(messages.protocol).toBeLessThanOrEqual(20 * nodes * 5 * (k - 1))
})

it("is safe, live and free of starvation on networks that delay, reorder and duplicate, with quorums of either kind", () => {
  for (let seed = 1; seed <= randomRuns(2_000); seed++) {
    expect(SAFETY_RUNS["maekawa"]!(seed), `npm run soak -- --only maekawa --replay ${seed}`).toEqual([])
  }
})

describe("what it does not survive", () => {
  it.each(["plane", "grid"])("full contention on a %s without yielding: a deadlock, and nothing unsafe", quorums => {
    const { outcome } = run({ nodes: 7, parameters: { quorums, yielding: false }, workload: { deadline: "100ms" } })
    expect(outcome.outages.at(-1)!.end).toBe(1_000_000)
    expect(violations(outcome)).toEqual([])
  })

  it("the crash of an idle node: soon all wait", () => {
    const { outcome } = run({
      nodes: 7,
      workload: { requesters: 6, deadline: "100ms" },
      faults: [{ kind: "crash", target: { nodes: [6] }, at: 1_000_000 }],
      duration: "3s",
    })
    expect(outcome.outages[0]!.cause).toContain("crash of node 6")
    expect(outcome.outages.at(-1)!.end).toBe(3_000_000)
    expect(violations(outcome)).toEqual([])
  })
})
