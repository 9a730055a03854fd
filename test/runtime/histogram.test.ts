import { describe, expect, it } from "vitest"
import { Histogram } from "../../runtime/histogram.ts"
import { Random } from "../../runtime/random.ts"

function filled(values: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of values) histogram.record(value)
  return histogram
}

describe("the histogram", () => {
  it("is exact for one value, however large", () => {
    for (const value of [0, 1, 2_047, 2_048, 40_000, 123_456_789, 2 ** 40 + 1]) {
      expect(filled([value, value]).percentile(0.5)).toBe(value)
    }
  })

  it("keeps every percentile within 0.1 % of the sorted values' (nearest rank)", () => {
    const random = new Random(5)
    const values = Array.from({ length: 20_000 }, () => Math.floor(2 ** (random.share() * 36)))
    const histogram = filled(values)
    const sorted = values.toSorted((a, b) => a - b)
    for (const share of [0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1]!
      expect(Math.abs(histogram.percentile(share) - exact)).toBeLessThanOrEqual(exact * 0.001)
    }
    expect(histogram.min).toBe(sorted[0])
    expect(histogram.max).toBe(sorted.at(-1))
    expect(histogram.count).toBe(20_000)
  })

  it("merges to what one histogram of all values is", () => {
    const merged = filled([1, 5_000])
    merged.merge(filled([70_000, 3]))
    const whole = filled([1, 3, 5_000, 70_000])
    for (const share of [0.25, 0.5, 0.75, 1]) expect(merged.percentile(share)).toBe(whole.percentile(share))
    expect(merged.mean).toBe(whole.mean)
  })

  it("has no percentiles when empty", () => {
    expect(new Histogram().percentile(0.5)).toBeNaN()
    expect(new Histogram().max).toBeNaN()
  })
})
