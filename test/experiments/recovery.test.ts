import { expect, test } from "vitest"
import { recoveryCurve, type Window } from "../../experiments/recovery.ts"

/** Outages of so many milliseconds, one a run; a negative length was cut off. */
function outages(...lengths: readonly number[]): readonly Window[] {
  return lengths.map((length, index) => ({
    run: index + 1,
    start: 1_000,
    end: 1_000 + Math.abs(length) * 1_000,
    isRepaired: length > 0,
    cause: "",
  }))
}

test("without outages that were cut off, it is the share of recovery times up to each", () => {
  const curve = recoveryCurve(outages(30, 10, 20, 20))
  expect(curve.map(({ x, share }) => [x, Number(share.toFixed(12))])).toEqual([
    [10, 0],
    [10, 0.25],
    [20, 0.75],
    [30, 1],
  ])
})

// Times of remission in leukaemia under 6-MP (Freireich 1963), the example of the textbooks: S(6) = 0.857, S(10) = 0.753,
// S(23) = 0.448.
test("outages that were cut off count as long as they were seen (Kaplan and Meier 1958)", () => {
  const remissions = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
  const curve = recoveryCurve(outages(...remissions))
  const lastedUntil = (x: number): number => 1 - curve.findLast(step => step.x <= x)!.share
  expect([6, 7, 10, 13, 16, 22, 23, 35].map(x => lastedUntil(x).toFixed(3))).toEqual([
    "0.857",
    "0.807",
    "0.753",
    "0.690",
    "0.627",
    "0.538",
    "0.448",
    "0.448",
  ])
  // Greenwood's standard error at 10 is 0.0963: the jackknife comes near it.
  const { low, high } = curve.findLast(step => step.x <= 10)!
  expect((high! - low!) / 2 / 2.086).toBeCloseTo(0.0963, 1)
})

test("of no outages there is none, and of one run's no interval", () => {
  expect(recoveryCurve([])).toEqual([])
  expect(recoveryCurve(outages(5)).at(-1)).toEqual({ x: 5, share: 1, low: null, high: null })
})
