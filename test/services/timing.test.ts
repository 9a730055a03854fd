import { describe, expect, test } from "vitest"
import { Random } from "../../runtime/lib/random.ts"
import { SECOND } from "../../runtime/contract/units.ts"
import { Arrivals, Spans, type Spread, streamsOf } from "../../services/timing.ts"

function gapsOf(arrivals: Arrivals, count: number): number[] {
  const times = Array.from({ length: count + 1 }, () => arrivals.next())
  return times.slice(1).map((time, i) => time - times[i]!)
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { mean, variation: Math.sqrt(variance) / mean }
}

describe("arrivals", () => {
  test("constant ones come at the start and then evenly, without drifting off their rate", () => {
    const arrivals = new Arrivals(1_000, 3, "constant", new Random(1))
    const times = Array.from({ length: 7 }, () => arrivals.next())
    expect(times).toEqual([1_000, 334_333, 667_667, 1_001_000, 1_334_333, 1_667_667, 2_001_000])
  })

  test.each([10, 50_000, 500_000])("Poisson ones keep their rate of %i/s, and gaps vary as much as they last", rate => {
    const gaps = gapsOf(new Arrivals(0, rate, "poisson", new Random(7)), 40_000)
    const { mean, variation } = momentsOf(gaps)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    // Three standard errors of a mean of 40,000 exponential gaps are 1.5 %.
    expect(mean / (SECOND / rate)).toBeCloseTo(1, 1.5)
    expect(variation).toBeCloseTo(1, 1)
  })
})

test("the first Poisson arrival comes after a gap as well, so that none is at the start", () => {
  const firsts = Array.from({ length: 200 }, (_, seed) => new Arrivals(500, 1_000, "poisson", new Random(seed)).next())
  const { mean } = momentsOf(firsts.map(first => first - 500))
  // Three standard errors of the mean of 200 exponential gaps are 21 %.
  expect(Math.abs(mean / 1_000 - 1)).toBeLessThan(0.21)
  expect(Math.min(...firsts)).toBeGreaterThan(500)
})

describe("streams of clients", () => {
  const drawsOf = (clients: number) => streamsOf(new Random(5), clients).map(stream => [stream.next(), stream.next()])

  test("are independent of each other, and the first one is the stream given", () => {
    const streams = streamsOf(new Random(5), 4)
    const alone = new Random(5)
    const given = new Random(5)
    expect(streamsOf(given, 1)[0]).toBe(given)
    expect(streamsOf(given, 3)[0]).toBe(given)
    expect(alone.next()).not.toBe(streams[1]!.next())
    expect(new Set(drawsOf(4).flat()).size).toBe(8)
  })

  test("are the same for a client however many there are", () => {
    expect(drawsOf(7).slice(1, 3)).toEqual(drawsOf(3).slice(1, 3))
  })
})

describe("spans", () => {
  const drawn = (mean: number, spread: Spread): number[] => {
    const spans = new Spans(mean, spread)
    const random = new Random(3)
    return Array.from({ length: 40_000 }, () => spans.draw(random))
  }

  test.each<[Spread, number, number]>([
    ["constant", 0, 10_000],
    // Of a uniform distribution from 0 to 2m the standard deviation is m/√3, and of an exponential one m.
    ["uniform", Math.sqrt(1 / 3), 20_000],
    ["exponential", 1, Infinity],
  ])("%s ones have the mean that was asked for", (spread, expected, longest) => {
    const values = drawn(10_000, spread)
    const { mean, variation } = momentsOf(values)
    expect(mean / 10_000).toBeCloseTo(1, 1.5)
    expect(variation).toBeCloseTo(expected, 1)
    expect(Math.max(...values)).toBeLessThanOrEqual(longest)
    expect(values.every(Number.isInteger)).toBe(true)
  })

  test("a mean of 0 is no span at all", () => {
    expect(new Set(drawn(0, "exponential"))).toEqual(new Set([0]))
    expect(new Spans(0, "exponential").isConstant).toBe(true)
  })
})
