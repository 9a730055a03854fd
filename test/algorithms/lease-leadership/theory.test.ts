// Closed forms of leases at exact values.
import { expect, test } from "vitest"
import {
  bothBelieve,
  holderLease,
  meanFailoverByPoll,
  meanFailoverByWatch,
  renewalOf,
  theory,
} from "../../../algorithms/lease-leadership/theory.ts"
import { capacitiesOf, loadWith, messagesOf, waitsOf } from "../../support/setting.ts"

/** L = 10 ms, r = 2 ms, D = 0.5 ms, P = 0.6 ms. */
const lengths = { lease: 10_000, renewInterval: 2_000, lockDelay: 500 }
const parameters = { ...lengths, pollInterval: 600, store: "process", storeNodes: 3 }

test("a holder counts less of its lease, by the drift of both clocks; otherwise two may believe that they have it", () => {
  expect(holderLease({ lease: 10_000, maxDrift: 0.01 })).toBe(9_801)
  expect(holderLease({ lease: 10_000, maxDrift: 0 })).toBe(10_000)
  expect(bothBelieve(10_000, 0.1, 100)).toBeCloseTo(2_000 / 0.99 - 400, 9)
  expect(bothBelieve(1_000, 0.01, 100)).toBe(0)
})

test("it renews every third of the lease, unless it is told otherwise", () => {
  expect([renewalOf({ lease: 10_000, renewInterval: 0 }), renewalOf(lengths)]).toEqual([3_334, 2_000])
})

test("failover: L - r/2 + 4d + D by watching, + 6d with a log, L - r/2 + 2d + P/n + D by polling", () => {
  expect(meanFailoverByWatch({ ...lengths, delay: 100 })).toBe(9_900)
  expect(meanFailoverByPoll({ ...lengths, delay: 100 }, 600, 3)).toBe(9_850)
  expect(theory.failover!.map(({ mean }) => mean(100, 4, parameters))).toEqual([9_900, 9_850, 10_500])
  const [, , logged] = theory.failover!
  expect(["process", "raft"].map(store => logged!.holds!({ store }, 4, {}))).toEqual([false, true])
})

test("heartbeats: two for each renewal, and two for each poll of the others", () => {
  expect(theory.heartbeats!.map(({ perSecond }) => perSecond(4, parameters))).toEqual([1_000, 11_000])
})

test("messages: 4 an entry, 4s of a store in a log, 3n + 1 under full contention", () => {
  expect(messagesOf(theory, 5, parameters)).toEqual([
    ["4", 4],
    ["4s", 12],
    ["3n+1", 16],
  ])
})

test("saturated, one entry in S + 4d", () => {
  expect(waitsOf(theory, loadWith({}))).toEqual([["n (S + 4d) - S", 5 * 30_000 - 10_000]])
  expect(capacitiesOf(theory, loadWith({ delay: 10_000 }))).toEqual([["1 / (S + 4d)", 20]])
})
