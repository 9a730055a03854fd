/** Suzuki-Kasami under the workload of the `mutual-exclusion` service: cost, delays, safety, liveness. */
import { describe, expect, it } from "vitest"
import { suzukiKasami } from "../../../algorithms/suzuki-kasami/suzuki-kasami.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, type ServiceRunOptions, violations } from "../../support/service-run.ts"

const run = (options: ServiceRunOptions, seed?: number) => completeRun(suzukiKasami, mutualExclusion, options, seed)

it.each([3, 5, 7, 9])("costs exactly n messages an entry under full contention, n = %i", nodes => {
  const { messages, messagesByType, outcome } = run({ nodes, workload: { entries: 200 } })
  expect(outcome.ok).toBe(200)
  // Node 0 has the token when it all begins: its first entry is free.
  expect(messagesByType).toEqual({ Request: 199 * (nodes - 1), Privilege: 199 })
  expect(messages).toEqual({ protocol: 199 * nodes, heartbeat: 0, retransmission: 0, client: 0 })
})

it("costs nothing if always the same node enters", () => {
  const { messages, outcome } = run({ nodes: 5, workload: { entries: 50, requesters: 1 } })
  expect([outcome.ok, messages.protocol]).toEqual([50, 0])
})

it.each(["1ms", "10ms", "100ms"])("hands over in d, d = %s", latency => {
  const { outcome } = run({
    nodes: 5,
    latency,
    workload: { hold: "300ms", entries: 40, deadline: "1h" },
    duration: "1min",
  })
  expect(outcome.ok).toBe(40)
  expect(outcome.figures["synchronisation_delay"]).toBe(Number.parseInt(latency, 10))
  expect(outcome.figures["longest_synchronisation_delay"]).toBe(Number.parseInt(latency, 10))
})

it("is safe, live and free of starvation on networks that delay, reorder and duplicate", () => {
  for (let seed = 1; seed <= randomRuns(1_000); seed++) {
    expect(SAFETY_RUNS["suzuki-kasami"]!(seed), `npm run soak -- --only suzuki-kasami --replay ${seed}`).toEqual([])
  }
})

describe("crashes", () => {
  const crash = (node: number) => [{ kind: "crash", target: { nodes: [node] }, at: 1_000_000 }] as const

  it("of an idle node without the token: nobody notices", () => {
    const { outcome } = run({ nodes: 5, workload: { requesters: 4 }, faults: crash(4), duration: "3s" })
    expect(outcome.availability).toBe(1)
    expect(outcome.outages).toEqual([])
  })

  it("of a node while all want in: the token ends with it, and nobody is granted any more", () => {
    const { outcome } = run({ nodes: 5, workload: { deadline: "100ms" }, faults: crash(4), duration: "3s" })
    expect(outcome.outages).toHaveLength(1)
    expect(outcome.outages[0]!.cause).toContain("crash of node 4")
    expect(outcome.outages[0]!.end).toBe(3_000_000)
    expect(violations(outcome)).toEqual([])
  })
})

it("writes when a node boots for the first time, and never again", () => {
  const crash = { kind: "crash", target: { nodes: [2] }, at: 100_000, for: 50_000 } as const
  const workload = { requesters: 2, entries: 9 }
  expect(run({ nodes: 3, workload, faults: [crash], duration: "1s" }).diskSyncs).toBe(3)
})
