// Closed forms of the central server at exact values: messages, waits, capacity.
import { expect, test } from "vitest"
import { cycle, meanWait, theory } from "../../../algorithms/central-server/theory.ts"
import { capacitiesOf, loadWith, messagesOf, waitsOf } from "../../support/setting.ts"

test("a request, a grant and a release", () => {
  expect(messagesOf(theory, 7)).toEqual([
    ["3", 3],
    ["3", 3],
  ])
})

test("M/D/1 where requests are independent: D = 20 ms, r = 0.4 at 20 a second; infinite from r = 1 on", () => {
  expect(meanWait({ delay: 5, hold: 10 }, 0.02)).toBeCloseTo(10 + (0.4 * 20) / 1.2, 9)
  expect([meanWait({ delay: 5, hold: 10 }, 0.05), meanWait({ delay: 5, hold: 10 }, 0.06)]).toEqual([Infinity, Infinity])
  const [independent] = theory.wait!
  const load = loadWith({ workload: { hold: 10_000, rate: 20 } })
  expect(independent!.mean(load)).toBeCloseTo(10_000 + 20_000 / 3, 6)
  expect(independent!.mean({ ...load, roleServiceTime: 1 })).toBe(Infinity)
  expect([0, 20].map(rate => independent!.holds!({}, 5, { rate }))).toEqual([false, true])
})

test("saturated, one entry in max(S + 2d + s, 2s), for all nodes together", () => {
  expect([cycle({ delay: 5, hold: 10 }), cycle({ delay: 5, hold: 10 }, 4), cycle({ delay: 5, hold: 10 }, 50)]).toEqual([
    20, 24, 100,
  ])
  const waits = (roleServiceTime: number) => waitsOf(theory, loadWith({ roleServiceTime }))[1]
  expect(waits(0)).toEqual(["n max(S + 2d + s, 2s) - S", 5 * 20_000 - 10_000])
  expect(waits(40_000)).toEqual(["n max(S + 2d + s, 2s) - S", 5 * 80_000 - 10_000])
  expect(capacitiesOf(theory, loadWith({}))).toEqual([["1 / max(S + 2d + s, 2s)", 50]])
  const holds = (n: number, requesters: number) => theory.capacity![0]!.holds!({}, n, { requesters })
  expect([holds(5, 0), holds(5, 5), holds(5, 1), holds(1, 0), holds(2, 0)]).toEqual([true, true, false, false, true])
})
