import { describe, expect, it } from "vitest"
import { bucketWidthAt, Histogram } from "../../../runtime/lib/histogram.ts"
import { Random } from "../../../runtime/lib/random.ts"

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

  it("is stored as text, and read back the same", () => {
    const random = new Random(9)
    const values = Array.from({ length: 3_000 }, () => Math.floor(2 ** (random.share() * 40)))
    for (const histogram of [filled([]), filled([0]), filled([7, 7, 7, 123_456]), filled(values)]) {
      const read = Histogram.decode(histogram.encode())
      expect(read.encode()).toBe(histogram.encode())
      expect([read.count, read.sum, read.min, read.max]).toEqual([
        histogram.count,
        histogram.sum,
        histogram.min,
        histogram.max,
      ])
      expect(read.percentile(0.9)).toBe(histogram.percentile(0.9))
    }
    expect(filled([0]).encode()).toBe("0 0 0 AB")
  })

  it("counts the values up to one", () => {
    const histogram = filled([1, 5, 5, 900, 70_000])
    expect([-1, 0, 1, 4, 5, 899, 900, 69_000, 70_000, 1e9].map(value => histogram.countUpTo(value))).toEqual([
      0, 0, 1, 1, 3, 3, 4, 4, 5, 5,
    ])
    expect(histogram.values).toEqual([1, 5, 900, 70_000])
  })

  it("has no percentiles when empty", () => {
    expect(new Histogram().percentile(0.5)).toBeNaN()
    expect(new Histogram().max).toBeNaN()
  })
})

describe("a censored value", () => {
  function censored(values: readonly number[], over: number): Histogram {
    const histogram = new Histogram()
    for (const value of values) histogram.record(value)
    histogram.recordOver(over)
    return histogram
  }

  it("lies above all others, and has no part in the mean", () => {
    const histogram = censored([1, 2, 3], 1)
    expect([histogram.percentile(0.5), histogram.percentile(0.75), histogram.percentile(0.76)]).toEqual([
      2,
      3,
      Infinity,
    ])
    expect([histogram.mean, histogram.max, histogram.count, histogram.total]).toEqual([2, 3, 3, 4])
    expect(histogram.percentileOfRecorded(1)).toBe(3)
  })

  it("is merged and stored", () => {
    const merged = censored([5], 1)
    merged.merge(censored([], 2))
    const read = Histogram.decode(merged.encode())
    expect([read.count, read.over, read.percentile(0.25), read.percentile(0.5)]).toEqual([1, 3, 5, Infinity])
    const empty = Histogram.decode(censored([], 2).encode())
    expect([empty.total, empty.percentile(0.5), empty.min]).toEqual([2, Infinity, Number.NaN])
  })
})

it("tells how many neighbouring integers share a bucket: one where they are few, below 0.1 % of the value beyond", () => {
  const beyond = 2 ** 20 + 5
  expect([0, 1, 500].map(bucketWidthAt)).toEqual([1, 1, 1])
  const width = bucketWidthAt(beyond)
  expect(width).toBeGreaterThan(1)
  expect(width / beyond).toBeLessThan(0.001)
})
