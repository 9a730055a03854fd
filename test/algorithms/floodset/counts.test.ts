/** Exact costs of FloodSet: Lynch 1996, §6.2, and the early-deciding variant. */
import { describe, expect, test } from "vitest"
import { floodSet } from "../../../algorithms/floodset/floodset.ts"
import { agreement } from "../../../services/agreement/service.ts"
import { completeRun, violations } from "../../support/service-run.ts"
import { parametersOf, play } from "./schedules.ts"

/** One instance in which everybody proposes, over links of 10 ms: rounds last 11 ms. */
function decide(nodes: number, parameters: Record<string, unknown>, workload: Record<string, unknown> = {}) {
  const run = completeRun(floodSet, agreement, {
    nodes,
    latency: "10ms",
    parameters,
    workload: { proposers: nodes, proposal: "different", ...workload },
  })
  expect(violations(run)).toEqual([])
  expect(run.outcome.ok).toBe(1)
  return run
}

describe("plain: (f+1) n (n-1) messages, f + 1 rounds", () => {
  test.each([
    [3, 1, 12],
    [5, 2, 60],
    [7, 3, 168],
    [9, 4, 360],
  ])("n = %i, f = %i: %i", (nodes, f, messages) => {
    const run = decide(nodes, {})
    expect(run.messages).toEqual({ protocol: messages, heartbeat: 0, retransmission: 0, client: 0 })
    expect(run.messagesByType).toEqual({ Flood: messages })
    expect(run.outcome.figures["first_decision"]).toBe((f + 1) * 11)
    expect(run.outcome.figures["last_decision"]).toBe((f + 1) * 11)
  })

  test.each([
    ["all-but-one", 5, 5],
    ["0", 5, 1],
    ["3", 5, 4],
  ])("f: %s takes %i processes %i rounds", (f, nodes, rounds) => {
    expect(decide(nodes, { f }).messages.protocol).toBe(rounds * nodes * (nodes - 1))
  })
})

describe("optimised: 2n(n-1) messages at most", () => {
  test.each([
    [3, 12],
    [5, 40],
    [7, 84],
    [9, 144],
  ])("n = %i: %i where inputs differ, half where they do not", (nodes, most) => {
    expect(decide(nodes, { variant: "optimised" }).messages.protocol).toBe(most)
    expect(decide(nodes, { variant: "optimised" }, { proposal: "same" }).messages.protocol).toBe(most / 2)
  })
})

describe("early deciding", () => {
  test.each([3, 5, 7, 9])("n = %i without a crash: 2 rounds, 2n(n-1) messages", nodes => {
    const run = decide(nodes, { variant: "early", f: "all-but-one" })
    expect(run.messages.protocol).toBe(2 * nodes * (nodes - 1))
    expect(run.outcome.figures["last_decision"]).toBe(22)
  })

  test.each([
    [5, 48],
    [7, 108],
  ])("n = %i, one silent from round 1 on: 3 rounds, 3(n-1)^2 = %i messages", (n, messages) => {
    const inputs = Array.from({ length: n }, (_, id) => id % 2)
    const silent = play(parametersOf({ f: "2", variant: "early" }), inputs, [{ process: 0, round: 1, reached: [] }])
    expect(silent).toMatchObject({ rounds: 3, messages })
  })

  test("f = 0: one round", () => {
    expect(decide(5, { variant: "early", f: "0" }).outcome.figures["last_decision"]).toBe(11)
  })
})

test("a node decides once an instance, tells its client, and takes part in the next one", () => {
  const run = decide(3, {}, { instances: 1 })
  expect(run.outcome.figures["wrong"]).toBe(0)
  const many = completeRun(floodSet, agreement, { nodes: 3, latency: "1ms", workload: { instances: 20, proposers: 2 } })
  expect(many.outcome).toMatchObject({ ok: 20, failed: 0, unknown: 0 })
})

test("a process broadcasts once a round; in the optimised variant twice at most, and where there is one round once", () => {
  const broadcasts = (size: number, variant: "plain" | "early" | "optimised", f: "minority" | "0" = "minority") =>
    floodSet.bounds!({ size, parameters: { ...parametersOf({ variant, f }) }, values: 2 }).broadcasts
  expect([broadcasts(5, "plain"), broadcasts(5, "early"), broadcasts(5, "optimised")]).toEqual([3, 3, 2])
  expect([broadcasts(5, "plain", "0"), broadcasts(5, "optimised", "0")]).toEqual([1, 1])
})
