import { expect, test } from "vitest"
import { OutageLengths, type RecoveryStep } from "../../analysis/recovery.ts"

/** The curve of outages of so many milliseconds, one a run; a negative length was cut off by the run's end. */
function curveOf(...lengths: readonly number[]): readonly RecoveryStep[] {
  const duration = 1_000_000
  const outages = new OutageLengths({ duration })
  for (const length of lengths) {
    const start = length > 0 ? 1_000 : duration + length * 1_000
    outages.add([{ start, end: start + Math.abs(length) * 1_000, cause: "" }])
  }
  return outages.curve()
}

test("without outages that were cut off, it is the share of recovery times up to each", () => {
  const curve = curveOf(30, 10, 20, 20)
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
  const curve = curveOf(...remissions)
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
  expect(curveOf()).toEqual([])
  expect(curveOf(5).at(-1)).toEqual({ x: 5, share: 1, low: null, high: null })
})
