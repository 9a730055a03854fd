// Closed forms against the tables that textbooks have: rates 1/1000 and 1/10.
import { describe, expect, test } from "vitest"
import {
  availabilityOf,
  type Group,
  meanDownTime,
  meanTimeToFailure,
  outageRate,
  reliabilityAt,
  unavailabilityOf,
} from "../../analysis/k-of-n.ts"

function group(needed: number, parts: number, mtbf = 1_000, mttr = 10): Group {
  return { parts, needed, mtbf, mttr }
}

/** Closed to so many significant digits. */
function expectDigits(value: number, wanted: number, digits: number): void {
  expect(Number(value.toPrecision(digits))).toBe(Number(wanted.toPrecision(digits)))
}

// Flexible Paxos with p = MTTR / (MTBF + MTTR) = .1: a leader is elected by q1 nodes, and commits with q2 (REFERENCES-2, §4).
test.each([
  [5, 4, 2, 0.91854, 0.99954],
  [6, 4, 3, 0.98415, 0.99873],
])(
  "quorums of %i nodes, q1 = %i and q2 = %i: %d of the time one can be elected, and commit %d",
  (n, q1, q2, elect, commit) => {
    expect(availabilityOf(group(q1, n, 9, 1))).toBeCloseTo(elect, 12)
    expect(availabilityOf(group(q2, n, 9, 1))).toBeCloseTo(commit, 12)
  },
)

describe("k of n with repair", () => {
  test("one part: its availability, and an exponential reliability", () => {
    expect(availabilityOf(group(1, 1))).toBeCloseTo(1_000 / 1_010, 14)
    for (const time of [100, 1_000, 10_000])
      expect(reliabilityAt(group(1, 1), time)).toBeCloseTo(Math.exp(-time / 1_000), 12)
  })

  test.each([
    [1, 2, (3 / 1_000 + 1 / 10) / (2 * 1e-6)],
    [2, 3, 17_500],
    [3, 5, 355_783.33],
    [4, 7, 7_762_902.4],
  ])("%i of %i: mean time to failure %d", (needed, parts, mean) =>
    expectDigits(meanTimeToFailure(group(needed, parts)), mean, 8),
  )

  test.each([
    [2, 3, 2.921476e-4, 5.01667],
    [3, 5, 9.562325e-6, 3.35003],
    [4, 7, 3.284166e-7, 2.51505],
  ])("%i of %i: unavailability %d, and %d down each time", (needed, parts, share, down) => {
    expectDigits(unavailabilityOf(group(needed, parts)), share, 7)
    expectDigits(meanDownTime(group(needed, parts)), down, 6)
  })

  test.each([
    [2, 3, 1e-3, 2.992015e-6],
    [3, 5, 1e-3, 9.955126e-9],
    [4, 7, 1e-3, 3.477684e-11],
    [2, 3, 1e-4, 2.9992e-8],
    [3, 5, 1e-4, 9.995501e-12],
    [4, 7, 1e-4, 3.497761e-15],
  ])("%i of %i, repairs faster than failures by %d: unavailability %d", (needed, parts, ratio, share) =>
    expectDigits(unavailabilityOf(group(needed, parts, 1 / ratio, 1)), share, 7),
  )

  // One repair crew (REFERENCES-2, §7): repairs queue.
  test.each([
    [2, 3, 17_500, 5.880036e-4],
    [3, 5, 180_783.33, 5.818293e-5],
    [4, 7, 1_332_902.4, 8.057465e-6],
  ])("%i of %i with one crew: mean time to failure %d, unavailability %d", (needed, parts, mean, share) => {
    const one = { ...group(needed, parts), crews: 1 }
    expectDigits(meanTimeToFailure(one), mean, 8)
    expectDigits(unavailabilityOf(one), share, 7)
  })

  test("one crew: who waits for repair is missed, and soon all that failed are back again", () => {
    const [one, many] = [{ ...group(3, 5), crews: 1 }, group(3, 5)]
    expect(reliabilityAt(one, 1_000)).toBeLessThan(reliabilityAt(many, 1_000))
    expect(reliabilityAt({ ...one, crews: 5 }, 1_000, 50)).toBeCloseTo(reliabilityAt(many, 1_000, 50), 12)
    // In the long run as often down from one number as up to it.
    expect(1 / outageRate(one) - meanDownTime(one)).toBeGreaterThan(0)
    expect(unavailabilityOf({ ...one, crews: 4 })).toBeLessThan(unavailabilityOf(one))
  })

  test("reliability over time", () => {
    const at = (needed: number, parts: number) =>
      [100, 1_000, 10_000].map(time => Number(reliabilityAt(group(needed, parts), time).toFixed(6)))
    expect(at(2, 3)).toEqual([0.994841, 0.944945, 0.56485])
    expect(at(3, 5)).toEqual([0.99976, 0.997234, 0.972323])
    expect(reliabilityAt(group(3, 5), 0)).toBe(1)
  })

  test("the mean time up between outages is not that from the beginning, when all are up", () => {
    const meanUp = (of: Group) => availabilityOf(of) / outageRate(of)
    expectDigits(meanUp(group(2, 3)), 17_166.667, 8)
    expectDigits(meanUp(group(3, 5)), 350_333.33, 8)
  })
})
