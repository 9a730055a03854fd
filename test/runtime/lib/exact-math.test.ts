import { describe, expect, it } from "vitest"
import { arctangent, exponential, logarithm } from "../../../runtime/lib/exact-math.ts"
import { standardNormal, standardNormalShare } from "../../../runtime/lib/normal.ts"

/** The largest relative difference of two functions over the arguments. */
function difference(own: (x: number) => number, theirs: (x: number) => number, at: readonly number[]): number {
  return Math.max(...at.map(x => Math.abs(own(x) - theirs(x)) / Math.max(Math.abs(theirs(x)), Number.MIN_VALUE)))
}

const range = (from: number, to: number, steps = 997): number[] =>
  Array.from({ length: steps }, (_, step) => from + ((to - from) * step) / steps)

describe("functions in plain arithmetic agree with those of the engine", () => {
  it("the logarithm", () => {
    const points = [...range(1e-9, 0.99), ...range(1.01, 50), 1e-300, 1e300, 2 ** 40, 2 ** -40]
    expect(difference(logarithm, Math.log, points)).toBeLessThan(1e-13)
    expect([logarithm(1), logarithm(0), logarithm(-1), logarithm(Number.NaN)]).toEqual([
      0,
      -Infinity,
      Number.NaN,
      Number.NaN,
    ])
  })

  it("the exponential", () => {
    expect(difference(exponential, Math.exp, range(-30, 30))).toBeLessThan(1e-14)
    expect(exponential(0)).toBe(1)
  })

  it("the arctangent", () => {
    expect(difference(arctangent, Math.atan, [...range(-10, -0.01), ...range(0.01, 10), 1e6, -1e6])).toBeLessThan(1e-14)
    expect(arctangent(0)).toBe(0)
  })
})

describe("the standard normal distribution", () => {
  // Abramowitz and Stegun, table 26.1 and 26.5.
  it.each([
    [-3, 0.00134989803163],
    [-1, 0.158655253931457],
    [0, 0.5],
    [0.5, 0.691462461274013],
    [1.96, 0.97500210485178],
    [4, 0.999968328758167],
  ])("below %d lies a share of %d", (x, share) => {
    expect(standardNormalShare(x)).toBeCloseTo(share, 14)
    expect(standardNormal(share)).toBeCloseTo(x, 7)
  })

  it("has nothing below -6, and its quantiles end there", () => {
    expect(standardNormalShare(-6.1)).toBe(0)
    expect(standardNormalShare(-6)).toBeGreaterThan(0)
    expect(standardNormal(1e-12)).toBeCloseTo(-6, 6)
    expect(standardNormal(0.5)).toBe(0)
  })
})
