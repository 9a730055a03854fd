/** Lease leadership under the workloads of its services: safety within its bounds, costs, and what breaks beyond them. */
import { describe, expect, it } from "vitest"
import { leaseLeadership } from "../../../algorithms/lease-leadership/lease-leadership.ts"
import { isBeyondClaims } from "../../../runtime/scenario/claims.ts"
import type { Fault } from "../../../runtime/scenario/scenario.ts"
import { mutualExclusion } from "../../../services/mutual-exclusion/service.ts"
import { randomRuns } from "../../support/mutation-run.ts"
import { SAFETY_RUNS } from "../../support/safety.ts"
import { completeRun, scenarioOf, type ServiceRunOptions, violations } from "../../support/service-run.ts"
import { troubledContenders } from "./random-faults.ts"

const run = (options: ServiceRunOptions, seed?: number) => completeRun(leaseLeadership, mutualExclusion, options, seed)

/** The checks that some of the first seeds violate. */
function violatedIn(seeds: number, optionsOf: (seed: number) => ServiceRunOptions): ReadonlySet<string> {
  const violated = new Set<string>()
  for (let seed = 1; seed <= seeds; seed++) {
    for (const violation of violations(run(optionsOf(seed), seed))) violated.add(violation.split(":")[0]!)
  }
  return violated
}

const withParameters = (options: ServiceRunOptions, parameters: object): ServiceRunOptions => ({
  ...options,
  parameters: { ...options.parameters, ...parameters },
})

describe("costs", () => {
  it.each([3, 5, 7, 9])("4 messages an entry alone and 3n+1 under full contention, n = %i", nodes => {
    const alone = run({ nodes, workload: { requesters: 1, entries: 100 } })
    expect(alone.messages).toMatchObject({ protocol: 400, heartbeat: 0, retransmission: 0 })
    const entries = 300
    const { messages, outcome } = run({
      nodes,
      workload: { hold: "30ms", deadline: "1h", entries },
      duration: "60s",
    })
    expect(outcome.ok).toBe(entries)
    // Of the last n-1 releases fewer and fewer are notified: n-2, n-3, ..., 0.
    const missing = ((nodes - 1) * nodes) / 2
    expect(messages.protocol).toBe((3 * nodes + 1) * entries - 3 * missing)
    expect([messages.heartbeat, messages.retransmission]).toEqual([0, 0])
  })

  it.each(["1ms", "10ms", "100ms"])("2d to enter, 4d from one stay to the next, d = %s", latency => {
    const d = Number.parseInt(latency, 10)
    const alone = run({ nodes: 5, latency, workload: { requesters: 1, think: "1s", entries: 3 }, duration: "10s" })
    expect(alone.outcome.figures["entry_delay"]).toBe(2 * d)
    // One that wants the lease back at once has to wait until the store has taken it.
    const again = run({ nodes: 5, latency, workload: { requesters: 1, entries: 9 }, duration: "10s" })
    expect(again.outcome.latency.percentile(0.5)).toBe(4_000 * d)
    const { outcome } = run({
      nodes: 5,
      latency,
      workload: { hold: "500ms", entries: 40, deadline: "1h" },
      duration: "1min",
    })
    expect(outcome.figures["synchronisation_delay"]).toBe(4 * d)
    expect(outcome.figures["longest_synchronisation_delay"]).toBe(4 * d)
  })

  it("is fair on links that are alike: those that watch try in the order in which they are notified", () => {
    const { outcome } = run({ nodes: 5, workload: { hold: "30ms", deadline: "1h" }, duration: "60s" })
    expect(outcome.figures["fairness"]).toBeGreaterThan(0.999)
    expect(outcome.figures["most_overtaken"]).toBeLessThanOrEqual(5)
  })
})

describe("never two holders, while drift is within the declared bound, and served in the end:", () => {
  it.each(["lease-leadership", "lease-leadership/crashes", "lease-leadership/election"])("%s", name => {
    for (let seed = 1; seed <= randomRuns(500); seed++) {
      expect(SAFETY_RUNS[name]!(seed), `npm run soak -- --only ${name} --replay ${seed}`).toEqual([])
    }
  })
})

it("a holder that cannot renew leaves before its client is done, who stops at once and asks anew", () => {
  const { outcome, messagesByType } = run({
    nodes: 2,
    latency: "1ms",
    parameters: { lease: "100ms", renewInterval: "30ms", maxDrift: "0%", watchTimeout: "50ms" },
    workload: { hold: "150ms", requesters: 1, think: "10ms", entries: 3, deadline: "1h" },
    faults: [{ kind: "cut", links: [[0, 2]], at: 40_000, for: 200_000 }],
    duration: "2s",
  })
  expect(violations(outcome)).toEqual([])
  expect([outcome.ok, outcome.figures["entries"]]).toEqual([3, 3])
  // The first of its three leases was not given back: it expired.
  expect(messagesByType["Release"]).toBe(2)
})

