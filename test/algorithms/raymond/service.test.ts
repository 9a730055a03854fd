/** Raymond's tree under the workload of the `mutual-exclusion` service: safety, liveness, and what a crash does. */
import { describe, expect, it } from "vitest"
import { raymond } from "../../../algorithms/raymond/raymond.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) => completeRun(raymond, mutualExclusion, options, seed)

it.each([3, 5, 7, 9])("costs 4(n-1) messages for n entries under full contention, n = %i", nodes => {
  const messagesOf = (rounds: number): number => run({ nodes, workload: { entries: rounds * nodes } }).messages.protocol
  expect(messagesOf(40) - messagesOf(20)).toBe(20 * 4 * (nodes - 1))
})

it("is safe, live and free of starvation on networks that delay, reorder and duplicate, on every tree", () => {
  for (let seed = 1; seed <= randomRuns(1_000); seed++) {
    expect(SAFETY_RUNS["raymond"]!(seed), `npm run soak -- --only raymond --replay ${seed}`).toEqual([])
  }
})

describe("the crash of an idle node", () => {
  const crash = (node: number, tree: string) =>
    run({
      nodes: 5,
      parameters: { tree },
      workload: { requesters: 4, deadline: "100ms" },
      faults: [{ kind: "crash", target: { nodes: [node] }, at: 1_000_000 }],
      duration: "3s",
    })

  it("at the end of a line: nobody notices", () => {
    expect(crash(4, "line").outcome.availability).toBe(1)
  })

  it("at the centre of a star: nobody is granted any more, and nothing unsafe happens", () => {
    const { outcome } = crash(0, "star")
    expect(outcome.outages[0]!.cause).toContain("crash of node 0")
    expect(outcome.outages.at(-1)!.end).toBe(3_000_000)
    expect(violations(outcome)).toEqual([])
  })
})