describe("drift beyond the declared bound", () => {
  const beyond = (seed: number) => withParameters(troubledContenders(seed, 3), { writes: true, lockDelay: "0ms" })

  it("has two holders; a fenced resource still takes no stale write", () => {
    expect(violatedIn(120, seed => withParameters(beyond(seed), { fencing: true }))).toEqual(
      new Set(["mutual-exclusion"]),
    )
  })

  it("has stale writes without fencing", () => {
    const violated = violatedIn(120, seed => withParameters(beyond(seed), { fencing: false }))
    expect(violated).toEqual(new Set(["mutual-exclusion", "no-stale-writes"]))
  })
})

describe("a paused holder that comes back and writes", () => {
  /** Node 0 enters at 2 ms, for 50 ms; it is paused in there, for longer than its lease lasts, while node 1 is in and out. */
  const paused = (parameters: object): ServiceRunOptions => ({
    nodes: 2,
    latency: "1ms",
    parameters: { lease: "100ms", renewInterval: "30ms", maxDrift: "0%", writes: true, ...parameters },
    workload: { hold: "50ms", deadline: "1h", entries: 2 },
    faults: [{ kind: "pause", target: { nodes: [0] }, at: 40_000, for: 300_000 }],
    duration: "1s",
  })

  it.each([
    [
      "trusts its lock, without fencing: a stale write is taken",
      { checksLease: false, fencing: false },
      ["no-stale-writes"],
    ],
    ["trusts its lock: fencing refuses the write", { checksLease: false, fencing: true }, []],
    ["looks at its clock first: it does not write", { checksLease: true, fencing: false }, []],
  ])("%s", (_, parameters, expected) => {
    const { outcome, messagesByType } = run(paused(parameters))
    expect(violations(outcome).map(violation => violation.split(":")[0])).toEqual(expected)
    expect(messagesByType["Rejected"]).toBe(!parameters.checksLease && parameters.fencing ? 1 : 0)
    expect(messagesByType["Write"]).toBe(parameters.checksLease ? 1 : 2)
  })

  it("no clock helps against a write that is late: pauses and delays have stale writes, and fencing none", () => {
    const within = (seed: number) =>
      withParameters(troubledContenders(seed), { writes: true, checksLease: true, lockDelay: "0ms" })
    const late = (seed: number): ServiceRunOptions => {
      const options = within(seed)
      const slow: Fault = { kind: "delay", links: [[0, options.nodes + 1]], by: 400_000, at: 0, for: 3_000_000 }
      return { ...options, faults: [...(options.faults ?? []), slow] }
    }
    expect(violatedIn(40, seed => withParameters(late(seed), { fencing: false }))).toEqual(new Set(["no-stale-writes"]))
    expect(violatedIn(40, seed => withParameters(late(seed), { fencing: true }))).toEqual(new Set())
  })

  it("writes without fencing are beyond what it claims, as is a store that forgets, and nothing else", () => {
    const isBeyond = (parameters: Readonly<Record<string, unknown>>): boolean =>
      isBeyondClaims(scenarioOf(leaseLeadership, mutualExclusion, { nodes: 3, parameters }))
    expect([{ writes: true, fencing: false }, { durable: false }].map(isBeyond)).toEqual([true, true])
    expect([{}, { writes: true }, { fencing: false }, { writes: true, checksLease: false }].map(isBeyond)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})

describe("the store", () => {
  const outage = (durable: boolean, seconds: number): ServiceRunOptions => ({
    nodes: 4,
    latency: "1ms",
    parameters: { durable, watchTimeout: "500ms" },
    workload: { hold: "20ms", think: "50ms", deadline: "300ms" },
    faults: [{ kind: "crash", target: { nodes: [4] }, at: 1_000_000, for: seconds * 1_000_000 }],
    duration: "6s",
  })

  it("that is down has nobody served, and all of them again once it is back", () => {
    const { outcome } = run(outage(true, 2))
    expect(violations(outcome)).toEqual([])
    expect(outcome.outages).toHaveLength(1)
    const [{ start, end, cause }] = outcome.outages as [(typeof outcome.outages)[0]]
    expect(cause).toContain("crash of store")
    expect([start > 700_000, end > 3_000_000, end < 3_700_000]).toEqual([true, true, true])
    expect(outcome.phases!.after).toBeGreaterThan(0.9)
  })

  it("that forgets its leases as it restarts has two holders, and fencing refuses the wrong one", () => {
    const forgetful = (seed: number): ServiceRunOptions => ({
      ...withParameters(outage(false, 0.001), { writes: true }),
      faults: Array.from({ length: 10 }, (_, index): Fault => {
        return { kind: "crash", target: { nodes: [4] }, at: 500_000 * (index + 1) + 1_000 * seed, for: 1_000 }
      }),
    })
    expect(violatedIn(10, forgetful)).toEqual(new Set(["mutual-exclusion", "timestamp-order"]))
    const { messagesByType } = run(forgetful(1))
    expect(messagesByType["Rejected"]).toBeGreaterThan(0)
  })
})
